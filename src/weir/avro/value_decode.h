#pragma once

#include <string>

#include "weir/avro/binary.h"
#include "weir/avro/value.h"

namespace weir::avro {

// Types inside each other that one datum may hold: a list of records that contain themselves ends
// here.
constexpr int kMaxDatumDepth = 64;
constexpr const char* kTooDeep = "values nested too deeply";

// Reads one value of any type as a tree. False leaves the reason in the reader and, in `path`,
// where. `depth` is that of the place where the value belongs.
bool read_value(const Type& type, BinaryReader& reader, Value& value, std::string& path,
                int depth = 0);

// Passes over one value of any type, checking no more than its length.
bool skip_value(const Type& type, BinaryReader& reader, int depth = 0);

}  // namespace weir::avro

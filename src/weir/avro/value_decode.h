#pragma once

#include <string>

#include "weir/avro/binary.h"
#include "weir/avro/value.h"

namespace weir::avro {

// Types inside each other that one datum may hold: a list of records that contain themselves ends
// here.
constexpr int kMaxDatumDepth = 64;

// Reads one value of any type as a tree. False leaves the reason in the reader and, in `path`,
// where.
bool read_value(const Type& type, BinaryReader& reader, Value& value, std::string& path);

// Passes over one value of any type, checking no more than its length.
bool skip_value(const Type& type, BinaryReader& reader);

}  // namespace weir::avro

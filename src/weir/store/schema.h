#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::store {

// What a column holds. Every integer width is kept as 64 bits, every real as a double: both exact.
// The numbers are in the file: never renumber.
enum class ValueType : uint8_t { boolean = 0, integer = 1, real = 2, text = 3, bytes = 4 };

std::string_view to_string(ValueType type);

// One field of a topic. A column never changes its name, type or shape: when a schema does, a
// further column of the same name and the next version is added, and what was stored stays as it
// was.
struct Column {
  std::string name = {};
  ValueType type = ValueType::real;
  bool array = false;     // a list of `type`, its length free in every row
  std::string unit = {};  // as the interface says it, "" when it says none
  std::string description = {};
  std::string source_type = {};  // the type in the words of the source, for people: "float", "enum"
  uint32_t version = 1;          // set by the store
};

// A topic as its producer declares it.
struct TopicSchema {
  std::string name = {};
  std::string kind = {};  // "SALTelemetry", "SALEvent", "SALCommand" or whatever the source says
  std::string description = {};
  std::vector<Column> columns = {};
};

}  // namespace weir::store

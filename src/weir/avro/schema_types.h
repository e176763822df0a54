#pragma once

#include <deque>
#include <functional>
#include <unordered_map>

#include "weir/avro/schema.h"

namespace weir::avro {

// Finds by text without making a string of it.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using TypesByName = std::unordered_map<std::string, const Type*, TextHash, std::equal_to<>>;

// A named type as Schema::to_string() prints it, with every other named type by name only.
std::string to_shallow_string(const Type& type);

// Owns every type of one schema; a deque, so that they never move.
struct Schema::Types {
  std::deque<Type> all;
  TypesByName own;       // the named types that the schema defines, by full name
  TypesByName borrowed;  // those of the schemas that it references
  std::vector<std::shared_ptr<const Types>> references;  // keeps `borrowed` alive
  std::vector<SchemaWarning> warnings;
};

}  // namespace weir::avro

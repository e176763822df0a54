#include "weir/avro/schema.h"

#include <algorithm>

#include "weir/avro/schema_types.h"

namespace weir::avro {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::int32:
      return "int";
    case Kind::int64:
      return "long";
    case Kind::float32:
      return "float";
    case Kind::float64:
      return "double";
    case Kind::bytes:
      return "bytes";
    case Kind::string:
      return "string";
    case Kind::record:
      return "record";
    case Kind::enumeration:
      return "enum";
    case Kind::array:
      return "array";
    case Kind::map:
      return "map";
    case Kind::fixed:
      return "fixed";
    case Kind::union_of:
      return "union";
  }
  return "null";
}

const Field* Type::find_field(std::string_view field_name) const {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [&](const Field& field) { return field.name == field_name; });
  return at == fields.end() ? nullptr : &*at;
}

Schema::Schema(std::shared_ptr<const Types> types, const Type* root)
    : types_(std::move(types)), root_(root) {}

}  // namespace weir::avro

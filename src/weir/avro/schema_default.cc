#include "weir/avro/schema_default.h"

#include <algorithm>
#include <limits>

namespace weir::avro {
namespace {

// Records whose defaults lead back to themselves would go on for ever.
constexpr int kMaxDepth = 64;

class DefaultCheck {
 public:
  explicit DefaultCheck(size_t& steps) : steps_(steps) {}

  bool valid(const Type& type, const Json& value, int depth) {
    if (steps_ == 0 || depth > kMaxDepth) return false;
    --steps_;
    switch (type.kind) {
      case Kind::null:
        return value.is_null();
      case Kind::boolean:
        return value.as_boolean().has_value();
      case Kind::int32:
        return in_range(value.as_int64());
      case Kind::int64:
        return value.as_int64().has_value();
      case Kind::float32:
      case Kind::float64:
        return value.is_number();
      case Kind::bytes:
      case Kind::string:
      case Kind::enumeration:
      case Kind::fixed:
        return value.is_string();
      case Kind::array:
        return value.is_array() && all_valid(*type.items, value.items(), depth);
      case Kind::map:
        return value.is_object() &&
               std::all_of(value.members().begin(), value.members().end(), [&](const auto& member) {
                 return valid(*type.items, member.value, depth + 1);
               });
      case Kind::record:
        return value.is_object() && valid_record(type, value, depth);
      case Kind::union_of:
        return std::any_of(type.branches.begin(), type.branches.end(),
                           [&](const Type* branch) { return valid(*branch, value, depth + 1); });
    }
    return false;
  }

 private:
  static bool in_range(std::optional<int64_t> value) {
    return value && *value >= std::numeric_limits<int32_t>::min() &&
           *value <= std::numeric_limits<int32_t>::max();
  }

  bool all_valid(const Type& type, const std::vector<Json>& values, int depth) {
    return std::all_of(values.begin(), values.end(),
                       [&](const Json& value) { return valid(type, value, depth + 1); });
  }

  bool valid_record(const Type& record, const Json& value, int depth) {
    return std::all_of(record.fields.begin(), record.fields.end(), [&](const Field& field) {
      const Json* given = value.find(field.name);
      if (given == nullptr && field.default_value) given = &*field.default_value;
      return given != nullptr && valid(*field.type, *given, depth + 1);
    });
  }

  size_t& steps_;
};

}  // namespace

bool is_valid_default(const Type& type, const Json& value, size_t& steps) {
  return DefaultCheck(steps).valid(type, value, 0);
}

}  // namespace weir::avro

#include "weir/avro/default_value.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "weir/avro/value_decode.h"
#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

class DefaultReader {
 public:
  explicit DefaultReader(size_t& values_left) : values_left_(values_left) {}

  // All of a field's default: it may be text that names a number which JSON cannot write.
  Result<Value> read_field_default(const Type& type, const Json& json, int depth) {
    const std::string* text = json.as_string();
    if (text != nullptr && (type.kind == Kind::float32 || type.kind == Kind::float64)) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      if (*text == "NaN") return Value{std::numeric_limits<double>::quiet_NaN(), {}};
      if (*text == "Infinity") return Value{kInfinity, {}};
      if (*text == "-Infinity") return Value{-kInfinity, {}};
    }
    return read(type, json, depth);
  }

  Result<Value> read(const Type& type, const Json& json, int depth) {
    if (values_left_ == 0 || depth > kMaxDatumDepth) {
      return Error(ErrorCode::unsupported, "the defaults stand for too many values");
    }
    --values_left_;
    switch (type.kind) {
      case Kind::null:
        if (json.is_null()) return Value();
        break;
      case Kind::boolean:
        if (const auto flag = json.as_boolean()) return Value{*flag, {}};
        break;
      case Kind::int32:
      case Kind::int64:
        return read_integer(type, json);
      case Kind::float32:
        if (const auto real = json.as_double()) {
          return Value{static_cast<double>(static_cast<float>(*real)), {}};
        }
        break;
      case Kind::float64:
        if (const auto real = json.as_double()) return Value{*real, {}};
        break;
      case Kind::string:
        if (const std::string* text = json.as_string()) return Value{*text, {}};
        break;
      case Kind::bytes:
      case Kind::fixed:
        return read_bytes(type, json);
      case Kind::enumeration:
        return read_symbol(type, json);
      case Kind::array:
        if (json.is_array()) return read_array(type, json, depth);
        break;
      case Kind::map:
        if (json.is_object()) return read_map(type, json, depth);
        break;
      case Kind::record:
        if (json.is_object()) return read_record(type, json, depth);
        break;
      case Kind::union_of:
        return read_union(type, json, depth);
    }
    return mismatch(type);
  }

 private:
  static Error mismatch(const Type& type) {
    return Error(ErrorCode::invalid_argument,
                 "it is no " + std::string(avro::to_string(type.kind)));
  }

  static Result<Value> read_integer(const Type& type, const Json& json) {
    const std::optional<int64_t> number = json.as_int64();
    const bool fits =
        number && (type.kind == Kind::int64 || *number == static_cast<int32_t>(*number));
    if (!fits) return mismatch(type);
    return Value{*number, {}};
  }

  static Result<Value> read_bytes(const Type& type, const Json& json) {
    const std::string* text = json.as_string();
    if (text == nullptr) return mismatch(type);
    Value::Binary binary;
    for (size_t at = 0; at < text->size();) {
      const uint32_t code = next_code_point(*text, at);
      if (code > 0xFF) return mismatch(type);
      binary.bytes.push_back(static_cast<char>(code));
    }
    if (type.kind == Kind::fixed && binary.bytes.size() != type.size) {
      return Error(ErrorCode::invalid_argument, "it has " + std::to_string(binary.bytes.size()) +
                                                    " bytes for a fixed of " +
                                                    std::to_string(type.size));
    }
    return Value{std::move(binary), {}};
  }

  static Result<Value> read_symbol(const Type& type, const Json& json) {
    const std::string* symbol = json.as_string();
    const bool known = symbol != nullptr && std::find(type.symbols.begin(), type.symbols.end(),
                                                      *symbol) != type.symbols.end();
    if (!known) return Error(ErrorCode::invalid_argument, "it is no symbol of the enum");
    return Value{*symbol, {}};
  }

  Result<Value> read_array(const Type& type, const Json& json, int depth) {
    std::vector<Value> items;
    for (const Json& item : json.items()) {
      WEIR_TRY_ASSIGN(Value value, read(*type.items, item, depth + 1));
      items.push_back(std::move(value));
    }
    return Value{std::move(items), {}};
  }

  Result<Value> read_map(const Type& type, const Json& json, int depth) {
    Value::Map map;
    for (const Json::Member& member : json.members()) {
      WEIR_TRY_ASSIGN(Value value, read(*type.items, member.value, depth + 1));
      map.entries.push_back({member.key, std::move(value)});
    }
    return Value{std::move(map), {}};
  }

  Result<Value> read_record(const Type& type, const Json& json, int depth) {
    Value::Record record;
    std::unordered_map<std::string_view, const Json*> members;
    for (const Json::Member& member : json.members()) members.emplace(member.key, &member.value);
    for (const Field& field : type.fields) {
      const auto at = members.find(field.name);
      if (at == members.end() && !field.default_value) {
        return Error(ErrorCode::invalid_argument,
                     "it lacks the field '" + field.name + "', which has no default");
      }
      WEIR_TRY_ASSIGN(Value value,
                      at != members.end()
                          ? read(*field.type, *at->second, depth + 1)
                          : read_field_default(*field.type, *field.default_value, depth + 1));
      record.fields.push_back({field.name, std::move(value)});
    }
    return Value{std::move(record), {}};
  }

  Result<Value> read_union(const Type& type, const Json& json, int depth) {
    for (size_t i = 0; i < type.branches.size(); ++i) {
      Result<Value> value = read(*type.branches[i], json, depth + 1);
      if (!value && value.error().code() == ErrorCode::unsupported) return value;
      if (!value) continue;
      value->branch = i;
      return value;
    }
    return Error(ErrorCode::invalid_argument, "it fits no branch of the union");
  }

  size_t& values_left_;
};

}  // namespace

Result<Value> value_of_default(const Type& type, const Json& json, size_t& values_left) {
  return DefaultReader(values_left).read_field_default(type, json, 0);
}

}  // namespace weir::avro

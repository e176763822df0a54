#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "weir/avro/json_encoding.h"
#include "weir/avro/json_path.h"
#include "weir/avro/latin1.h"
#include "weir/avro/value_decode.h"

namespace weir::avro {
namespace {

// The float that stands nearest to the digits; not by way of a double, which rounds twice. Infinite
// when they are out of range.
double nearest_float(const std::string& digits, double value) {
  float nearest = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, nearest);
  if (error != std::errc() || at != end) nearest = static_cast<float>(value);
  return static_cast<double>(nearest);
}

class JsonReader {
 public:
  Result<Value> read(const Type& type, const Json& json, int depth) {
    if (depth > kMaxDatumDepth) return error("values nested too deeply");
    switch (type.kind) {
      case Kind::null:
        if (!json.is_null()) return mismatch(type, json);
        return Value();
      case Kind::boolean:
        if (const std::optional<bool> flag = json.as_boolean()) return Value{*flag, {}};
        return mismatch(type, json);
      case Kind::int32:
      case Kind::int64:
        return read_integer(type, json);
      case Kind::float32:
      case Kind::float64:
        return read_real(type, json);
      case Kind::string:
        if (const std::string* text = json.as_string()) return Value{*text, {}};
        return mismatch(type, json);
      case Kind::bytes:
      case Kind::fixed:
        return read_bytes(type, json);
      case Kind::enumeration:
        return read_symbol(type, json);
      case Kind::record:
        return read_record(type, json, depth);
      case Kind::array:
        return read_array(type, json, depth);
      case Kind::map:
        return read_map(type, json, depth);
      case Kind::union_of:
        return read_union(type, json, depth);
    }
    return mismatch(type, json);
  }

 private:
  Error error(std::string_view reason) const {
    return Error(ErrorCode::invalid_argument, path_.text() + ": " + std::string(reason));
  }

  Error mismatch(const Type& type, const Json& json) const {
    return error("no " + std::string(to_string(type.kind)) + " but " + kind_of(json));
  }

  static std::string kind_of(const Json& json) {
    switch (json.kind()) {
      case Json::Kind::null:
        return "null";
      case Json::Kind::boolean:
        return "true or false";
      case Json::Kind::number:
        return "the number " + json.number_text()->substr(0, 40);
      case Json::Kind::string:
        return "text";
      case Json::Kind::array:
        return "an array";
      case Json::Kind::object:
        return "an object";
    }
    return "?";
  }

  Result<Value> read_integer(const Type& type, const Json& json) const {
    const std::optional<int64_t> number = json.as_int64();
    if (!number) return mismatch(type, json);
    if (type.kind == Kind::int32 && *number != static_cast<int32_t>(*number)) {
      return error(std::to_string(*number) + " needs more than the 32 bits of an int");
    }
    Value value;
    value.data = *number;
    return value;
  }

  Result<Value> read_real(const Type& type, const Json& json) const {
    if (const std::string* word = json.as_string()) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      if (*word == "NaN") return Value{std::numeric_limits<double>::quiet_NaN(), {}};
      if (*word == "Infinity" || *word == "INF") return Value{kInfinity, {}};
      if (*word == "-Infinity" || *word == "-INF") return Value{-kInfinity, {}};
    }
    const std::optional<double> number = json.as_double();
    if (!number) return mismatch(type, json);
    const bool is_float = type.kind == Kind::float32;
    const double real = is_float ? nearest_float(*json.number_text(), *number) : *number;
    if (is_float && std::isinf(real)) return error("a number beyond the range of a float");
    Value value;
    value.data = real;
    return value;
  }

  Result<Value> read_bytes(const Type& type, const Json& json) const {
    const std::string* text = json.as_string();
    if (text == nullptr) return mismatch(type, json);
    std::optional<Bytes> bytes = utf8_to_latin1(*text);
    if (!bytes) return error("a character beyond U+00FF, which is no byte");
    if (type.kind == Kind::fixed && bytes->size() != type.size) {
      return error(std::to_string(bytes->size()) + " bytes for a fixed of " +
                   std::to_string(type.size));
    }
    return Value{Value::Binary{std::move(*bytes)}, {}};
  }

  Result<Value> read_symbol(const Type& type, const Json& json) const {
    const std::string* symbol = json.as_string();
    if (symbol == nullptr) return mismatch(type, json);
    if (std::find(type.symbols.begin(), type.symbols.end(), *symbol) == type.symbols.end()) {
      return error("the enum has no such symbol");
    }
    return Value{*symbol, {}};
  }

  Result<Value> read_record(const Type& type, const Json& json, int depth) {
    if (!json.is_object()) return mismatch(type, json);
    const std::vector<Json::Member>& members = json.members();
    const MemberIndex index(type, members);
    Value::Record record;
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      const size_t length = path_.enter(field.name);
      const Json* given = index.find(field.name, i);
      if (given == nullptr) return error("the field is missing");
      WEIR_TRY_ASSIGN(Value value, read(*field.type, *given, depth + 1));
      record.fields.push_back({field.name, std::move(value)});
      path_.leave(length);
    }
    if (members.size() > type.fields.size()) return unknown_member(type, members);
    return Value{std::move(record), {}};
  }

  // Finds members of a record. They mostly come in the order of the schema, and then need no index.
  class MemberIndex {
   public:
    MemberIndex(const Type& type, const std::vector<Json::Member>& members) : members_(members) {
      for (size_t i = 0; i < members.size(); ++i) {
        const bool in_order = i < type.fields.size() && members[i].key == type.fields[i].name;
        if (!in_order) by_key_.emplace(members[i].key, i);
      }
    }

    const Json* find(std::string_view name, size_t guess) const {
      if (guess < members_.size() && members_[guess].key == name) return &members_[guess].value;
      const auto at = by_key_.find(name);
      return at == by_key_.end() ? nullptr : &members_[at->second].value;
    }

   private:
    const std::vector<Json::Member>& members_;
    std::unordered_map<std::string_view, size_t> by_key_;
  };

  Error unknown_member(const Type& type, const std::vector<Json::Member>& members) {
    for (const Json::Member& member : members) {
      if (type.find_field(member.key) != nullptr) continue;
      path_.enter(member.key);
      return error("the record has no such field");
    }
    return error("the record has fewer fields");
  }

  Result<Value> read_array(const Type& type, const Json& json, int depth) {
    if (!json.is_array()) return mismatch(type, json);
    std::vector<Value> items;
    for (const Json& item : json.items()) {
      const size_t length = path_.enter(items.size());
      WEIR_TRY_ASSIGN(Value value, read(*type.items, item, depth + 1));
      items.push_back(std::move(value));
      path_.leave(length);
    }
    return Value{std::move(items), {}};
  }

  Result<Value> read_map(const Type& type, const Json& json, int depth) {
    if (!json.is_object()) return mismatch(type, json);
    Value::Map map;
    for (const Json::Member& member : json.members()) {
      const size_t length = path_.enter(member.key);
      WEIR_TRY_ASSIGN(Value value, read(*type.items, member.value, depth + 1));
      map.entries.push_back({member.key, std::move(value)});
      path_.leave(length);
    }
    return Value{std::move(map), {}};
  }

  Result<Value> read_union(const Type& type, const Json& json, int depth) {
    if (!json.is_null() && json.members().size() != 1) {
      return error("a union is null or an object with one member, the name of a branch");
    }
    const std::string name = json.is_null() ? "null" : json.members().front().key;
    const auto at = std::find_if(type.branches.begin(), type.branches.end(),
                                 [&](const Type* branch) { return branch_name(*branch) == name; });
    // {"null": null} is not how null is written.
    if (at == type.branches.end() || ((*at)->kind == Kind::null && !json.is_null())) {
      return error("the union has no branch \"" + name.substr(0, 200) + "\"");
    }
    const Json& inner = json.is_null() ? json : json.members().front().value;
    const size_t length = json.is_null() ? path_.text().size() : path_.enter(name);
    WEIR_TRY_ASSIGN(Value value, read(**at, inner, depth + 1));
    path_.leave(length);
    value.branch = static_cast<size_t>(at - type.branches.begin());
    return value;
  }

  JsonPath path_;
};

}  // namespace

Result<Value> from_json_encoding(const Schema& schema, const Json& json) {
  return JsonReader().read(schema.root(), json, 0);
}

}  // namespace weir::avro

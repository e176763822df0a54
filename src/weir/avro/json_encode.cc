#include <algorithm>
#include <limits>
#include <unordered_map>

#include "weir/avro/json_encoding.h"
#include "weir/avro/json_path.h"
#include "weir/avro/latin1.h"
#include "weir/avro/value_decode.h"
#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

class JsonWriter {
 public:
  Result<Json> write(const Type& type, const Value& value, int depth) {
    if (depth > kMaxDatumDepth) return error("values nested too deeply");
    switch (type.kind) {
      case Kind::null:
        if (!value.is_null()) return mismatch(type);
        return Json();
      case Kind::boolean:
        if (const bool* flag = std::get_if<bool>(&value.data)) return Json(*flag);
        return mismatch(type);
      case Kind::int32:
      case Kind::int64:
        return write_integer(type, value);
      case Kind::float32:
      case Kind::float64:
        return write_real(type, value);
      case Kind::string:
        return write_text(type, value);
      case Kind::bytes:
      case Kind::fixed:
        return write_bytes(type, value);
      case Kind::enumeration:
        return write_symbol(type, value);
      case Kind::record:
        return write_record(type, value, depth);
      case Kind::array:
        return write_array(type, value, depth);
      case Kind::map:
        return write_map(type, value, depth);
      case Kind::union_of:
        return write_union(type, value, depth);
    }
    return mismatch(type);
  }

 private:
  Error error(std::string_view reason) const {
    return Error(ErrorCode::invalid_argument, path_.text() + ": " + std::string(reason));
  }
  Error mismatch(const Type& type) const {
    return error("the value is no " + std::string(to_string(type.kind)));
  }

  Result<Json> write_integer(const Type& type, const Value& value) const {
    const int64_t* number = std::get_if<int64_t>(&value.data);
    if (number == nullptr) return mismatch(type);
    if (type.kind == Kind::int32 && *number != static_cast<int32_t>(*number)) {
      return error(std::to_string(*number) + " needs more than the 32 bits of an int");
    }
    return Json(*number);
  }

  Result<Json> write_real(const Type& type, const Value& value) const {
    const double* real = std::get_if<double>(&value.data);
    const int64_t* integer = std::get_if<int64_t>(&value.data);
    if (real == nullptr && integer == nullptr) return mismatch(type);
    const double number = real != nullptr ? *real : static_cast<double>(*integer);
    if (type.kind == Kind::float64) return Json::real(number, NumberStyle::java);
    return Json::single(static_cast<float>(number), NumberStyle::java);
  }

  Result<Json> write_text(const Type& type, const Value& value) const {
    const std::string* text = std::get_if<std::string>(&value.data);
    if (text == nullptr) return mismatch(type);
    if (!is_utf8(*text)) return error("text that is not UTF-8");
    return Json(*text);
  }

  Result<Json> write_bytes(const Type& type, const Value& value) const {
    const Value::Binary* binary = std::get_if<Value::Binary>(&value.data);
    if (binary == nullptr) return mismatch(type);
    if (type.kind == Kind::fixed && binary->bytes.size() != type.size) {
      return error(std::to_string(binary->bytes.size()) + " bytes for a fixed of " +
                   std::to_string(type.size));
    }
    return Json(latin1_to_utf8(binary->bytes));
  }

  Result<Json> write_symbol(const Type& type, const Value& value) const {
    const std::string* symbol = std::get_if<std::string>(&value.data);
    if (symbol == nullptr) return mismatch(type);
    if (std::find(type.symbols.begin(), type.symbols.end(), *symbol) == type.symbols.end()) {
      return error("the enum has no such symbol");
    }
    return Json(*symbol);
  }

  Result<Json> write_record(const Type& type, const Value& value, int depth) {
    const Value::Record* record = std::get_if<Value::Record>(&value.data);
    if (record == nullptr) return mismatch(type);
    if (record->fields.size() != type.fields.size()) {
      return error(std::to_string(record->fields.size()) + " fields for a record of " +
                   std::to_string(type.fields.size()));
    }
    std::vector<Json::Member> members;
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      const size_t length = path_.enter(field.name);
      if (type.find_field(field.name) != &field) {
        return Error(ErrorCode::unsupported,
                     path_.text() + ": JSON holds each name once, and the record has two");
      }
      const Value* given = find(*record, field.name, i);
      if (given == nullptr) return error("the field is missing");
      WEIR_TRY_ASSIGN(Json json, write(*field.type, *given, depth + 1));
      members.push_back({field.name, std::move(json)});
      path_.leave(length);
    }
    return Json::object(std::move(members));
  }

  // Values mostly come in the order of the schema: look there first.
  static const Value* find(const Value::Record& record, std::string_view name, size_t guess) {
    if (record.fields[guess].key == name) return &record.fields[guess].value;
    const auto at = std::find_if(record.fields.begin(), record.fields.end(),
                                 [&](const Value::Entry& entry) { return entry.key == name; });
    return at == record.fields.end() ? nullptr : &at->value;
  }

  Result<Json> write_array(const Type& type, const Value& value, int depth) {
    const auto* items = std::get_if<std::vector<Value>>(&value.data);
    if (items == nullptr) return mismatch(type);
    std::vector<Json> all;
    for (const Value& item : *items) {
      const size_t length = path_.enter(all.size());
      WEIR_TRY_ASSIGN(Json json, write(*type.items, item, depth + 1));
      all.push_back(std::move(json));
      path_.leave(length);
    }
    return Json::array(std::move(all));
  }

  Result<Json> write_map(const Type& type, const Value& value, int depth) {
    const Value::Map* map = std::get_if<Value::Map>(&value.data);
    if (map == nullptr) return mismatch(type);
    std::vector<Json::Member> members;
    std::unordered_map<std::string_view, size_t> places;
    for (const Value::Entry& entry : map->entries) {
      if (!is_utf8(entry.key)) return error("a key that is not UTF-8");
      const size_t length = path_.enter(entry.key);
      WEIR_TRY_ASSIGN(Json json, write(*type.items, entry.value, depth + 1));
      path_.leave(length);
      const auto [place, is_new] = places.emplace(entry.key, members.size());
      if (is_new) members.push_back({entry.key, Json()});
      members[place->second].value = std::move(json);
    }
    return Json::object(std::move(members));
  }

  Result<Json> write_union(const Type& type, const Value& value, int depth) {
    if (value.branch) {
      if (*value.branch >= type.branches.size()) return error("the union has no such branch");
      return write_branch(*type.branches[*value.branch], value, depth);
    }
    const size_t length = path_.text().size();
    for (const Type* branch : type.branches) {
      if (Result<Json> json = write_branch(*branch, value, depth)) return json;
      path_.leave(length);
    }
    return error("the value fits no branch of the union");
  }

  Result<Json> write_branch(const Type& branch, const Value& value, int depth) {
    if (branch.kind == Kind::null) return write(branch, value, depth + 1);
    const std::string name = branch_name(branch);
    const size_t length = path_.enter(name);
    WEIR_TRY_ASSIGN(Json json, write(branch, value, depth + 1));
    path_.leave(length);
    std::vector<Json::Member> members;
    members.push_back({name, std::move(json)});
    return Json::object(std::move(members));
  }

  JsonPath path_;
};

}  // namespace

std::string branch_name(const Type& branch) {
  return branch.is_named() ? branch.name.full() : std::string(to_string(branch.kind));
}

Result<Json> to_json_encoding(const Schema& schema, const Value& value) {
  return JsonWriter().write(schema.root(), value, 0);
}

}  // namespace weir::avro

#include <algorithm>
#include <limits>

#include "weir/avro/binary.h"
#include "weir/avro/value_decode.h"
#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

class ValueWriter {
 public:
  explicit ValueWriter(Bytes& out) : out_(out) {}

  Status write(const Type& type, const Value& value, int depth) {
    if (depth > kMaxDatumDepth) return error("values nested too deeply");
    switch (type.kind) {
      case Kind::null:
        return value.is_null() ? Status() : mismatch(type);
      case Kind::boolean:
        return write_boolean(type, value);
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
    return Error(ErrorCode::invalid_argument,
                 (path_.empty() ? "" : path_ + ": ") + std::string(reason));
  }
  Error mismatch(const Type& type) const {
    return error("the value is no " + std::string(to_string(type.kind)));
  }

  Status write_boolean(const Type& type, const Value& value) {
    const bool* flag = std::get_if<bool>(&value.data);
    if (flag == nullptr) return mismatch(type);
    append_boolean(out_, *flag);
    return {};
  }

  Status write_integer(const Type& type, const Value& value) {
    const int64_t* number = std::get_if<int64_t>(&value.data);
    if (number == nullptr) return mismatch(type);
    if (type.kind == Kind::int32 && *number != static_cast<int32_t>(*number)) {
      return error(std::to_string(*number) + " needs more than the 32 bits of an int");
    }
    append_long(out_, *number);
    return {};
  }

  Status write_real(const Type& type, const Value& value) {
    const double* real = std::get_if<double>(&value.data);
    const int64_t* integer = std::get_if<int64_t>(&value.data);
    if (real == nullptr && integer == nullptr) return mismatch(type);
    const double number = real != nullptr ? *real : static_cast<double>(*integer);
    if (type.kind == Kind::float64) {
      append_double(out_, number);
    } else {
      append_float(out_, static_cast<float>(number));
    }
    return {};
  }

  Status write_text(const Type& type, const Value& value) {
    const std::string* text = std::get_if<std::string>(&value.data);
    if (text == nullptr) return mismatch(type);
    if (!is_utf8(*text)) return error("text that is not UTF-8");
    append_string(out_, *text);
    return {};
  }

  Status write_bytes(const Type& type, const Value& value) {
    const Value::Binary* binary = std::get_if<Value::Binary>(&value.data);
    if (binary == nullptr) return mismatch(type);
    if (type.kind == Kind::bytes) {
      append_bytes(out_, binary->bytes);
    } else if (binary->bytes.size() == type.size) {
      out_ += binary->bytes;
    } else {
      return error(std::to_string(binary->bytes.size()) + " bytes for a fixed of " +
                   std::to_string(type.size));
    }
    return {};
  }

  Status write_symbol(const Type& type, const Value& value) {
    const std::string* symbol = std::get_if<std::string>(&value.data);
    if (symbol == nullptr) return mismatch(type);
    const auto at = std::find(type.symbols.begin(), type.symbols.end(), *symbol);
    if (at == type.symbols.end()) return error("the enum has no such symbol");
    append_long(out_, at - type.symbols.begin());
    return {};
  }

  Status write_record(const Type& type, const Value& value, int depth) {
    const Value::Record* record = std::get_if<Value::Record>(&value.data);
    if (record == nullptr) return mismatch(type);
    if (record->fields.size() != type.fields.size()) {
      return error(std::to_string(record->fields.size()) + " fields for a record of " +
                   std::to_string(type.fields.size()));
    }
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      const size_t length = path_.size();
      path_ += (length == 0 ? "" : ".") + field.name;
      const Value* given = find(*record, field.name, i);
      if (given == nullptr) return error("the field is missing");
      WEIR_TRY(write(*field.type, *given, depth + 1));
      path_.resize(length);
    }
    return {};
  }

  // Values mostly come in the order of the schema: look there first.
  static const Value* find(const Value::Record& record, std::string_view name, size_t guess) {
    if (record.fields[guess].key == name) return &record.fields[guess].value;
    const auto at = std::find_if(record.fields.begin(), record.fields.end(),
                                 [&](const Value::Entry& entry) { return entry.key == name; });
    return at == record.fields.end() ? nullptr : &at->value;
  }

  Status write_array(const Type& type, const Value& value, int depth) {
    const auto* items = std::get_if<std::vector<Value>>(&value.data);
    if (items == nullptr) return mismatch(type);
    if (!items->empty()) append_long(out_, static_cast<int64_t>(items->size()));
    for (const Value& item : *items) WEIR_TRY(write(*type.items, item, depth + 1));
    append_long(out_, 0);
    return {};
  }

  Status write_map(const Type& type, const Value& value, int depth) {
    const Value::Map* map = std::get_if<Value::Map>(&value.data);
    if (map == nullptr) return mismatch(type);
    if (!map->entries.empty()) append_long(out_, static_cast<int64_t>(map->entries.size()));
    for (const Value::Entry& entry : map->entries) {
      if (!is_utf8(entry.key)) return error("a key that is not UTF-8");
      append_string(out_, entry.key);
      WEIR_TRY(write(*type.items, entry.value, depth + 1));
    }
    append_long(out_, 0);
    return {};
  }

  Status write_union(const Type& type, const Value& value, int depth) {
    if (value.branch) {
      if (*value.branch >= type.branches.size()) return error("the union has no such branch");
      append_long(out_, static_cast<int64_t>(*value.branch));
      return write(*type.branches[*value.branch], value, depth + 1);
    }
    const size_t start = out_.size();
    const size_t length = path_.size();
    for (size_t i = 0; i < type.branches.size(); ++i) {
      append_long(out_, static_cast<int64_t>(i));
      if (write(*type.branches[i], value, depth + 1)) return {};
      out_.resize(start);
      path_.resize(length);
    }
    return error("the value fits no branch of the union");
  }

  Bytes& out_;
  std::string path_;
};

}  // namespace

Status encode_value(const Schema& schema, const Value& value, Bytes& out) {
  const size_t start = out.size();
  Status status = ValueWriter(out).write(schema.root(), value, 0);
  if (!status) out.resize(start);
  return status;
}

}  // namespace weir::avro

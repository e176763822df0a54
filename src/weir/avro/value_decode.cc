#include "weir/avro/value_decode.h"

#include <utility>

namespace weir::avro {
namespace {

// Reads trees. On failure the path is left standing at the place, so nothing is built for the rest.
class ValueReader {
 public:
  ValueReader(BinaryReader& reader, std::string& path) : reader_(reader), path_(path) {}

  bool read(const Type& type, Value& value, int depth) {
    if (depth > kMaxDatumDepth) return reader_.fail(kTooDeep);
    switch (type.kind) {
      case Kind::null:
        return true;
      case Kind::boolean:
        return reader_.read_boolean(value.data.emplace<bool>());
      case Kind::int32:
        return reader_.read_int(value.data.emplace<int64_t>());
      case Kind::int64:
        return reader_.read_long(value.data.emplace<int64_t>());
      case Kind::float32:
        return reader_.read_float(value.data.emplace<double>());
      case Kind::float64:
        return reader_.read_double(value.data.emplace<double>());
      case Kind::string:
        return read_text(value);
      case Kind::bytes:
        return read_bytes(value);
      case Kind::fixed:
        return read_fixed(type, value);
      case Kind::enumeration:
        return read_symbol(type, value);
      case Kind::record:
        return read_record(type, value, depth);
      case Kind::array:
        return read_array(type, value, depth);
      case Kind::map:
        return read_map(type, value, depth);
      case Kind::union_of:
        return read_union(type, value, depth);
    }
    return false;
  }

 private:
  bool read_text(Value& value) {
    std::string_view text;
    if (!reader_.read_string(text)) return false;
    value.data.emplace<std::string>(text);
    return true;
  }

  bool read_bytes(Value& value) {
    BytesView bytes;
    if (!reader_.read_bytes(bytes)) return false;
    value.data = Value::Binary{Bytes(bytes)};
    return true;
  }

  bool read_fixed(const Type& type, Value& value) {
    BytesView bytes;
    if (!reader_.read_fixed(type.size, bytes)) return false;
    value.data = Value::Binary{Bytes(bytes)};
    return true;
  }

  bool read_symbol(const Type& type, Value& value) {
    size_t index = 0;
    if (!reader_.read_index(type.symbols.size(), index)) return false;
    value.data.emplace<std::string>(type.symbols[index]);
    return true;
  }

  bool read_record(const Type& type, Value& value, int depth) {
    auto& fields = value.data.emplace<Value::Record>().fields;
    for (const Field& field : type.fields) {
      const size_t length = path_.size();
      if (length > 0) path_ += '.';
      path_ += field.name;
      fields.push_back({field.name, {}});
      if (field.type->least_size == 0 && !reader_.count_empty_item()) return false;
      if (!read(*field.type, fields.back().value, depth + 1)) return false;
      path_.resize(length);
    }
    return true;
  }

  bool read_array(const Type& type, Value& value, int depth) {
    auto& items = value.data.emplace<std::vector<Value>>();
    size_t count = 0;
    size_t end = 0;
    do {
      if (!reader_.read_block(type.items->least_size, count, end)) return false;
      for (size_t i = 0; i < count; ++i) {
        if (!read(*type.items, items.emplace_back(), depth + 1)) return false;
      }
      if (!reader_.finish_block(end)) return false;
    } while (count > 0);
    return true;
  }

  bool read_map(const Type& type, Value& value, int depth) {
    auto& entries = value.data.emplace<Value::Map>().entries;
    size_t count = 0;
    size_t end = 0;
    do {
      if (!reader_.read_block(1 + type.items->least_size, count, end)) return false;
      for (size_t i = 0; i < count; ++i) {
        std::string_view key;
        if (!reader_.read_string(key)) return false;
        entries.push_back({std::string(key), {}});
        if (!read(*type.items, entries.back().value, depth + 1)) return false;
      }
      if (!reader_.finish_block(end)) return false;
    } while (count > 0);
    return true;
  }

  bool read_union(const Type& type, Value& value, int depth) {
    size_t branch = 0;
    if (!reader_.read_index(type.branches.size(), branch)) return false;
    value.branch = branch;
    return read(*type.branches[branch], value, depth + 1);
  }

  BinaryReader& reader_;
  std::string& path_;
};

bool skip(const Type& type, BinaryReader& reader, int depth);

// The items of all blocks; `item` passes over one.
template <typename SkipItem>
bool skip_blocks(BinaryReader& reader, size_t item_size, SkipItem item) {
  size_t count = 0;
  size_t end = 0;
  do {
    if (!reader.read_block(item_size, count, end)) return false;
    if (end != 0) {
      if (!reader.skip(end - reader.position())) return false;
      continue;
    }
    for (size_t i = 0; i < count; ++i) {
      if (!item()) return false;
    }
  } while (count > 0);
  return true;
}

bool skip(const Type& type, BinaryReader& reader, int depth) {
  if (depth > kMaxDatumDepth) return reader.fail(kTooDeep);
  const auto item = [&] { return skip(*type.items, reader, depth + 1); };
  size_t branch = 0;
  switch (type.kind) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return reader.skip(1);
    case Kind::float32:
      return reader.skip(4);
    case Kind::float64:
      return reader.skip(8);
    case Kind::fixed:
      return reader.skip(type.size);
    case Kind::int32:
    case Kind::int64:
    case Kind::enumeration:
      return reader.skip_long();
    case Kind::string:
    case Kind::bytes:
      return reader.skip_bytes();
    case Kind::array:
      return skip_blocks(reader, type.items->least_size, item);
    case Kind::map:
      return skip_blocks(reader, 1 + type.items->least_size,
                         [&] { return reader.skip_bytes() && item(); });
    case Kind::record:
      for (const Field& field : type.fields) {
        if (field.type->least_size == 0 && !reader.count_empty_item()) return false;
        if (!skip(*field.type, reader, depth + 1)) return false;
      }
      return true;
    case Kind::union_of:
      return reader.read_index(type.branches.size(), branch) &&
             skip(*type.branches[branch], reader, depth + 1);
  }
  return false;
}

}  // namespace

bool read_value(const Type& type, BinaryReader& reader, Value& value, std::string& path,
                int depth) {
  return ValueReader(reader, path).read(type, value, depth);
}

bool skip_value(const Type& type, BinaryReader& reader, int depth) {
  return skip(type, reader, depth);
}

Result<Value> decode_value(const Schema& schema, BytesView bytes) {
  BinaryReader reader(bytes);
  Value value;
  std::string path;
  if (!read_value(schema.root(), reader, value, path)) return reader.error(path);
  if (!reader.at_end()) {
    reader.fail("more bytes than the value takes");
    return reader.error("");
  }
  return value;
}

}  // namespace weir::avro

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "weir/avro/schema.h"
#include "weir/base/bytes.h"
#include "weir/base/json.h"
#include "weir/base/result.h"

namespace weir::avro {

// Any Avro datum as a tree, for tests and small users; the data path uses DecodePlan. Confined: a
// plain value. int and long are int64_t, float and double are double, an enumeration is its symbol
// as text, bytes and fixed are `Binary`.
//
//   WEIR_TRY_ASSIGN(Value value, decode_value(schema, payload));
//   value.to_json().print();                            // {"azimuth":1.5,"state":"TRACKING"}
//   WEIR_TRY(encode_value(schema, value, out));
struct Value {
  struct Entry;
  struct Binary {
    Bytes bytes;
    bool operator==(const Binary&) const = default;
  };
  struct Map {
    std::vector<Entry> entries;
    bool operator==(const Map&) const;
  };
  struct Record {
    std::vector<Entry> fields;
    bool operator==(const Record&) const;
  };
  using Data = std::variant<std::monostate, bool, int64_t, double, std::string, Binary,
                            std::vector<Value>, Map, Record>;

  Data data;
  // Which branch of a union this is; when absent, encoding takes the first branch that fits.
  std::optional<size_t> branch;

  bool is_null() const { return std::holds_alternative<std::monostate>(data); }

  // The natural form: unions without a wrapper, bytes as text of the characters U+0000 to U+00FF,
  // 64-bit integers exact, NaN and the infinities as text. Of equal map keys the last one counts.
  Json to_json() const;

  bool operator==(const Value&) const = default;
};

struct Value::Entry {
  std::string key;
  Value value;
  bool operator==(const Entry&) const = default;
};

// Bytes → value. `corrupt` with the path of the field when the bytes do not fit the schema or do
// not end with the value. Memory is bounded by the input and by the width of the schema.
Result<Value> decode_value(const Schema& schema, BytesView bytes);

// Value → bytes appended to `out`; each array and map is one block. `invalid_argument` with the
// path of the field when the value does not fit the schema; `out` is then as it was.
Status encode_value(const Schema& schema, const Value& value, Bytes& out);

}  // namespace weir::avro

// Any text as JSON against a few schemas, and any bytes as data of them: what is read prints to
// text that reads back as the same value, and binary and JSON tell the same. The first byte
// chooses.
#include <array>
#include <cstdint>

#include "weir/avro/json_encoding.h"
#include "weir/base/check.h"

namespace {

using weir::Json;
using weir::Result;
using weir::avro::Schema;
using weir::avro::Value;

constexpr std::array<const char*, 4> kSchemas = {
    R"({"type":"record","name":"R","fields":[{"name":"t","type":"long"},{"name":"d","type":"double"},
      {"name":"f","type":"float"},{"name":"s","type":"string"},
      {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}}]})",
    R"({"type":"array","items":["null","int","string",{"type":"fixed","name":"F","size":2},"bytes",
      {"type":"map","values":"float"}]})",
    R"({"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","N"]}]})",
    R"({"type":"map","values":{"type":"array","items":"boolean"}})"};

const Schema& schema_of(uint8_t choice) {
  static const std::vector<Schema> all = [] {
    std::vector<Schema> made;
    for (const char* text : kSchemas) made.push_back(*weir::avro::parse_schema(text));
    return made;
  }();
  return all[choice % all.size()];
}

// Binary, because it tells NaN from NaN and equal map keys apart.
weir::Bytes binary(const Schema& schema, const Value& value) {
  weir::Bytes bytes;
  WEIR_CHECK(weir::avro::encode_value(schema, value, bytes).has_value());
  return bytes;
}

void check(const Schema& schema, const Value& value) {
  const Result<Json> json = weir::avro::to_json_encoding(schema, value);
  WEIR_CHECK(json.has_value());
  const Result<Json> parsed = Json::parse(json->print());
  WEIR_CHECK(parsed && *parsed == *json);
  const Result<Value> again = weir::avro::from_json_encoding(schema, *parsed);
  WEIR_CHECK(again.has_value());
  const Result<Json> json_again = weir::avro::to_json_encoding(schema, *again);
  WEIR_CHECK(json_again && *json_again == *json);
  (void)binary(schema, *again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Schema& schema = schema_of(data[0]);
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const Result<Value> value = weir::avro::decode_value(schema, rest)) check(schema, *value);
  const Result<Json> json = Json::parse(rest);
  if (!json) return 0;
  if (const Result<Value> value = weir::avro::from_json_encoding(schema, *json)) {
    check(schema, *value);
  }
  return 0;
}

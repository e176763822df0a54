// Any bytes against a few schemas: plan (told to a visitor, and into columns that hold rows of
// earlier inputs) and tree agree on whether they are valid, and what is decoded encodes to bytes
// that decode to the same. The first byte chooses the schema.
#include <array>
#include <cstdint>

#include "weir/avro/columns.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/value.h"
#include "weir/base/check.h"

namespace {

using weir::avro::DecodePlan;
using weir::avro::Schema;

constexpr std::array<const char*, 5> kSchemas = {
    R"({"type":"record","name":"R","fields":[{"name":"t","type":"long"},{"name":"d","type":"double"},
      {"name":"s","type":"string"},{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},
      {"name":"a","type":{"type":"array","items":"float"}},{"name":"b","type":"boolean"}]})",
    R"({"type":"record","name":"R","fields":[{"name":"m","type":["null",{"type":"record","name":"M","fields":[
      {"name":"x","type":["int","null"]},{"name":"y","type":{"type":"array","items":["null","string"]}}]}]},
      {"name":"f","type":{"type":"fixed","name":"F","size":3}},{"name":"u","type":["long","string","null"]}]})",
    R"({"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","N"]}]})",
    R"({"type":"map","values":{"type":"array","items":{"type":"record","name":"R","fields":[
      {"name":"n","type":"null"},{"name":"b","type":"bytes"}]}}})",
    R"({"type":"array","items":"null"})"};

struct Case {
  Schema schema;
  DecodePlan plan;
  weir::avro::Columns columns;
};

constexpr size_t kMostRows = 8;

std::vector<Case>& cases() {
  static std::vector<Case> all = [] {
    std::vector<Case> made;
    for (const char* text : kSchemas) {
      Schema schema = *weir::avro::parse_schema(text);
      DecodePlan plan = std::move(*DecodePlan::compile(schema));
      weir::avro::Columns columns(plan);
      made.push_back({schema, std::move(plan), std::move(columns)});
    }
    return made;
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Case& chosen = cases()[data[0] % cases().size()];
  const weir::BytesView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  weir::avro::Visitor nobody;
  const weir::Status by_plan = chosen.plan.decode(bytes, nobody);
  if (chosen.columns.rows() == kMostRows) chosen.columns.clear();
  const size_t rows = chosen.columns.rows();
  const weir::Status by_columns = chosen.plan.decode(bytes, chosen.columns);
  WEIR_CHECK(by_columns.has_value() == by_plan.has_value());
  WEIR_CHECK(chosen.columns.rows() == rows + (by_columns ? 1 : 0));
  if (!by_columns) WEIR_CHECK(by_columns.error().message() == by_plan.error().message());
  const auto value = weir::avro::decode_value(chosen.schema, bytes);
  // A plan counts how deep a leaf of JSON is from the leaf, a tree from the record around it: a
  // list at the bound may be read by the plan alone.
  const bool too_deep =
      !value && value.error().message().find("nested too deeply") != std::string::npos;
  WEIR_CHECK(by_plan.has_value() == value.has_value() || too_deep);
  if (!value) return 0;
  weir::Bytes encoded;
  WEIR_CHECK(weir::avro::encode_value(chosen.schema, *value, encoded).has_value());
  const auto again = weir::avro::decode_value(chosen.schema, encoded);
  WEIR_CHECK(again.has_value());
  weir::Bytes encoded_again;
  WEIR_CHECK(weir::avro::encode_value(chosen.schema, *again, encoded_again).has_value());
  WEIR_CHECK(encoded == encoded_again);
  return 0;
}

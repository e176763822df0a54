// Any bytes under a few resolutions: what the writer's schema takes is read or refused, never
// called corrupt, and what is read is a value of the reader's schema. The first byte chooses the
// pair.
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "weir/avro/columns.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/resolution.h"
#include "weir/avro/value.h"
#include "weir/base/check.h"

namespace {

using weir::ErrorCode;
using weir::avro::DecodePlan;
using weir::avro::Resolution;

constexpr std::array<std::pair<const char*, const char*>, 5> kPairs = {{
    // Promotions, another order, an alias, skipped fields, defaults, symbols.
    {R"({"type":"record","name":"R","fields":[{"name":"i","type":"int"},{"name":"f","type":"float"},
        {"name":"s","type":"string"},{"name":"y","type":"bytes"},{"name":"x","type":["null","string"]},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B","C"]}}]})",
     R"({"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["C","A"]}},
        {"name":"d","type":["null","double"],"aliases":["f"]},{"name":"i","type":"double"},{"name":"y","type":"string"},
        {"name":"s","type":"bytes"},{"name":"n","type":"string","default":"new"}]})"},
    // Unions of both.
    {R"(["null","int",{"type":"array","items":["long","string"]},{"type":"record","name":"a.R","fields":[
        {"name":"v","type":"float"}]}])",
     R"(["double",{"type":"record","name":"b.R","fields":[{"name":"v","type":["null","double"]},
        {"name":"w","type":"int","default":1}]},{"type":"array","items":["string","double"]}])"},
    // Into itself.
    {R"({"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","N"]},
        {"name":"all","type":{"type":"map","values":"N"}}]})",
     R"({"type":"record","name":"N","fields":[{"name":"all","type":{"type":"map","values":["N","null"]}},
        {"name":"v","type":"long"},{"name":"next","type":["N","null"]}]})"},
    // Nothing in the bytes, much in the defaults.
    {R"({"type":"array","items":{"type":"record","name":"R","fields":[{"name":"n","type":"null"}]}})",
     R"({"type":"array","items":{"type":"record","name":"R","fields":[{"name":"a","type":
        {"type":"array","items":"long"},"default":[1,2,3,4,5,6,7,8]},{"name":"n","type":["null"]}]}})"},
    // The same.
    {R"({"type":"map","values":{"type":"fixed","name":"F","size":3}})",
     R"({"type":"map","values":{"type":"fixed","name":"F","size":3}})"},
}};

struct Case {
  Resolution resolution;
  DecodePlan plan;
  weir::avro::Columns columns;
};

constexpr size_t kMostRows = 8;

std::vector<Case>& cases() {
  static std::vector<Case> all = [] {
    std::vector<Case> made;
    for (const auto& [writer, reader] : kPairs) {
      const Resolution resolution =
          *Resolution::make(*weir::avro::parse_schema(writer), *weir::avro::parse_schema(reader));
      DecodePlan plan = std::move(*DecodePlan::compile(resolution));
      weir::avro::Columns columns(plan);
      made.push_back({resolution, std::move(plan), std::move(columns)});
    }
    return made;
  }();
  return all;
}

bool is_too_deep(const weir::Error& error) {
  return error.message().find("too deeply") != std::string::npos;
}

void check_plan(Case& chosen, weir::BytesView bytes, const weir::Result<weir::avro::Value>& read) {
  weir::avro::Visitor nobody;
  const weir::Status by_plan = chosen.plan.decode(bytes, nobody);
  if (read) WEIR_CHECK(by_plan.has_value());
  // JSON in a plan starts at depth 0, wherever it stands.
  if (!read && !is_too_deep(read.error())) {
    WEIR_CHECK(!by_plan.has_value() && by_plan.error().code() == read.error().code());
  }
  if (chosen.columns.rows() == kMostRows) chosen.columns.clear();
  const size_t rows = chosen.columns.rows();
  const weir::Status by_columns = chosen.plan.decode(bytes, chosen.columns);
  WEIR_CHECK(by_columns.has_value() == by_plan.has_value());
  WEIR_CHECK(chosen.columns.rows() == rows + (by_columns ? 1 : 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Case& chosen_case = cases()[data[0] % cases().size()];
  const Resolution& chosen = chosen_case.resolution;
  const weir::BytesView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto written = decode_value(chosen.writer(), bytes);
  const auto read = decode_value(chosen, bytes);
  WEIR_CHECK(read || !written || read.error().code() == ErrorCode::refused ||
             is_too_deep(read.error()));
  check_plan(chosen_case, bytes, read);
  if (!read) return 0;
  weir::Bytes encoded;
  const weir::Status status = encode_value(chosen.reader(), *read, encoded);
  WEIR_CHECK(status.has_value());
  const auto again = decode_value(chosen.reader(), encoded);
  WEIR_CHECK(again.has_value());
  weir::Bytes encoded_again;
  WEIR_CHECK(encode_value(chosen.reader(), *again, encoded_again).has_value());
  WEIR_CHECK(encoded == encoded_again);
  if (chosen.is_identity()) WEIR_CHECK(written.has_value());
  return 0;
}

// A schema that is read prints to text that reads back as an equal one, and compiles or says why
// not.
#include <cstdint>

#include "weir/avro/decode_plan.h"
#include "weir/avro/schema.h"
#include "weir/base/check.h"

namespace {

void check(std::string_view text) {
  using weir::avro::SchemaOptions;
  constexpr SchemaOptions kLenient = {.mode = SchemaOptions::Mode::lenient};
  const auto schema = weir::avro::parse_schema(text, kLenient);
  if (!schema) return;
  const std::string printed = schema->to_string();
  const auto again = weir::avro::parse_schema(printed, kLenient);
  WEIR_CHECK(again && again->to_string() == printed);
  const auto pretty = weir::avro::parse_schema(schema->to_pretty_string(), kLenient);
  WEIR_CHECK(pretty && pretty->to_string() == printed);
  static_cast<void>(weir::avro::DecodePlan::compile(*schema, {.max_leaves = 1000}));
}

// Pieces that, strung together by the input, come near to a schema more often than random bytes do.
constexpr const char* kPieces[] = {"{",
                                   "}",
                                   "[",
                                   "]",
                                   ",",
                                   ":",
                                   "\"type\":",
                                   "\"name\":",
                                   "\"fields\":",
                                   "\"items\":",
                                   "\"symbols\":",
                                   "\"record\"",
                                   "\"enum\"",
                                   "\"array\"",
                                   "\"fixed\"",
                                   "\"int\"",
                                   "\"null\"",
                                   "\"a.R\"",
                                   "\"R\"",
                                   "\"size\":",
                                   "3",
                                   "-1.50",
                                   "\"default\":",
                                   "\"namespace\":",
                                   "\"\"",
                                   "\"aliases\":",
                                   "\"x\":",
                                   "{\"type\":\"record\",\"name\":\"R\",\"fields\":[",
                                   "{\"name\":\"f\",\"type\":",
                                   "]}",
                                   "null"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  check(std::string_view(reinterpret_cast<const char*>(data), size));
  std::string text;
  for (size_t i = 0; i < size; ++i) text += kPieces[data[i] % std::size(kPieces)];
  check(text);
  return 0;
}

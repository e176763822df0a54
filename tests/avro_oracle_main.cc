// Answers tests/peers/avro_oracle.py, which compares weir's Avro with another implementation.
//
// Each line of standard input is a JSON object: {"schema": text, "data": hex} asks to decode and
// encode again, {"seed": n} asks for a random schema and value of our own. Each gets one line of
// JSON back: {"schema", "value", "data"}, or {"error"}.
//
// {"evolution": n} asks for a random schema, what it became, and data read across: {"writer",
// "reader", "total", "read"}, a list of {"written", "value", "data"} or {"written", "error"}.
//
// {"reader": text, "writer": text} asks whether the one reads the other: {"incompatibilities"}, a
// list of [type, location, message].
//
// {"schema": text} alone, with "lenient": true if wanted, asks what the schema is: {"text",
// "canonical", "crc64", "md5", "sha256", "warnings": ["path: reason"]}.
#include <iostream>
#include <string>

#include "weir/avro/canonical_form.h"
#include "weir/avro/compatibility.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/fingerprint.h"
#include "weir/avro/random_datum.h"
#include "weir/avro/random_evolution.h"
#include "weir/avro/resolution.h"
#include "weir/avro/value.h"

namespace {

using weir::Bytes;
using weir::BytesView;
using weir::Json;
using weir::Result;

using weir::to_hex;
using weir::view_of;

Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

Result<Json> reply(const weir::avro::Schema& schema, const weir::avro::Value& value) {
  Bytes data;
  WEIR_TRY(encode_value(schema, value, data));
  return Json()
      .set("schema", schema.to_string())
      .set("value", value.to_json())
      .set("data", to_hex(data));
}

// What the reader's schema makes of one datum of the writer's.
Result<Json> read_across(const Result<weir::avro::Resolution>& resolution, BytesView written) {
  if (!resolution) return resolution.error();
  WEIR_TRY_ASSIGN(const weir::avro::Value value, decode_value(*resolution, written));
  Bytes data;
  WEIR_TRY(encode_value(resolution->reader(), value, data));
  return Json().set("value", value.to_json()).set("data", to_hex(data));
}

Result<Json> evolution(uint64_t seed) {
  weir::avro::RandomDatum random(seed);
  const Json text = random.schema();
  WEIR_TRY_ASSIGN(const weir::avro::Schema writer, weir::avro::parse_schema(text));
  WEIR_TRY_ASSIGN(const weir::avro::Schema reader,
                  weir::avro::parse_schema(weir::avro::RandomEvolution(seed).evolve(text)));
  const auto resolution = weir::avro::Resolution::make(writer, reader);
  Json all = Json::array();
  for (int i = 0; i < 4; ++i) {
    Bytes written;
    WEIR_TRY(encode_value(writer, random.value(writer.root()), written));
    Result<Json> read = read_across(resolution, written);
    Json one = read ? std::move(*read) : Json().set("error", read.error().to_string());
    all.push_back(one.set("written", to_hex(written)));
  }
  return Json()
      .set("writer", writer.to_string())
      .set("reader", reader.to_string())
      .set("total", resolution && resolution->reads_everything())
      .set("read", std::move(all));
}

Result<Json> incompatibilities(const std::string& reader_text, const std::string& writer_text) {
  WEIR_TRY_ASSIGN(const weir::avro::Schema reader, weir::avro::parse_schema(reader_text));
  WEIR_TRY_ASSIGN(const weir::avro::Schema writer, weir::avro::parse_schema(writer_text));
  WEIR_TRY_ASSIGN(const auto found,
                  weir::avro::find_incompatibilities({.reader = reader, .writer = writer}));
  Json list = Json::array();
  for (const weir::avro::Incompatibility& one : found) {
    list.push_back(Json::array({Json(to_string(one.type)), Json(one.location), Json(one.message)}));
  }
  return Json().set("incompatibilities", std::move(list));
}

Result<Json> describe(const std::string& text, const Json& question) {
  weir::avro::SchemaOptions options;
  const Json* lenient = question.find("lenient");
  if (lenient != nullptr && lenient->as_boolean() == true) {
    options.mode = weir::avro::SchemaOptions::Mode::lenient;
  }
  WEIR_TRY_ASSIGN(const weir::avro::Schema schema, weir::avro::parse_schema(text, options));
  Bytes crc64(8, '\0');
  weir::store_be(crc64.data(), weir::avro::crc64_fingerprint(schema));
  Json warnings = Json::array();
  for (const auto& warning : schema.warnings()) {
    warnings.push_back(warning.path + ": " + warning.reason);
  }
  return Json()
      .set("text", schema.to_string())
      .set("canonical", canonical_form(schema))
      .set("crc64", to_hex(crc64))
      .set("md5", to_hex(view_of(weir::avro::md5_fingerprint(schema))))
      .set("sha256", to_hex(view_of(weir::avro::sha256_fingerprint(schema))))
      .set("warnings", std::move(warnings));
}

Result<Json> answer(const std::string& line) {
  WEIR_TRY_ASSIGN(const Json question, Json::parse(line));
  const std::string* reader = question.find_string("reader");
  const std::string* writer = question.find_string("writer");
  if (reader != nullptr && writer != nullptr) return incompatibilities(*reader, *writer);
  if (const std::optional<int64_t> seed = question.find_int64("evolution")) {
    return evolution(static_cast<uint64_t>(*seed));
  }
  if (const std::optional<int64_t> seed = question.find_int64("seed")) {
    weir::avro::RandomDatum random(static_cast<uint64_t>(*seed));
    WEIR_TRY_ASSIGN(const weir::avro::Schema schema, weir::avro::parse_schema(random.schema()));
    return reply(schema, random.value(schema.root()));
  }
  const std::string* text = question.find_string("schema");
  const std::string* hex = question.find_string("data");
  if (text != nullptr && hex == nullptr) return describe(*text, question);
  if (text == nullptr || hex == nullptr) {
    return weir::Error(weir::ErrorCode::invalid_argument, "neither a seed nor schema and data");
  }
  WEIR_TRY_ASSIGN(const weir::avro::Schema schema, weir::avro::parse_schema(*text));
  const Bytes data = from_hex(*hex);
  WEIR_TRY_ASSIGN(const weir::avro::DecodePlan plan, weir::avro::DecodePlan::compile(schema));
  weir::avro::Visitor nobody;
  WEIR_TRY(plan.decode(data, nobody));
  WEIR_TRY_ASSIGN(const weir::avro::Value value, weir::avro::decode_value(schema, data));
  return reply(schema, value);
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const Result<Json> result = answer(line);
    const Json out = result ? *result : Json().set("error", result.error().to_string());
    std::cout << out.print({.ascii = true}) << '\n';
  }
  return 0;
}

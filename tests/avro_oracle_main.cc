// Answers the programs of tests/peers that compare weir's Avro with other implementations. Each
// line of standard input is a JSON object, and gets one line of JSON back, {"error": text} where it
// cannot be answered. A datum is {"schema", "value" (natural JSON), "json" (text of the JSON
// encoding), "data"}; bytes are hex.
//
// {"schema", "data"} and {"schema", "json"} ask to read and write a datum again: a datum.
//
// {"seed": n, "path": [i, …]} asks for a datum of rapidcheck's. The path leads to smaller ones: the
// i-th of the ways to shrink it, and so on; {"end": true} when there is no such way.
//
// {"evolution": n} asks for a random schema, what it became, and data read across: {"writer",
// "reader", "total", "read"}, a list of {"written", "value", "data"} or {"written", "error"}.
//
// {"reader": text, "writer": text} asks whether the one reads the other: {"incompatibilities"}, a
// list of [type, location, message].
//
// {"schema": text} alone, with "lenient": true if wanted, asks what the schema is: {"text",
// "canonical", "crc64", "md5", "sha256", "warnings": ["path: reason"]}.
//
// {"write": file, "schema", "records": [data], "codec", "block_size", "metadata": {key: bytes}} and
// {"read": file, "piece": bytes to feed at a time} ask for container files. Reading gives
// {"schema", "codec", "metadata", "blocks", "records"}.
#include <fstream>
#include <iostream>
#include <string>

#include "weir/avro/arbitrary_datum.h"
#include "weir/avro/canonical_form.h"
#include "weir/avro/compatibility.h"
#include "weir/avro/container_reader.h"
#include "weir/avro/container_writer.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/fingerprint.h"
#include "weir/avro/json_encoding.h"
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
  WEIR_TRY_ASSIGN(const Json json, to_json_encoding(schema, value));
  return Json()
      .set("schema", schema.to_string())
      .set("value", value.to_json())
      .set("json", json.print())
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

// The datum of a seed, made smaller in the ways that a path names.
Result<Json> arbitrary(uint64_t seed, const std::vector<Json>& path) {
  constexpr int kSizes = 101;  // rapidcheck's go up to 100
  auto found = weir::avro::arbitrary_datum()(rc::Random(seed), static_cast<int>(seed % kSizes));
  for (const Json& step : path) {
    auto ways = found.shrinks();
    auto way = ways.next();
    for (int64_t i = step.as_int64().value_or(0); way && i > 0; --i) way = ways.next();
    if (!way) return Json().set("end", true);
    found = *way;
  }
  const weir::avro::ArbitraryDatum datum = found.value();
  return reply(datum.schema, datum.value());
}

const std::string& text_of(const Json& question, std::string_view key) {
  static const std::string none;
  const std::string* text = question.find_string(key);
  return text == nullptr ? none : *text;
}

Result<Json> datum(const Json& question) {
  WEIR_TRY_ASSIGN(const weir::avro::Schema schema,
                  weir::avro::parse_schema(text_of(question, "schema")));
  if (const std::string* json = question.find_string("json")) {
    WEIR_TRY_ASSIGN(const Json parsed, Json::parse(*json));
    WEIR_TRY_ASSIGN(const weir::avro::Value value, from_json_encoding(schema, parsed));
    return reply(schema, value);
  }
  const Bytes data = from_hex(text_of(question, "data"));
  WEIR_TRY_ASSIGN(const weir::avro::DecodePlan plan, weir::avro::DecodePlan::compile(schema));
  weir::avro::Visitor nobody;
  WEIR_TRY(plan.decode(data, nobody));
  WEIR_TRY_ASSIGN(const weir::avro::Value value, weir::avro::decode_value(schema, data));
  return reply(schema, value);
}

Result<Json> write_container(const std::string& path, const Json& question) {
  WEIR_TRY_ASSIGN(const weir::avro::Schema schema,
                  weir::avro::parse_schema(text_of(question, "schema")));
  weir::avro::ContainerWriterOptions options;
  WEIR_TRY_ASSIGN(options.codec, weir::avro::parse_container_codec(text_of(question, "codec")));
  options.block_size = static_cast<size_t>(question.find_int64("block_size").value_or(65536));
  if (const Json* metadata = question.find("metadata")) {
    for (const Json::Member& entry : metadata->members()) {
      options.metadata.push_back({entry.key, from_hex(*entry.value.as_string())});
    }
  }
  Bytes out;
  WEIR_TRY_ASSIGN(auto writer, weir::avro::ContainerWriter::start(schema, options, out));
  for (const Json& record : question.find("records")->items()) {
    WEIR_TRY(writer.append(BytesView(from_hex(*record.as_string())), out));
  }
  WEIR_TRY(writer.flush(out));
  std::ofstream(path, std::ios::binary) << out;
  return Json().set("bytes", out.size());
}

Result<Json> read_container(const std::string& path, size_t piece) {
  using Step = weir::avro::ContainerReader::Step;
  std::ifstream file(path, std::ios::binary);
  weir::avro::ContainerReader reader;
  Json records = Json::array();
  uint64_t blocks = 0;
  for (;;) {
    WEIR_TRY_ASSIGN(const Step step, reader.next());
    if (step == Step::end) break;
    if (step == Step::cut_off) return weir::Error(weir::ErrorCode::corrupt, "cut off");
    if (step == Step::need_bytes) {
      Bytes bytes(piece, '\0');
      file.read(bytes.data(), static_cast<std::streamsize>(piece));
      bytes.resize(static_cast<size_t>(file.gcount()));
      reader.feed(bytes);
      if (bytes.empty()) reader.finish();
    }
    if (step != Step::block) continue;
    ++blocks;
    weir::avro::BlockRecords in_block(reader.block());
    while (!in_block.at_end()) {
      WEIR_TRY_ASSIGN(const weir::avro::Value value, in_block.decode_value(reader.schema()));
      Bytes data;
      WEIR_TRY(encode_value(reader.schema(), value, data));
      records.push_back(to_hex(data));
    }
  }
  Json metadata = Json::object();
  for (const auto& entry : reader.metadata()) metadata.set(entry.key, to_hex(entry.value));
  return Json()
      .set("schema", reader.schema().to_string())
      .set("codec", to_string(reader.codec()))
      .set("metadata", std::move(metadata))
      .set("blocks", blocks)
      .set("records", std::move(records));
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
    const Json* path = question.find("path");
    return arbitrary(static_cast<uint64_t>(*seed), (path == nullptr ? Json() : *path).items());
  }
  if (const std::string* file = question.find_string("write")) {
    return write_container(*file, question);
  }
  if (const std::string* file = question.find_string("read")) {
    return read_container(*file, static_cast<size_t>(question.find_int64("piece").value_or(65536)));
  }
  if (question.find("data") == nullptr && question.find("json") == nullptr) {
    return describe(text_of(question, "schema"), question);
  }
  return datum(question);
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

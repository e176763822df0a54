// Two schemas, the second the first with a few bytes of its making changed: comparing them ends, a
// schema without breaches reads itself, and what is compatible resolves so that everything is read.
//
// The first byte is how many changes there are; each takes two bytes (where, what); the rest makes
// the schema: a choice at each turn.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "weir/avro/compatibility_level.h"
#include "weir/avro/resolution.h"
#include "weir/base/check.h"

namespace {

using weir::Json;
using weir::avro::Schema;

// A schema from bytes; any bytes do, and few give the same one. Confined.
class SchemaMaker {
 public:
  explicit SchemaMaker(std::vector<uint8_t> choices) : choices_(std::move(choices)) {}

  Json type(int depth = 0) {
    static constexpr const char* kWords[] = {"null",  "boolean", "int",   "long",
                                             "float", "double",  "bytes", "string"};
    const size_t choice = next(depth > 6 ? 9 : 16);
    if (choice < 8) return kWords[choice];
    if (choice == 8) return names_.empty() ? Json("int") : Json(names_[next(names_.size())]);
    if (choice == 9) return Json().set("type", "array").set("items", type(depth + 1));
    if (choice == 10) return Json().set("type", "map").set("values", type(depth + 1));
    if (choice == 11) return union_of(depth);
    if (choice == 12) return enumeration();
    if (choice == 13) return named("fixed").set("size", next(4));
    return record(depth);
  }

 private:
  size_t next(size_t limit) { return at_ < choices_.size() ? choices_[at_++] % limit : 0; }

  Json named(const char* kind) {
    static constexpr const char* kNames[] = {"A", "B", "C", "x.A", "x.B", "y.A", "y.C", "z.D"};
    const std::string name = kNames[next(8)];
    names_.push_back(name);
    Json made = Json().set("type", kind).set("name", name);
    if (next(4) == 0) made.set("aliases", Json::array({Json(kNames[next(8)])}));
    return made;
  }

  Json enumeration() {
    Json made = named("enum");
    Json symbols = Json::array();
    const size_t first = next(3);
    for (size_t i = next(4) + 1; i > 0; --i) symbols.push_back("S" + std::to_string(first + i));
    made.set("symbols", std::move(symbols));
    if (next(3) == 0) made.set("default", "S" + std::to_string(first + 1));
    return made;
  }

  Json record(int depth) {
    Json made = named("record");
    Json fields = Json::array();
    const size_t count = next(5);
    for (size_t i = 0; i < count; ++i) {
      Json field = Json().set("name", field_name(i)).set("type", type(depth + 1));
      if (next(2) == 0) set_default(field);
      if (next(4) == 0) field.set("aliases", Json::array({Json(field_name(next(5)))}));
      fields.push_back(std::move(field));
    }
    return made.set("fields", std::move(fields));
  }

  // Mostly one that fits.
  static void set_default(Json& field) {
    const Json& type = *field.find("type");
    const Json& first = type.items().empty() ? type : type.items()[0];
    const std::string word = first.is_string() ? *first.as_string() : "";
    if (word == "string" || word == "bytes") {
      field.set("default", "");
    } else if (word == "null") {
      field.set("default", Json());
    } else {
      field.set("default", 0);
    }
  }

  std::string field_name(size_t index) {
    return "f" + std::to_string(next(8) == 0 ? next(5) : index);
  }

  Json union_of(int depth) {
    Json branches = Json::array();
    for (size_t i = next(5); i > 0; --i) branches.push_back(type(depth + 1));
    return branches;
  }

  std::vector<uint8_t> choices_;
  std::vector<std::string> names_;
  size_t at_ = 0;
};

bool compatible(const Schema& reader, const Schema& writer) {
  const auto found = weir::avro::find_incompatibilities({.reader = reader, .writer = writer},
                                                        {.max_steps = 100'000, .max_listed = 100});
  if (!found) return false;
  for (const weir::avro::Incompatibility& one : *found) {
    WEIR_CHECK(one.location.starts_with('/'));
    WEIR_CHECK(!describe(one, weir::avro::Reader::new_schema).empty());
  }
  return found->empty();
}

bool is_strict(const Schema& schema) {
  return std::none_of(schema.warnings().begin(), schema.warnings().end(),
                      [](const auto& warning) { return is_breach(warning.rule); });
}

void check(const Schema& reader, const Schema& writer) {
  if (is_strict(reader)) WEIR_CHECK(compatible(reader, reader));
  if (!compatible(reader, writer) || !is_strict(reader) || !is_strict(writer)) return;
  const auto resolution = weir::avro::Resolution::make(writer, reader);
  WEIR_CHECK(resolution && resolution->reads_everything());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t changes = data[0] % 4;
  if (size < 1 + 2 * changes) return 0;
  std::vector<uint8_t> choices(data + 1 + 2 * changes, data + size);
  constexpr weir::avro::SchemaOptions kLenient = {.mode = weir::avro::SchemaOptions::Mode::lenient};
  const auto writer = weir::avro::parse_schema(SchemaMaker(choices).type(), kLenient);
  for (size_t i = 0; i < changes && !choices.empty(); ++i) {
    choices[data[1 + 2 * i] % choices.size()] = data[2 + 2 * i];
  }
  const auto reader = weir::avro::parse_schema(SchemaMaker(choices).type(), kLenient);
  if (!writer || !reader) return 0;
  check(*reader, *writer);
  check(*writer, *reader);
  return 0;
}

// A schema that is read, strictly or leniently, prints to text that reads back as an equal one, has
// a canonical form that is its own canonical form, and compiles or says why not. What lies before a
// zero byte is a schema that the rest may reference.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "weir/avro/canonical_form.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/fingerprint.h"
#include "weir/avro/schema.h"
#include "weir/base/check.h"

namespace {

using weir::Json;
using weir::avro::Schema;
using weir::avro::SchemaOptions;
using weir::avro::Type;

// Whether a type without a namespace is mentioned inside one that has a namespace, or is an alias
// of such a one: Java's text cannot always say which is meant then, and ours is Java's.
bool is_ambiguous(const Type& type, const std::string& space, std::set<const Type*>& seen) {
  if (type.is_named() && type.name.space.empty() && !space.empty()) return true;
  if (type.is_named() && !seen.insert(&type).second) return false;
  if (type.items != nullptr) return is_ambiguous(*type.items, space, seen);
  const auto field_is = [&](const auto& field) {
    return is_ambiguous(*field.type, type.name.space, seen);
  };
  const auto branch_is = [&](const Type* branch) { return is_ambiguous(*branch, space, seen); };
  const auto alias_is = [&](const auto& alias) {
    return alias.space.empty() && !type.name.space.empty();
  };
  return std::any_of(type.fields.begin(), type.fields.end(), field_is) ||
         std::any_of(type.branches.begin(), type.branches.end(), branch_is) ||
         std::any_of(type.aliases.begin(), type.aliases.end(), alias_is);
}

void check_reads_back(const Schema& schema, const SchemaOptions& options) {
  const std::string printed = schema.to_string();
  std::set<const Type*> seen;
  if (is_ambiguous(schema.root(), "", seen)) return;
  const auto again = weir::avro::parse_schema(printed, options);
  WEIR_CHECK(again && again->to_string() == printed);
  const auto pretty = weir::avro::parse_schema(schema.to_pretty_string(), options);
  WEIR_CHECK(pretty && pretty->to_string() == printed);

  const std::string canonical = canonical_form(schema);
  WEIR_CHECK(crc64_fingerprint(schema) == weir::avro::crc64_avro(canonical));
  WEIR_CHECK(canonical_form(*again) == canonical);
  // Written out, referenced types lie deeper.
  const SchemaOptions alone = {.mode = options.mode, .max_depth = 4 * options.max_depth};
  const auto reread = weir::avro::parse_schema(canonical, alone);
  WEIR_CHECK(reread && canonical_form(*reread) == canonical);
  const auto resolved = weir::avro::parse_schema(schema.to_resolved_string(), alone);
  WEIR_CHECK(resolved && canonical_form(*resolved) == canonical);
}

void check(std::string_view text) {
  std::vector<Schema> references;
  if (const size_t zero = text.find('\0'); zero != std::string_view::npos) {
    auto reference = weir::avro::parse_schema(text.substr(0, zero));
    if (reference) references.push_back(std::move(*reference));
    text.remove_prefix(zero + 1);
  }
  const SchemaOptions strict = {.references = references};
  const SchemaOptions lenient = {.mode = SchemaOptions::Mode::lenient, .references = references};
  const auto schema = weir::avro::parse_schema(text, lenient);
  const auto careful = weir::avro::parse_schema(text, strict);
  WEIR_CHECK(schema || !careful);
  if (!schema) return;
  const auto& warnings = schema->warnings();
  const bool breach = std::any_of(warnings.begin(), warnings.end(), [](const auto& warning) {
    return weir::avro::is_breach(warning.rule);
  });
  WEIR_CHECK(breach != careful.has_value());
  check_reads_back(*schema, lenient);
  if (careful) WEIR_CHECK(careful->to_string() == schema->to_string());
  static_cast<void>(weir::avro::DecodePlan::compile(*schema, {.max_leaves = 1000}));
}

// Makes of bytes the JSON of something close to a schema: every byte is a choice, most of them
// sound.
class Builder {
 public:
  Builder(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  bool at_end() const { return at_ == end_; }

  Json type(int depth) {
    switch (choice(depth > 4 ? 4 : 12)) {
      case 0:
      case 1:
        return pick({"null", "boolean", "int", "long", "float", "double", "bytes", "string"});
      case 2:
        return name();
      case 3:
        return dressed(Json().set(
            "type", pick({"null", "int", "double", "bytes", "string", "E", "b.F", "a.R", "R"})));
      case 4:
        return dressed(Json().set("type", "array").set("items", type(depth + 1)));
      case 5:
        return dressed(Json().set("type", "map").set("values", type(depth + 1)));
      case 6:
        return list([&] { return type(depth + 1); });
      case 7:
        return named(Json().set("type", "fixed").set("size", choice(4)));
      case 8:
        return named(Json().set("type", "enum").set("symbols", list([&] { return name(); })));
      default:
        return named(
            Json().set("type", choice(8) == 0 ? "error" : "record").set("fields", list([&] {
                                                                          return field(depth);
                                                                        })));
    }
  }

 private:
  size_t choice(size_t limit) { return at_ == end_ ? 0 : *at_++ % limit; }

  Json pick(std::initializer_list<const char*> texts) {
    return texts.begin()[choice(texts.size())];
  }

  Json name() {
    return pick({"R", "E", "F", "x", "y", "z", "a.R", "b.F", "a.E", ".E", "int", "a.int", "record",
                 "x y", "a..b", "1", "\"", ""});
  }

  template <typename Make>
  Json list(const Make& make) {
    Json all = Json::array();
    for (size_t i = choice(4); i > 0; --i) all.push_back(make());
    return all;
  }

  Json field(int depth) {
    Json made = Json().set("name", name()).set("type", type(depth + 1));
    if (choice(4) == 0) made.set("order", pick({"ascending", "descending", "ignore", "up"}));
    return dressed(std::move(made));
  }

  Json named(Json made) {
    made.set("name", name());
    if (choice(4) == 0) made.set("namespace", pick({"", "a", "b", "a.b", "."}));
    return dressed(std::move(made));
  }

  Json dressed(Json made) {
    if (choice(4) == 0) made.set("default", value(0));
    if (choice(8) == 0) made.set("doc", value(0));
    if (choice(8) == 0) made.set("units", value(0));
    if (choice(8) == 0)
      made.set("aliases", choice(4) == 0 ? value(0) : list([&] { return name(); }));
    if (choice(8) == 0) made.set("logicalType", pick({"date", "uuid", "decimal", "angle"}));
    return made;
  }

  Json value(int depth) {
    switch (choice(depth > 3 ? 5 : 7)) {
      case 0:
        return Json();
      case 1:
        return choice(2) == 0;
      case 2:
        return choice(256) * 20'000'000;
      case 3:
        return Json::real(static_cast<double>(choice(256)) / 7);
      case 4:
        return choice(2) == 0 ? name() : pick({"NaN", "1.5", "\u00e9", "\u20ac"});
      case 5:
        return list([&] { return value(depth + 1); });
      default: {
        Json made = Json::object();
        for (size_t i = choice(3); i > 0; --i) made.set(*name().as_string(), value(depth + 1));
        return made;
      }
    }
  }

  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  check(std::string_view(reinterpret_cast<const char*>(data), size));
  Builder builder(data, size);
  std::string text = builder.type(0).print();
  if (text.size() > 4000) return 0;  // small ones find as much, in less time
  check(text);
  if (builder.at_end()) return 0;
  text += '\0';
  check(text + builder.type(0).print());
  return 0;
}

#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "weir/avro/random_datum.h"
#include "weir/avro/schema.h"

namespace weir::avro {

// What becomes of schemas over the years, for tests: takes a schema's JSON and returns one that
// fields were added to and dropped from, reordered and renamed, whose numbers grew, whose unions
// gained and lost branches. Most of the outcomes can read the old data, some only a part of it,
// some nothing. The same seed gives the same ones. Confined.
class RandomEvolution {
 public:
  explicit RandomEvolution(uint64_t seed) : random_(seed), values_(seed + 1) {}

  Json evolve(const Json& schema) {
    Json made = changed(schema);
    if (!made.is_array() && one_in(8)) {
      const bool is_null = made.as_string() != nullptr && *made.as_string() == "null";
      const Json other = is_null ? Json("string") : Json("null");
      made = one_in(2) ? list({other, made}) : list({made, other});
    }
    return made;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  bool one_in(size_t count) { return below(count) == 0; }
  std::string fresh(const char* what) { return what + std::to_string(next_++); }

  static Json list(std::vector<Json> items) { return Json::array(std::move(items)); }

  Json changed(const Json& schema) {
    if (schema.is_string()) return scalar(*schema.as_string());
    if (schema.is_array()) return union_of(schema);
    const std::string* kind = schema.find_string("type");
    if (kind == nullptr) return schema;
    if (*kind == "record") return record(schema);
    if (*kind == "enum") return enumeration(schema);
    if (*kind == "fixed") return renamed(schema);
    Json made = schema;
    for (const char* part : {"items", "values"}) {
      if (const Json* inside = schema.find(part)) made.set(part, evolve(*inside));
    }
    return made;
  }

  Json scalar(const std::string& word) {
    if (one_in(60)) return one_in(2) ? "boolean" : "int";
    if (!one_in(4)) return word;
    if (word == "int") return std::vector<const char*>{"long", "float", "double"}[below(3)];
    if (word == "long") return one_in(2) ? "float" : "double";
    if (word == "float") return "double";
    if (word == "string") return "bytes";
    if (word == "bytes") return "string";
    return word;
  }

  // A named type keeps its name, moves to another namespace, or takes a new name: mostly with an
  // alias.
  Json renamed(const Json& schema) {
    Json made = schema;
    if (one_in(8)) made.set("namespace", fresh("space"));
    if (!one_in(8)) return made;
    made.set("name", fresh("Renamed")).set("namespace", "");
    if (!one_in(8)) made.set("aliases", list({*schema.find("name")}));
    return made;
  }

  Json enumeration(const Json& schema) {
    std::vector<Json> symbols = schema.find("symbols")->items();
    if (one_in(4)) std::shuffle(symbols.begin(), symbols.end(), random_);
    if (symbols.size() > 1 && one_in(4)) symbols.pop_back();
    if (one_in(4)) symbols.insert(symbols.begin(), Json(fresh("NEW")));
    Json made = renamed(schema);
    if (one_in(2)) made.set("default", symbols[below(symbols.size())]);
    made.set("symbols", list(std::move(symbols)));
    return made;
  }

  Json record(const Json& schema) {
    std::vector<Json> fields;
    for (const Json& field : schema.find("fields")->items()) {
      if (one_in(6)) continue;
      Json made = field;
      made.set("type", evolve(*field.find("type")));
      if (one_in(8)) {
        made.set("aliases", list({*field.find("name")}));
        made.set("name", fresh("renamed"));
      }
      fields.push_back(std::move(made));
    }
    while (one_in(3)) fields.push_back(added());
    if (one_in(3)) std::shuffle(fields.begin(), fields.end(), random_);
    Json made = renamed(schema);
    made.set("fields", list(std::move(fields)));
    return made;
  }

  Json added() {
    Json field = Json().set("name", fresh("added")).set("type", new_type(0));
    if (one_in(20)) return field;
    const Result<Schema> type = parse_schema(*field.find("type"));
    return field.set("default", values_.value(type->root()).to_json());
  }

  Json new_type(int depth) {
    static constexpr const char* kWords[] = {"null",  "boolean", "int",   "long",
                                             "float", "double",  "bytes", "string"};
    switch (below(depth > 2 ? 8 : 14)) {
      case 8:
        return list({Json("null"), Json("int")});
      case 9:
        return list({Json("double"), Json("null"), Json("string")});
      case 10:
        return Json().set("type", "array").set("items", new_type(depth + 1));
      case 11:
        return Json().set("type", "map").set("values", new_type(depth + 1));
      case 12:
        return Json()
            .set("type", "enum")
            .set("name", fresh("Enum"))
            .set("symbols", list({Json("A"), Json("B")}));
      case 13: {
        Json inner = Json().set("name", "a").set("type", new_type(depth + 1));
        return Json()
            .set("type", "record")
            .set("name", fresh("Record"))
            .set("fields", list({std::move(inner)}));
      }
      default:
        return kWords[below(8)];
    }
  }

  Json union_of(const Json& schema) {
    std::vector<Json> branches;
    for (const Json& branch : schema.items()) branches.push_back(changed(branch));
    if (one_in(10)) return branches[below(branches.size())];
    if (one_in(4)) std::shuffle(branches.begin(), branches.end(), random_);
    if (branches.size() > 1 && one_in(8)) branches.pop_back();
    if (one_in(4))
      branches.push_back(std::vector<const char*>{"null", "double", "string"}[below(3)]);
    // Changes can make two branches one type.
    std::vector<Json> distinct;
    for (Json& branch : branches) {
      const bool seen = std::any_of(distinct.begin(), distinct.end(), [&](const Json& other) {
        return !is_named(branch) && !is_named(other) && word_of(branch) == word_of(other);
      });
      if (!seen) distinct.push_back(std::move(branch));
    }
    return list(std::move(distinct));
  }

  static bool is_named(const Json& schema) { return schema.find("name") != nullptr; }
  static std::string word_of(const Json& schema) {
    return schema.is_string() ? *schema.as_string() : *schema.find_string("type");
  }

  std::mt19937_64 random_;
  RandomDatum values_;
  size_t next_ = 0;
};

}  // namespace weir::avro

#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "weir/avro/schema.h"
#include "weir/avro/value.h"

namespace weir::avro {

// Random schemas and values of them, for tests: decided choice by choice. The choices come from a
// seed (the same one gives the same data), or are given: where those end, each further choice is
// the simplest. Taking some away or making them smaller gives simpler data, so that rapidcheck
// shrinks what it finds (arbitrary_datum.h). Confined.
class RandomDatum {
 public:
  explicit RandomDatum(uint64_t seed) : random_(seed) {}
  explicit RandomDatum(std::vector<uint64_t> choices) : choices_(std::move(choices)) {}

  // Whether a schema may use a named type again by its name, and inside itself.
  enum class References : uint8_t { none, some };

  Json schema(References references = References::none) {
    names_ = 0;
    references_ = references;
    named_.clear();
    open_records_.clear();
    return type(0, false);
  }

  Value value(const Type& type, int depth = 0) {
    Value value;
    switch (type.kind) {
      case Kind::null:
        break;
      case Kind::boolean:
        value.data = below(2) == 1;
        break;
      case Kind::int32:
        value.data = int64_t{static_cast<int32_t>(integer())};
        break;
      case Kind::int64:
        value.data = integer();
        break;
      case Kind::float32:
        value.data = static_cast<double>(static_cast<float>(real()));
        break;
      case Kind::float64:
        value.data = real();
        break;
      case Kind::string:
        value.data = text();
        break;
      case Kind::bytes:
        value.data = Value::Binary{bytes(below(20))};
        break;
      case Kind::fixed:
        value.data = Value::Binary{bytes(type.size)};
        break;
      case Kind::enumeration:
        value.data = type.symbols[below(type.symbols.size())];
        break;
      case Kind::record: {
        Value::Record record;
        for (const Field& field : type.fields) {
          record.fields.push_back({field.name, this->value(*field.type, depth + 1)});
        }
        value.data = std::move(record);
        break;
      }
      case Kind::array: {
        std::vector<Value> items(depth > kDeep ? 0 : below(4));
        for (Value& item : items) item = this->value(*type.items, depth + 1);
        value.data = std::move(items);
        break;
      }
      case Kind::map: {
        Value::Map map;
        const size_t count = depth > kDeep ? 0 : below(3);
        for (size_t i = 0; i < count; ++i) {
          map.entries.push_back({text() + std::to_string(i), this->value(*type.items, depth + 1)});
        }
        value.data = std::move(map);
        break;
      }
      case Kind::union_of: {
        // A type contains itself only behind a null that comes first.
        const size_t branch = depth > kDeep ? 0 : below(type.branches.size());
        value = this->value(*type.branches[branch], depth + 1);
        value.branch = branch;
        break;
      }
    }
    return value;
  }

  size_t below(size_t limit) { return limit == 0 ? 0 : next() % limit; }

 private:
  // Values of types that contain themselves end about here.
  static constexpr int kDeep = 8;

  uint64_t next() {
    if (!choices_) return random_();
    return taken_ < choices_->size() ? (*choices_)[taken_++] : 0;
  }

  int64_t integer() { return static_cast<int64_t>(next() >> below(64)) * (below(2) == 1 ? 1 : -1); }

  double real() {
    return std::ldexp(static_cast<double>(integer()), static_cast<int>(below(60)) - 30);
  }

  std::string text() {
    static constexpr const char* kPieces[] = {
        "a", "Z9", "é", "🔭", "\"", "\\", "\n", "", "some longer text"};
    std::string all;
    for (size_t i = below(5); i > 0; --i) all += kPieces[below(std::size(kPieces))];
    return all;
  }

  Bytes bytes(size_t size) {
    Bytes all(size, '\0');
    for (char& c : all) c = static_cast<char>(next());
    return all;
  }

  std::string name() { return "n" + std::to_string(names_++); }

  Json named(std::string_view kind) {
    Json made = Json().set("type", kind).set("name", name());
    named_.push_back(*made.find_string("name"));
    return made;
  }

  // A type by its name: one that is complete, or a record that we are inside of, behind null.
  Json reference(bool inside_union) {
    if (!open_records_.empty() && !inside_union && below(2) == 0) {
      return Json::array({Json("null"), Json(open_records_[below(open_records_.size())])});
    }
    const std::string& chosen = named_[below(named_.size())];
    const bool is_open =
        std::find(open_records_.begin(), open_records_.end(), chosen) != open_records_.end();
    return is_open ? Json("null") : Json(chosen);
  }

  Json type(int depth, bool inside_union) {
    static constexpr const char* kWords[] = {"null",  "boolean", "int",   "long",
                                             "float", "double",  "bytes", "string"};
    if (references_ == References::some && !named_.empty() && below(8) == 7) {
      return reference(inside_union);
    }
    const size_t choice = below(depth > 4 ? 10 : inside_union ? 14 : 15);
    if (choice < 8) return kWords[choice];
    if (choice == 8) {
      Json symbols = Json::array();
      for (size_t i = 0; i <= below(4); ++i) symbols.push_back("S" + std::to_string(i));
      return named("enum").set("symbols", std::move(symbols));
    }
    if (choice == 9) return named("fixed").set("size", below(6));
    if (choice == 10) return Json().set("type", "array").set("items", type(depth + 1, false));
    if (choice == 11) return Json().set("type", "map").set("values", type(depth + 1, false));
    if (choice < 14) return record(depth);
    return union_of(depth);
  }

  Json record(int depth) {
    Json made = named("record");
    open_records_.push_back(*made.find_string("name"));
    Json fields = Json::array();
    for (size_t i = below(6); i > 0; --i) {
      fields.push_back(Json().set("name", name()).set("type", type(depth + 1, false)));
    }
    open_records_.pop_back();
    return made.set("fields", std::move(fields));
  }

  Json union_of(int depth) {
    Json branches = Json::array();
    if (below(4) != 0) branches.push_back("null");
    std::vector<std::string> seen = {"null"};
    for (size_t i = below(3) + (branches.items().empty() ? 1 : 0); i > 0; --i) {
      const size_t names_before = named_.size();
      Json branch = type(depth + 1, true);
      const std::string* word = branch.find_string("name");
      if (word == nullptr)
        word = branch.is_string() ? branch.as_string() : branch.find_string("type");
      if (std::find(seen.begin(), seen.end(), *word) != seen.end()) {
        named_.resize(names_before);  // what was defined inside is gone with it
        continue;
      }
      seen.push_back(*word);
      branches.push_back(std::move(branch));
    }
    if (branches.items().empty()) branches.push_back("string");
    return branches;
  }

  std::mt19937_64 random_;
  std::optional<std::vector<uint64_t>> choices_;
  size_t taken_ = 0;
  References references_ = References::none;
  size_t names_ = 0;
  std::vector<std::string> named_;
  std::vector<std::string> open_records_;
};

}  // namespace weir::avro

#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/json.h"
#include "weir/base/result.h"

namespace weir::avro {

enum class Kind : uint8_t {
  null,
  boolean,
  int32,
  int64,
  float32,
  float64,
  bytes,
  string,
  record,
  enumeration,
  array,
  map,
  fixed,
  union_of
};

// The name of the kind as schemas spell it: "null", "int", "record", …, "union".
std::string_view to_string(Kind kind);

// A logical type whose attributes and underlying type are valid; everything else is `none`, and
// stays visible as the attribute `logicalType`.
enum class LogicalType : uint8_t {
  none,
  date,
  time_millis,
  time_micros,
  timestamp_millis,
  timestamp_micros,
  timestamp_nanos,
  local_timestamp_millis,
  local_timestamp_micros,
  local_timestamp_nanos,
  decimal,
  uuid,
  duration
};

enum class Order : uint8_t { ascending, descending, ignore };

// The name of a record, enumeration or fixed, resolved: the namespace is empty for none.
struct Name {
  std::string simple;
  std::string space;

  std::string full() const { return space.empty() ? simple : space + "." + simple; }
  bool operator==(const Name&) const = default;
};

struct Type;

struct Field {
  std::string name;
  const Type* type = nullptr;  // lives as long as the Schema
  std::optional<std::string> doc;
  std::optional<Json> default_value;  // absent is "no default"; a JSON null is the default null
  Order order = Order::ascending;
  std::vector<std::string> aliases;
  Json attributes = Json::object();  // what Avro does not define, in input order
};

// One type in a schema. A named type has one Type however often it is referred to, so a schema may
// contain itself. Immutable once its Schema is made.
struct Type {
  Kind kind = Kind::null;
  LogicalType logical = LogicalType::none;
  bool is_error = false;                      // a record declared with "error"
  std::optional<std::string> doc;             // record, enumeration, fixed
  Name name;                                  // record, enumeration, fixed
  std::vector<Name> aliases;                  // record, enumeration, fixed
  std::vector<Field> fields;                  // record
  std::vector<std::string> symbols;           // enumeration
  std::optional<std::string> default_symbol;  // enumeration
  size_t size = 0;                            // fixed
  const Type* items = nullptr;                // array items, map values
  std::vector<const Type*> branches;          // union
  size_t least_size = 0;                      // bytes that every encoded value takes at least
  // What Avro does not define (and logicalType, precision, scale), in input order.
  Json attributes = Json::object();

  const Field* find_field(std::string_view field_name) const;
  bool is_named() const {
    return kind == Kind::record || kind == Kind::enumeration || kind == Kind::fixed;
  }
};

struct SchemaOptions {
  enum class Names : uint8_t {
    strict,  // letters, digits and underscores, as the specification says
    lenient  // names and symbols may hold any text that is not empty, as old generators made them
  };
  enum class Defaults : uint8_t { checked, unchecked };

  Names names = Names::strict;
  Defaults defaults = Defaults::checked;
  size_t max_depth = 64;       // types inside each other
  size_t max_size = 16 << 20;  // bytes of text
};

// An Avro schema. Immutable and cheap to copy: copies share the types, which live as long as any
// copy.
//
//   WEIR_TRY_ASSIGN(Schema schema, parse_schema(text, {.names = SchemaOptions::Names::lenient}));
//   for (const Field& field : schema->fields) …
//   schema.to_string();  // the text that registries derive ids from
class Schema {
 public:
  const Type& root() const { return *root_; }
  const Type* operator->() const { return root_; }

  // Byte for byte what Java's Schema.toString() gives: one line, members in the fixed order.
  std::string to_string() const;
  // The same members in the same order, indented by two spaces.
  std::string to_pretty_string() const;
  // The same as a value.
  Json to_json() const;

  // Equal when to_string() is: names, docs, order, defaults and attributes included.
  friend bool operator==(const Schema& one, const Schema& other) {
    return one.root_ == other.root_ || one.to_string() == other.to_string();
  }

 private:
  friend class SchemaParser;
  struct Types;

  Schema(std::shared_ptr<const Types> types, const Type* root);

  std::shared_ptr<const Types> types_;
  const Type* root_;
};

// Text or JSON → schema. Errors are `invalid_argument` and name the place ("$.fields[2].type: …").
// Names are resolved as Java does: in the enclosing namespace, then without one.
Result<Schema> parse_schema(std::string_view text, const SchemaOptions& options = {});
Result<Schema> schema_from_json(const Json& json, const SchemaOptions& options = {});
// A template so that text is never taken for the JSON string of its characters.
template <std::same_as<Json> T>
Result<Schema> parse_schema(const T& json, const SchemaOptions& options = {}) {
  return schema_from_json(json, options);
}

}  // namespace weir::avro

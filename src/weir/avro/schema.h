#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
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
  big_decimal,
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

// A field is its position: that is the order of the bytes. Its name is unique in a strict schema;
// in a lenient one a name may stand twice, and then means the first field that has it to everybody
// who looks by name (`find_field`, resolution, selections of fields, data in JSON). Later ones are
// reached by position alone: they are decoded, skipped and encoded in their place like any other.
struct Field {
  std::string name;
  const Type* type = nullptr;  // lives as long as the Schema
  std::optional<std::string> doc;
  // Absent is "no default"; a JSON null is the default null. In a lenient schema it may not fit the
  // type: whoever uses it, as `value_of_default` does, has to see for itself.
  std::optional<Json> default_value;
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
  std::optional<std::string> default_symbol;  // enumeration; one of the symbols unless lenient
  size_t size = 0;                            // fixed
  const Type* items = nullptr;                // array items, map values
  std::vector<const Type*> branches;          // union
  size_t least_size = 0;                      // bytes that every encoded value takes at least
  // What Avro does not define (and logicalType, precision, scale), in input order.
  Json attributes = Json::object();

  // The first field, or the position of the first symbol, of that name. Quick in large types too.
  const Field* find_field(std::string_view field_name) const;
  std::optional<size_t> find_symbol(std::string_view symbol) const;

  // Positions in `fields` or `symbols`, sorted by name and position; empty where there are few.
  std::vector<uint32_t> by_name;

  bool is_named() const {
    return kind == Kind::record || kind == Kind::enumeration || kind == Kind::fixed;
  }
};

// What a schema may breach and still be read when lenient, and what its author should know besides.
enum class SchemaRule : uint8_t {
  // Breaches of the specification: errors when strict.
  name,           // names and symbols: a letter or _, then letters, digits and _; dots between
  unique_field,   // each field name once in a record
  unique_symbol,  // each symbol once in an enumeration
  unique_branch,  // each kind of type, and each named type, once in a union
  unique_type,    // each named type defined once; lenient takes the very same definition again
  default_value,  // of the field's type; of an enumeration, one of its symbols
  order,          // "ascending", "descending" or "ignore"
  alias_list,     // aliases are an array of text
  // Allowed, yet probably not what was meant.
  later_branch,   // a default of a later branch of a union: Avro before 1.12 takes the first only
  alias_name,     // an alias that is no valid name
  type_word,      // a name that is also the name of a type of Avro's own: a.int
  ignored_value,  // a word of Avro's own with a value of the wrong kind, passed over as Java does
  ignored_attribute  // attributes that stand beside a mere reference to a type, or a logicalType
                     // beside a field's type instead of in it
};

// True for what a strict parse refuses.
bool is_breach(SchemaRule rule);

struct SchemaWarning {
  SchemaRule rule = SchemaRule::name;
  std::string path;    // "$.fields[2].default"
  std::string reason;  // a sentence without the path
};

// An Avro schema. Immutable and cheap to copy: copies share the types, which live as long as any
// copy. What it borrows from other schemas (see SchemaOptions::references) lives as long, too.
//
//   WEIR_TRY_ASSIGN(Schema schema, parse_schema(text, {.mode = SchemaOptions::Mode::lenient}));
//   for (const Field& field : schema->fields) …
//   schema.to_string();  // the text that registries derive ids from
class Schema {
 public:
  const Type& root() const { return *root_; }
  const Type* operator->() const { return root_; }

  // Byte for byte what Java's Schema.toString() gives: one line, members in the fixed order, types
  // of referenced schemas by name.
  std::string to_string() const;
  // The same members in the same order, indented by two spaces.
  std::string to_pretty_string() const;
  // The same as a value.
  Json to_json() const;
  // The same as to_string(), with the types of referenced schemas in full: it stands alone.
  std::string to_resolved_string() const;

  // The named type of that full name that this schema, or one that it references, defines.
  const Type* find_type(std::string_view full_name) const;

  // What was found wrong and read all the same, in the order of the text, defaults last; of each
  // rule the first hundred.
  const std::vector<SchemaWarning>& warnings() const;

  // Equal when to_resolved_string() is: names, docs, order, defaults and attributes included.
  friend bool operator==(const Schema& one, const Schema& other) {
    return one.root_ == other.root_ || one.to_resolved_string() == other.to_resolved_string();
  }

 private:
  friend class SchemaParser;
  struct Types;

  Schema(std::shared_ptr<const Types> types, const Type* root);

  std::shared_ptr<const Types> types_;
  const Type* root_;
};

struct SchemaOptions {
  enum class Mode : uint8_t {
    strict,  // for new schemas: what the specification and Avro's own parsers demand
    lenient  // for schemas that exist: breaches are warnings, and print as they were read
  };

  Mode mode = Mode::strict;
  // Schemas whose named types, and those of the schemas that they reference in turn, may be used by
  // name, and may not be defined again. (Lenient takes the same definition again: Avro Java writes
  // out what is defined inside a reference.)
  std::span<const Schema> references = {};
  size_t max_depth = 64;       // types inside each other
  size_t max_size = 16 << 20;  // bytes of text
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

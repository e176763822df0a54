#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/avro/schema_report.h"

namespace weir::avro {

// Reads what Avro defines around types: names, docs, aliases, orders, and the attributes beside
// them. Breaches go to the report. Confined.
class SchemaWords {
 public:
  using Members = std::vector<Json::Member>;

  explicit SchemaWords(SchemaReport& report) : report_(report) {}

  Result<const std::string*> required_text(const Json& json, std::string_view key) const;
  // Java passes over a doc, namespace or default symbol that is not text; so do we.
  Result<std::optional<std::string>> optional_text(const Json& json, std::string_view key);

  // Of a type or field: one has to be there.
  Status check_name(const std::string& name);
  Status check_symbol(const std::string& name);
  Status check_type_name(const Name& name);

  // The members that Avro defines neither for a type (of that kind) nor for a field.
  static Members type_attributes(Kind kind, const Json& json);
  static Members field_attributes(const Json& json);

  // Orders that are none, and aliases that are no list of text, a lenient parse adds to the
  // attributes.
  Result<Order> order(const Json& field, Members& attributes);
  Result<std::vector<std::string>> aliases(const Json& json, Members& attributes);
  // Of a named type: relative to its namespace.
  Result<std::vector<Name>> type_aliases(const Json& json, const Name& name, Members& attributes);

  // A default as Java takes it: text such as "1.5" is a number where the type is float or double.
  static Json default_value(const Type& type, const Json& value);

 private:
  SchemaReport& report_;
};

}  // namespace weir::avro

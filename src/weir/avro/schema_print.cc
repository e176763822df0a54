#include <functional>
#include <unordered_set>

#include "weir/avro/schema_names.h"
#include "weir/avro/schema_types.h"

namespace weir::avro {
namespace {

constexpr JsonPrintOptions kOneLine = {.numbers = NumberStyle::java};
constexpr JsonPrintOptions kPretty = {.indent = 2, .numbers = NumberStyle::java};

std::string_view to_string(Order order) {
  switch (order) {
    case Order::ascending:
      return "ascending";
    case Order::descending:
      return "descending";
    case Order::ignore:
      return "ignore";
  }
  return "ascending";
}

// A name as seen from inside `space`: short where that is the same namespace and it cannot be taken
// for one of Avro's own types.
std::string qualified(const Name& name, const std::string& space) {
  const bool near = !name.space.empty() && name.space == space;
  return near && !is_type_word(name.simple) ? name.simple : name.full();
}

// Builds the members in the order of Java's Schema.toString(): the first mention of a named type in
// full, every later one, and each of a borrowed type, by name.
class SchemaPrinter {
 public:
  // Whether a named type is to be mentioned only.
  using ByName = std::function<bool(const Type&)>;

  explicit SchemaPrinter(ByName by_name = nullptr) : by_name_(std::move(by_name)) {}

  Json print(const Type& type, const std::string& space) {
    switch (type.kind) {
      case Kind::record:
      case Kind::enumeration:
      case Kind::fixed:
        return named(type, space);
      case Kind::array:
        return container(type, "array", "items", space);
      case Kind::map:
        return container(type, "map", "values", space);
      case Kind::union_of:
        return branches(type, space);
      default:
        return primitive(type);
    }
  }

 private:
  using Members = std::vector<Json::Member>;

  static void add(Members& members, std::string_view key, Json value) {
    members.push_back({std::string(key), std::move(value)});
  }
  static void add_all(Members& members, const Json& attributes) {
    const Members& all = attributes.members();
    members.insert(members.end(), all.begin(), all.end());
  }

  static Json primitive(const Type& type) {
    if (type.attributes.members().empty()) return avro::to_string(type.kind);
    Members members;
    add(members, "type", avro::to_string(type.kind));
    add_all(members, type.attributes);
    return Json::object(std::move(members));
  }

  Json container(const Type& type, std::string_view keyword, std::string_view key,
                 const std::string& space) {
    Members members;
    add(members, "type", keyword);
    add(members, key, print(*type.items, space));
    add_all(members, type.attributes);
    return Json::object(std::move(members));
  }

  Json branches(const Type& type, const std::string& space) {
    std::vector<Json> all;
    for (const Type* branch : type.branches) all.push_back(print(*branch, space));
    return Json::array(std::move(all));
  }

  Json named(const Type& type, const std::string& space) {
    if ((by_name_ && by_name_(type)) || !printed_.insert(&type).second)
      return qualified(type.name, space);
    Members members;
    add(members, "type", type.is_error ? "error" : avro::to_string(type.kind));
    add(members, "name", type.name.simple);
    if (type.name.space != space) add(members, "namespace", type.name.space);
    if (type.doc) add(members, "doc", *type.doc);
    if (type.kind == Kind::record) add(members, "fields", fields(type));
    if (type.kind == Kind::enumeration) {
      Json symbols = Json::array();
      for (const std::string& symbol : type.symbols) symbols.push_back(symbol);
      add(members, "symbols", std::move(symbols));
      if (type.default_symbol) add(members, "default", *type.default_symbol);
    }
    if (type.kind == Kind::fixed) add(members, "size", type.size);
    add_all(members, type.attributes);
    if (!type.aliases.empty()) {
      Json aliases = Json::array();
      for (const Name& alias : type.aliases) aliases.push_back(qualified(alias, type.name.space));
      add(members, "aliases", std::move(aliases));
    }
    return Json::object(std::move(members));
  }

  Json fields(const Type& record) {
    std::vector<Json> all;
    for (const Field& field : record.fields) {
      Members members;
      add(members, "name", field.name);
      add(members, "type", print(*field.type, record.name.space));
      if (field.doc) add(members, "doc", *field.doc);
      if (field.default_value) add(members, "default", *field.default_value);
      if (field.order != Order::ascending) add(members, "order", to_string(field.order));
      if (!field.aliases.empty()) {
        Json aliases = Json::array();
        for (const std::string& alias : field.aliases) aliases.push_back(alias);
        add(members, "aliases", std::move(aliases));
      }
      add_all(members, field.attributes);
      all.push_back(Json::object(std::move(members)));
    }
    return Json::array(std::move(all));
  }

  ByName by_name_;
  std::unordered_set<const Type*> printed_;
};

}  // namespace

Json Schema::to_json() const {
  const TypesByName& borrowed = types_->borrowed;
  if (borrowed.empty()) return SchemaPrinter().print(*root_, "");
  return SchemaPrinter([&](const Type& type) { return borrowed.contains(type.name.full()); })
      .print(*root_, "");
}
std::string Schema::to_string() const { return to_json().print(kOneLine); }
std::string Schema::to_pretty_string() const { return to_json().print(kPretty); }
std::string Schema::to_resolved_string() const {
  return SchemaPrinter().print(*root_, "").print(kOneLine);
}

std::string to_shallow_string(const Type& type) {
  return SchemaPrinter([&](const Type& other) { return &other != &type; })
      .print(type, "")
      .print(kOneLine);
}

}  // namespace weir::avro

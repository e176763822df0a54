#include "weir/avro/schema_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

#include "weir/avro/schema_names.h"

namespace weir::avro {
namespace {

// What Java's parser takes for its own wherever it stands, and so never keeps as an attribute.
constexpr std::array<std::string_view, 10> kTypeWords = {
    "doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases"};
constexpr std::array<std::string_view, 6> kFieldWords = {"default", "doc",  "name",
                                                         "order",   "type", "aliases"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<Order> order_of(std::string_view word) {
  if (word == "ascending") return Order::ascending;
  if (word == "descending") return Order::descending;
  if (word == "ignore") return Order::ignore;
  return std::nullopt;
}

// The number that Java's Double.parseDouble reads, but for hexadecimal ones.
std::optional<double> number_in(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text.size() > 1 && std::string_view("fFdD").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  // Without this, from_chars would also take "inf", "nan" and a second sign.
  if (text.empty() || std::string_view(".0123456789").find(text[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return negative ? -number : number;
}

bool is_list_of_text(const Json& json) {
  return json.is_array() && std::all_of(json.items().begin(), json.items().end(),
                                        [](const Json& item) { return item.is_string(); });
}

}  // namespace

Result<const std::string*> SchemaWords::required_text(const Json& json,
                                                      std::string_view key) const {
  const std::string* text = json.find_string(key);
  if (text == nullptr) {
    return report_.error("no text under \"" + std::string(key) + "\" in " + excerpt(json));
  }
  return text;
}

Result<std::optional<std::string>> SchemaWords::optional_text(const Json& json,
                                                              std::string_view key) {
  const Json* value = json.find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (const std::string* text = value->as_string()) return *text;
  WEIR_TRY(report_.found(SchemaRule::ignored_value,
                         "\"" + std::string(key) + "\" is text, not " + excerpt(*value)));
  return std::nullopt;
}

Status SchemaWords::check_name(const std::string& name) {
  if (name.empty()) return report_.error("the name is empty");
  return check_symbol(name);
}

Status SchemaWords::check_symbol(const std::string& name) {
  if (is_plain_name(name)) return {};
  return report_.found(SchemaRule::name, "the name " + quoted(name) +
                                             " is not made of letters, digits and underscores");
}

Status SchemaWords::check_type_name(const Name& name) {
  WEIR_TRY(check_name(name.simple));
  if (!name.space.empty() && !is_plain_namespace(name.space)) {
    WEIR_TRY(report_.found(SchemaRule::name, "the namespace " + quoted(name.space) +
                                                 " is not made of names with dots between them"));
  }
  if (!primitive_kind(name.simple)) return {};
  if (name.space.empty()) {
    return report_.error(quoted(name.simple) + " is a type of Avro's own");
  }
  return report_.found(SchemaRule::type_word,
                       quoted(name.full()) + " is named like a type of Avro's own");
}

SchemaWords::Members SchemaWords::type_attributes(Kind kind, const Json& json) {
  Members attributes;
  for (const Json::Member& member : json.members()) {
    const bool own =
        contains(kTypeWords, member.key) || (kind == Kind::enumeration && member.key == "default");
    if (!own) attributes.push_back(member);
  }
  return attributes;
}

SchemaWords::Members SchemaWords::field_attributes(const Json& json) {
  Members attributes;
  for (const Json::Member& member : json.members()) {
    if (!contains(kFieldWords, member.key)) attributes.push_back(member);
  }
  return attributes;
}

Result<Order> SchemaWords::order(const Json& field, Members& attributes) {
  const Json* given = field.find("order");
  if (given == nullptr) return Order::ascending;
  if (const std::string* word = given->as_string()) {
    if (const std::optional<Order> order = order_of(*word)) return *order;
  }
  attributes.push_back({"order", *given});
  WEIR_TRY(report_.found(
      SchemaRule::order,
      "the order is \"ascending\", \"descending\" or \"ignore\", not " + excerpt(*given)));
  return Order::ascending;
}

Result<std::vector<std::string>> SchemaWords::aliases(const Json& json, Members& attributes) {
  std::vector<std::string> aliases;
  const Json* list = json.find("aliases");
  if (list == nullptr) return aliases;
  if (!is_list_of_text(*list)) {
    attributes.push_back({"aliases", *list});
    WEIR_TRY(report_.found(SchemaRule::alias_list,
                           "aliases are an array of text, not " + excerpt(*list)));
    return aliases;
  }
  std::unordered_set<std::string_view> seen;
  for (const Json& item : list->items()) {
    const std::string& alias = *item.as_string();
    if (!seen.insert(alias).second) continue;
    if (!is_plain_namespace(alias)) {
      WEIR_TRY(report_.found(SchemaRule::alias_name, "the alias " + quoted(alias) + " is no name"));
    }
    aliases.push_back(alias);
  }
  return aliases;
}

Result<std::vector<Name>> SchemaWords::type_aliases(const Json& json, const Name& name,
                                                    Members& attributes) {
  WEIR_TRY_ASSIGN(const std::vector<std::string> texts, aliases(json, attributes));
  std::vector<Name> names;
  std::unordered_set<std::string> seen;
  for (const std::string& text : texts) {
    Name alias = resolve_name(text, name.space);
    if (seen.insert(alias.full()).second) names.push_back(std::move(alias));
  }
  return names;
}

Json SchemaWords::default_value(const Type& type, const Json& value) {
  const std::string* text = value.as_string();
  if (text == nullptr || (type.kind != Kind::float32 && type.kind != Kind::float64)) return value;
  const std::optional<double> number = number_in(*text);
  return number ? Json::real(*number, NumberStyle::java) : value;
}

}  // namespace weir::avro

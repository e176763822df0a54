#include "weir/sal/sal_kafka_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "weir/sal/avro_name.h"
#include "weir/sal/enum_symbols.h"
#include "weir/sal/schema_attributes.h"

namespace weir::sal {
namespace {

// Stands for every symbol that a reader's schema does not have yet.
constexpr std::string_view kUnknownSymbol = "unknown";

// The fields in front of the items: those that SAL adds to every message.
struct PrivateField {
  std::string_view name;
  std::string_view type;
  std::string_view units;
  std::string_view description;
};
constexpr std::string_view kIndexField = "salIndex";
constexpr PrivateField kPrivateFields[] = {
    {kIndexField, "int", "unitless", "Which instance of the component: its SAL index."},
    {"private_sndStamp", "double", "second", "TAI time at which the message was sent."},
    {"private_rcvStamp", "double", "second", "TAI time at which the message was received."},
    {"private_efdStamp", "double", "second",
     "UTC time for the engineering database: private_sndStamp less the leap seconds."},
    {"private_kafkaStamp", "double", "second", "TAI time at which the Kafka message was made."},
    {"private_seqNum", "int", "unitless", "Sequence number; of a command, its identity."},
    {"private_revCode", "string", "unitless", "Hash code of the topic's declaration."},
    {"private_identity", "string", "unitless",
     "Who sent it: a component, or user@host for a person."},
    {"private_origin", "int", "unitless", "Process number of the sender."},
};

std::string_view primitive(ItemType type) {
  switch (type) {
    case ItemType::null_value:
      return "null";
    case ItemType::boolean:
      return "boolean";
    case ItemType::byte:
    case ItemType::int16:
    case ItemType::uint16:
    case ItemType::int32:
    case ItemType::long32:
      return "int";
    // Avro has no unsigned types: 32 bits fit into the next wider one, 64 bits keep their bits.
    case ItemType::uint32:
    case ItemType::ulong32:
    case ItemType::int64:
    case ItemType::uint64:
      return "long";
    case ItemType::float32:
      return "float";
    case ItemType::float64:
      return "double";
    case ItemType::character:
    case ItemType::string:
      return "string";
  }
  return "";
}

Json zero_of(std::string_view primitive_type) {
  if (primitive_type == "boolean") return false;
  if (primitive_type == "int" || primitive_type == "long") return 0;
  if (primitive_type == "float" || primitive_type == "double") return Json::real(0);
  if (primitive_type == "string") return "";
  return {};
}

Json enumeration_type(const Topic& topic, const Item& item) {
  const std::vector<std::string> names = avro_symbols(item.enumeration);
  const std::vector<int64_t> numbers = enumerator_numbers(item.enumeration);
  std::vector<Json> symbols(names.begin(), names.end());
  std::vector<Json::Member> values, originals;
  bool numbered = false;
  for (size_t i = 0; i < names.size(); ++i) {
    const Enumerator& enumerator = item.enumeration[i];
    numbered = numbered || enumerator.value.has_value();
    values.push_back({names[i], numbers[i]});
    if (names[i] != enumerator.symbol) originals.push_back({names[i], enumerator.symbol});
  }
  if (std::find(names.begin(), names.end(), kUnknownSymbol) == names.end()) {
    symbols.emplace_back(kUnknownSymbol);  // last: the declared ones keep their positions
  }
  Json type = Json::object();
  type.set("type", "enum")
      .set("name", fmt::format("{}_{}", topic.short_name(), item.name))
      .set("symbols", Json::array(std::move(symbols)))
      .set("default", kUnknownSymbol);
  if (numbered) type.set("sal_values", Json::object(std::move(values)));
  if (!originals.empty()) type.set("sal_symbols", Json::object(std::move(originals)));
  return type;
}

// Without its Count, which is the field's.
Json element_type(const Topic& topic, const Item& item) {
  return item.enumeration.empty() ? Json(primitive(item.type)) : enumeration_type(topic, item);
}

// Is the text that lower-case word, in any case?
bool is_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

Json item_field(const Topic& topic, const Item& item, const std::string& name) {
  Json field = Json::object();
  field.set("name", name);
  const bool one_text = item.type == ItemType::character && item.enumeration.empty();
  if (item.count > 1 && !one_text) {
    field
        .set("type", Json::object()
                         .set("type", "array")
                         .set("items", element_type(topic, item))
                         .set("sal_count", item.count))
        .set("default", Json::array());
  } else {
    field.set("type", element_type(topic, item))
        .set("default",
             item.enumeration.empty() ? zero_of(primitive(item.type)) : Json(kUnknownSymbol));
  }
  set_text(field, "description", item.description);
  set_text(field, "units", item.units);
  set_text(field, "sal_explanation", item.explanation);
  if (name != item.name) field.set("sal_name", item.name);
  set_text(field, "sal_type", item.idl_type);
  if (item.count > 1 && one_text) field.set("sal_count", item.count);
  set_rarer_tags(field, item);
  if (is_word(item.needed_by_dm, "true") || is_word(item.needed_by_dm, "false")) {
    field.set("sal_needed_by_dm", is_word(item.needed_by_dm, "true"));
  } else {
    set_text(field, "sal_needed_by_dm", item.needed_by_dm);
  }
  return field;
}

Json private_field(const PrivateField& field) {
  return Json::object()
      .set("name", field.name)
      .set("type", field.type)
      .set("default", zero_of(field.type))
      .set("description", field.description)
      .set("units", field.units);
}

bool has_private_field(const Topic& topic, const PrivateField& field) {
  return field.name != kIndexField || topic.indexed;
}

bool has_private_name(const Topic& topic, const Item& item) {
  return std::any_of(std::begin(kPrivateFields), std::end(kPrivateFields),
                     [&](const PrivateField& field) {
                       return field.name == item.name && has_private_field(topic, field);
                     });
}

// True for nearly no topic.
bool renames_items(const Topic& topic) {
  return std::any_of(topic.items.begin(), topic.items.end(),
                     [&](const Item& item) { return has_private_name(topic, item); });
}

// The names of the fields of the items. A private field's own name is not free.
std::vector<std::string> field_names(const Topic& topic) {
  std::vector<std::string> names;
  names.reserve(topic.items.size());
  for (const Item& item : topic.items) {
    names.push_back(has_private_name(topic, item) ? "" : item.name);
  }
  if (!renames_items(topic)) return names;
  std::set<std::string, std::less<>> taken(names.begin(), names.end());
  for (size_t i = 0; i < names.size(); ++i) {
    for (int number = 2; names[i].empty(); ++number) {
      std::string name = fmt::format("{}_{}", topic.items[i].name, number);
      if (taken.insert(name).second) names[i] = std::move(name);
    }
  }
  return names;
}

Status check_names(const Topic& topic) {
  if (!is_avro_name(topic.component())) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("topic '{}' names no component: it has neither '<Component>_' in "
                             "front nor a Subsystem that is letters, digits and '_'",
                             topic.name));
  }
  if (!is_avro_name(topic.short_name())) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("topic '{}': what follows the component, '{}', is no name", topic.name,
                             topic.short_name()));
  }
  return {};
}

}  // namespace

Result<Json> sal_kafka_schema(const Topic& topic) {
  WEIR_TRY(check_names(topic));
  Json schema = Json::object();
  schema.set("type", "record")
      .set("name", topic.short_name())
      .set("namespace", fmt::format("lsst.sal.{}", topic.component()));
  const bool described = !topic.description.empty();
  set_text(schema, "description", described ? topic.description : topic.explanation);
  schema.set("sal_topic", topic.name).set("sal_topic_type", xml_tag(topic.kind));
  if (described) set_text(schema, "sal_explanation", topic.explanation);
  set_text(schema, "sal_alias", topic.alias);
  set_text(schema, "sal_device", topic.device);
  set_text(schema, "sal_property", topic.property);
  set_text(schema, "sal_action", topic.action);
  set_text(schema, "sal_value", topic.value);
  std::vector<Json> fields;
  for (const PrivateField& field : kPrivateFields) {
    if (has_private_field(topic, field)) fields.push_back(private_field(field));
  }
  const std::vector<std::string> names = field_names(topic);
  for (size_t i = 0; i < names.size(); ++i) {
    fields.push_back(item_field(topic, topic.items[i], names[i]));
  }
  schema.set("fields", Json::array(std::move(fields)));
  return schema;
}

std::vector<Problem> renamed_items(const Topic& topic) {
  std::vector<Problem> warnings;
  if (!renames_items(topic)) return warnings;
  const std::vector<std::string> names = field_names(topic);
  for (size_t i = 0; i < names.size(); ++i) {
    const Item& item = topic.items[i];
    if (names[i] == item.name) continue;
    warnings.push_back({{topic.place.file, item.line},
                        topic.name,
                        fmt::format("item '{}' has the name of a field that SAL adds to every "
                                    "message; its own field is '{}'",
                                    item.name, names[i]),
                        ProblemEffect::warning});
  }
  return warnings;
}

}  // namespace weir::sal

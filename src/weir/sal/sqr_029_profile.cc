#include "weir/sal/sqr_029_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "weir/sal/avro_name.h"
#include "weir/sal/schema_attributes.h"

namespace weir::sal {
namespace {

constexpr std::string_view kNamespace = "lsst.sal";

// The fields in front of the items.
struct LeadingField {
  std::string_view name;
  std::string_view type;
  std::string_view doc;
};
constexpr std::string_view kMoment = "timestamp-millis";
constexpr LeadingField kLeadingFields[] = {
    {"kafka_timestamp", kMoment, "Timestamp when the Kafka message was created."},
    {"sal_revcode", "string", "SAL revision code."},
    {"sal_created", kMoment, "Time when SAL created the message."},
    {"sal_ingested", kMoment, "Time when SAL ingested the message."},
    {"sal_sequence", "long", "SAL sequence number."},
    {"sal_origin", "int", "SAL origin."},
    {"sal_host", "int", "SAL host."},
};

Json leading_field(const LeadingField& leading) {
  Json field = Json::object();
  field.set("name", leading.name).set("doc", leading.doc);
  if (leading.type == kMoment) {
    return field.set("type", Json::object().set("type", "long").set("logicalType", kMoment));
  }
  return field.set("type", leading.type);
}

std::string_view primitive(ItemType type) {
  switch (type) {
    case ItemType::null_value:
      return "null";
    case ItemType::boolean:
      return "boolean";
    case ItemType::byte:
    case ItemType::character:
      return "bytes";
    case ItemType::int16:
    case ItemType::uint16:
    case ItemType::int32:
    case ItemType::uint32:
      return "int";
    case ItemType::long32:
    case ItemType::ulong32:
    case ItemType::int64:
    case ItemType::uint64:
      return "long";
    case ItemType::float32:
      return "float";
    case ItemType::float64:
      return "double";
    case ItemType::string:
      return "string";
  }
  return "";
}

Json type_of(const Item& item) {
  if (!item.enumeration.empty()) {
    Json symbols = Json::array();
    for (const Enumerator& enumerator : item.enumeration) symbols.push_back(enumerator.symbol);
    return Json::object().set("type", "enum").set("name", item.name).set("symbols", symbols);
  }
  if (item.count > 1) {
    return Json::object()
        .set("type", "array")
        .set("items", primitive(item.type))
        .set("sal_count", item.count);
  }
  return primitive(item.type);
}

Json item_field(const Item& item, size_t index) {
  Json field = Json::object();
  field.set("name", item.name).set("type", type_of(item));
  set_text(field, "doc", item.description);
  field.set("sal_index", index);
  set_text(field, "sal_units", item.units);
  set_rarer_tags(field, item);
  // The reference takes any word for true, "false" too, and its schemas are registered that way.
  if (!item.needed_by_dm.empty()) field.set("sal_needed_by_dm", true);
  return field;
}

// The reference passes symbols on as they are; Avro takes names, each once.
Status check_symbols(const Topic& topic, const Item& item) {
  std::set<std::string_view> seen;
  for (const Enumerator& enumerator : item.enumeration) {
    if (!is_avro_name(enumerator.symbol)) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("topic '{}': item '{}' has the symbol '{}', which is not letters, "
                               "digits and '_'",
                               topic.name, item.name, enumerator.symbol));
    }
    if (!seen.insert(enumerator.symbol).second) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("topic '{}': item '{}' lists the symbol '{}' twice", topic.name,
                               item.name, enumerator.symbol));
    }
  }
  return {};
}

Status check_names(const Topic& topic) {
  for (const Item& item : topic.items) {
    const bool leads =
        std::any_of(std::begin(kLeadingFields), std::end(kLeadingFields),
                    [&](const LeadingField& lead) { return lead.name == item.name; });
    if (leads) {
      return Error(
          ErrorCode::invalid_argument,
          fmt::format("topic '{}': item '{}' has the name of a field that leads every record",
                      topic.name, item.name));
    }
    WEIR_TRY(check_symbols(topic, item));
    if (!item.enumeration.empty() && item.name == topic.name) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("topic '{}': the enumeration of item '{}' has the name of the topic",
                               topic.name, item.name));
    }
  }
  return {};
}

}  // namespace

Result<Json> sqr_029_schema(const Topic& topic) {
  WEIR_TRY(check_names(topic));
  Json schema = Json::object();
  schema.set("type", "record").set("name", topic.name).set("namespace", kNamespace);
  set_text(schema, "doc", topic.explanation);
  schema.set("sal_topic_type", xml_tag(topic.kind));
  set_text(schema, "sal_subsystem", topic.subsystem);
  set_text(schema, "sal_version", topic.version);
  set_text(schema, "sal_author", topic.author);
  set_text(schema, "sal_alias", topic.alias);
  set_text(schema, "sal_device", topic.device);
  set_text(schema, "sal_property", topic.property);
  set_text(schema, "sal_action", topic.action);
  set_text(schema, "sal_value", topic.value);
  std::vector<Json> fields;
  for (const LeadingField& leading : kLeadingFields) fields.push_back(leading_field(leading));
  for (const Item& item : topic.items) {
    fields.push_back(item_field(item, static_cast<size_t>(&item - topic.items.data())));
  }
  schema.set("fields", Json::array(std::move(fields)));
  return schema;
}

}  // namespace weir::sal

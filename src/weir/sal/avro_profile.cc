#include "weir/sal/avro_profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/base/json.h"

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

void set_text(Json& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object.set(key, text);
}

template <typename T>
void set_value(Json& object, std::string_view key, const std::optional<T>& value) {
  if (value) object.set(key, *value);
}

Json item_field(const Item& item, size_t index) {
  Json field = Json::object();
  field.set("name", item.name).set("type", type_of(item));
  set_text(field, "doc", item.description);
  field.set("sal_index", index);
  set_text(field, "sal_units", item.units);
  if (item.frequency_hz) field.set("sal_frequency", Json::real(*item.frequency_hz));
  set_value(field, "sal_publishers", item.publishers);
  set_value(field, "sal_values_per_publisher", item.values_per_publisher);
  set_value(field, "sal_size_in_bytes", item.size_in_bytes);
  set_text(field, "sal_conversion", item.conversion);
  set_text(field, "sal_sensor_location", item.sensor_location);
  set_value(field, "sal_instances_per_night", item.instances_per_night);
  set_value(field, "sal_bytes_per_night", item.bytes_per_night);
  // The reference takes any word for true, "false" too, and its schemas are registered that way.
  if (!item.needed_by_dm.empty()) field.set("sal_needed_by_dm", true);
  set_value(field, "sal_needed_by_camera", item.needed_by_camera);
  set_value(field, "sal_needed_by_ocs", item.needed_by_ocs);
  set_value(field, "sal_needed_by_tcs", item.needed_by_tcs);
  set_value(field, "sal_needed_by_epo", item.needed_by_epo);
  return field;
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
    if (!item.enumeration.empty() && item.name == topic.name) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("topic '{}': the enumeration of item '{}' has the name of the topic",
                               topic.name, item.name));
    }
  }
  return {};
}

Json sqr_029_schema(const Topic& topic) {
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
  return schema.set("fields", Json::array(std::move(fields)));
}

}  // namespace

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::sqr_029:
      return "sqr-029";
  }
  return "";
}

Result<Profile> parse_profile(std::string_view text) {
  if (text == "sqr-029") return Profile::sqr_029;
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is no profile; there is sqr-029", text));
}

Result<Json> to_avro(const Topic& topic, Profile profile) {
  WEIR_TRY(check_names(topic));
  switch (profile) {
    case Profile::sqr_029:
      return sqr_029_schema(topic);
  }
  return Error(ErrorCode::internal, "a profile without a converter");
}

std::string avro_topic(const Topic& topic) { return fmt::format("{}.{}", kNamespace, topic.name); }

}  // namespace weir::sal

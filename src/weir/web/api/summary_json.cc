#include "weir/web/api/summary_json.h"

#include "weir/base/time.h"

namespace weir::web::api {
namespace {

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(format_utc(*time)) : Json();
}

std::string text_of(const Json& json, std::string_view key) {
  const std::string* text = json.find_string(key);
  return text == nullptr ? "" : *text;
}

std::optional<Timestamp> time_of(const Json& json, std::string_view key) {
  const std::string* text = json.find_string(key);
  if (text == nullptr) return std::nullopt;
  const Result<Timestamp> time = parse_time(*text, Timestamp{});
  return time ? std::optional(*time) : std::nullopt;
}

uint64_t count_of(const Json& json, std::string_view key) {
  return static_cast<uint64_t>(json.find_int64(key).value_or(0));
}

store::ValueType type_of(std::string_view name) {
  using store::ValueType;
  for (ValueType type :
       {ValueType::boolean, ValueType::integer, ValueType::real, ValueType::text}) {
    if (name == store::to_string(type)) return type;
  }
  return ValueType::bytes;
}

store::Column parse_column(const Json& json) {
  store::Column column;
  column.name = text_of(json, "name");
  column.type = type_of(text_of(json, "type"));
  const Json* array = json.find("array");
  column.array = array != nullptr && array->as_boolean().value_or(false);
  column.unit = text_of(json, "unit");
  column.description = text_of(json, "description");
  column.source_type = text_of(json, "source_type");
  return column;
}

}  // namespace

Json to_json(const store::TopicSummary& topic) {
  Json json = Json::object();
  json.set("name", topic.name).set("kind", topic.kind).set("description", topic.description);
  json.set("columns", topic.columns).set("rows", topic.rows);
  json.set("first", time_or_null(topic.first)).set("last", time_or_null(topic.last));
  return json;
}

Json to_json(const store::TopicDescription& topic) {
  Json json = to_json(topic.summary);
  Json fields = Json::array();
  for (const store::Column& column : topic.columns) {
    Json field = Json::object();
    field.set("name", column.name)
        .set("type", store::to_string(column.type))
        .set("array", column.array);
    field.set("unit", column.unit).set("description", column.description);
    field.set("source_type", column.source_type);
    fields.push_back(std::move(field));
  }
  return std::move(json.set("fields", std::move(fields)));
}

Result<store::TopicSummary> parse_summary(const Json& json) {
  if (json.find_string("name") == nullptr) {
    return Error(ErrorCode::corrupt, "the answer of the API is no topic: it has no name");
  }
  return store::TopicSummary{.name = text_of(json, "name"),
                             .kind = text_of(json, "kind"),
                             .description = text_of(json, "description"),
                             .columns = count_of(json, "columns"),
                             .rows = count_of(json, "rows"),
                             .first = time_of(json, "first"),
                             .last = time_of(json, "last")};
}

Result<store::TopicDescription> parse_description(const Json& json) {
  store::TopicDescription topic;
  WEIR_TRY_ASSIGN(topic.summary, parse_summary(json));
  if (const Json* fields = json.find("fields")) {
    for (const Json& field : fields->items()) topic.columns.push_back(parse_column(field));
  }
  return topic;
}

}  // namespace weir::web::api

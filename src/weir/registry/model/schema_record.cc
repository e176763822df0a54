#include "weir/registry/model/schema_record.h"

#include <fmt/format.h>

#include <limits>

#include "weir/base/digest.h"
#include "weir/base/json.h"

namespace weir::registry::model {
namespace {

Error malformed(std::string_view what) {
  return Error(ErrorCode::corrupt, fmt::format("record of _schemas: {}", what));
}

Result<Json> parse_object(BytesView bytes, std::string_view part) {
  auto json = Json::parse(bytes);
  if (!json) return malformed(fmt::format("its {} is no JSON: {}", part, json.error().message()));
  if (!json->is_object()) return malformed(fmt::format("its {} is no JSON object", part));
  return json;
}

Result<int32_t> positive(const Json& object, std::string_view name) {
  const auto number = object.find_int64(name);
  if (!number || *number < 1 || *number > std::numeric_limits<int32_t>::max()) {
    return malformed(fmt::format("'{}' is missing or out of range", name));
  }
  return static_cast<int32_t>(*number);
}

Result<std::vector<SchemaReference>> references_of(const Json& value) {
  std::vector<SchemaReference> references;
  const Json* list = value.find("references");
  if (list == nullptr) return references;
  for (const Json& item : list->items()) {
    const std::string* name = item.find_string("name");
    const std::string* subject = item.find_string("subject");
    if (name == nullptr || subject == nullptr)
      return malformed("a reference without name or subject");
    WEIR_TRY_ASSIGN(const int32_t version, positive(item, "version"));
    references.push_back({*name, *subject, version});
  }
  return references;
}

Result<SchemasEvent> decode_schema(const Json& key, std::optional<BytesView> bytes) {
  SchemasEvent event{.key_type = "SCHEMA"};
  const std::string* subject = key.find_string("subject");
  if (subject == nullptr) return malformed("a SCHEMA key without a subject");
  event.record.subject = *subject;
  WEIR_TRY_ASSIGN(event.record.version, positive(key, "version"));
  if (!bytes) {
    event.kind = SchemasEvent::Kind::removed;
    return event;
  }
  WEIR_TRY_ASSIGN(const Json value, parse_object(*bytes, "value"));
  WEIR_TRY_ASSIGN(event.record.id, positive(value, "id"));
  const std::string* schema = value.find_string("schema");
  if (schema == nullptr) return malformed("a SCHEMA value without a schema");
  event.record.schema = *schema;
  if (const std::string* type = value.find_string("schemaType")) event.record.type = *type;
  WEIR_TRY_ASSIGN(event.record.references, references_of(value));
  const Json* deleted = value.find("deleted");
  event.record.deleted = deleted != nullptr && deleted->as_boolean().value_or(false);
  event.kind = SchemasEvent::Kind::schema;
  return event;
}

// A subject may stand in the key alone (values without one are old), the version in the value
// alone.
Result<SchemasEvent> decode_subject_event(const Json& key, std::optional<BytesView> bytes,
                                          SchemasEvent event) {
  const std::string* subject = key.find_string("subject");
  if (subject == nullptr)
    return malformed(fmt::format("a {} key without a subject", event.key_type));
  event.record.subject = *subject;
  if (!bytes)
    return SchemasEvent{.key_type = event.key_type};  // the tombstone of an event says nothing
  if (event.kind == SchemasEvent::Kind::delete_subject) {
    WEIR_TRY_ASSIGN(const Json value, parse_object(*bytes, "value"));
    WEIR_TRY_ASSIGN(event.record.version, positive(value, "version"));
  }
  return event;
}

Md5 identity(const SchemaRecord& record) {
  Bytes bytes = record.schema;
  for (const SchemaReference& reference : record.references) {
    bytes += reference.name;
    bytes += reference.subject;
    ByteWriter(bytes).be(reference.version);
  }
  return md5(bytes);
}

}  // namespace

Result<SchemasEvent> decode_schemas_record(std::optional<BytesView> key,
                                           std::optional<BytesView> value) {
  if (!key) return malformed("it has no key");
  WEIR_TRY_ASSIGN(const Json parsed, parse_object(*key, "key"));
  const std::string* type = parsed.find_string("keytype");
  if (type == nullptr) return malformed("its key has no keytype");
  if (const Json* magic = parsed.find("magic")) {
    const auto number = magic->as_int64();
    if (number != 0 && number != 1) return malformed("its key has another magic than 0 or 1");
  }
  if (*type == "SCHEMA") return decode_schema(parsed, value);
  if (*type == "DELETE_SUBJECT") {
    return decode_subject_event(parsed, value,
                                {.kind = SchemasEvent::Kind::delete_subject, .key_type = *type});
  }
  if (*type == "CLEAR_SUBJECT") {
    return decode_subject_event(parsed, value,
                                {.kind = SchemasEvent::Kind::clear_subject, .key_type = *type});
  }
  return SchemasEvent{.key_type = *type};
}

Bytes encode_schema_key(const std::string& subject, int32_t version) {
  Json key = Json::object();
  key.set("keytype", "SCHEMA").set("subject", subject).set("version", version).set("magic", 1);
  return key.print();
}

Bytes encode_schema_value(const SchemaRecord& record) {
  const Md5 digest = identity(record);
  Json value = Json::object();
  value.set("subject", record.subject).set("version", record.version).set("id", record.id);
  value.set("md5", to_base64(view_of(digest)));
  if (record.type != "AVRO") value.set("schemaType", record.type);
  if (!record.references.empty()) {
    Json references = Json::array();
    for (const SchemaReference& reference : record.references) {
      Json item = Json::object();
      item.set("name", reference.name)
          .set("subject", reference.subject)
          .set("version", reference.version);
      references.push_back(std::move(item));
    }
    value.set("references", std::move(references));
  }
  value.set("schema", record.schema).set("deleted", record.deleted);
  return value.print();
}

std::string schema_guid(const SchemaRecord& record) {
  // 8, 4, 4, 4 and 12 digits.
  std::string text = to_hex(view_of(identity(record)));
  for (const size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

}  // namespace weir::registry::model

#include "weir/registry/server/rest_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

#include "weir/base/json.h"
#include "weir/registry/server/registration_request.h"
#include "weir/registry/server/rest_error.h"

namespace weir::registry::server {
namespace {

using model::Catalog;
using model::SchemaRecord;
using model::Versions;
using Body = tl::expected<std::string, RestError>;  // the body as text, or a refusal

constexpr std::array<std::string_view, 3> kContentTypes = {"application/vnd.schemaregistry.v1+json",
                                                           "application/vnd.schemaregistry+json",
                                                           "application/json"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "type/subtype;parameters" without its parameters.
std::string_view media_type(std::string_view text) {
  return trimmed(text.substr(0, text.find(';')));
}

bool takes_content_type(std::string_view content_type) {
  const std::string_view type = media_type(content_type);
  return type.empty() || type == "application/octet-stream" ||
         std::find(kContentTypes.begin(), kContentTypes.end(), type) != kContentTypes.end();
}

std::optional<int32_t> positive_number(std::string_view text) {
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

bool is_true(const io::HttpRequest& request, std::string_view name) {
  const std::string* value = request.query_value(name);
  return value != nullptr && *value == "true";
}

Versions wanted_versions(const io::HttpRequest& request) {
  return is_true(request, "deleted") ? Versions::live_and_deleted : Versions::live;
}

// Cuts a list to what `offset` and `limit` ask for.
template <typename T>
Json page(const std::vector<T>& all, const io::HttpRequest& request) {
  const auto number = [&](std::string_view name) -> std::optional<size_t> {
    const std::string* text = request.query_value(name);
    const auto value = text == nullptr ? std::nullopt : positive_number(*text);
    return value ? std::optional<size_t>(static_cast<size_t>(*value)) : std::nullopt;
  };
  const size_t first = std::min(number("offset").value_or(0), all.size());
  const size_t count = std::min(number("limit").value_or(all.size()), all.size() - first);
  Json list = Json::array();
  for (size_t i = first; i < first + count; ++i) list.push_back(all[i]);
  return list;
}

void append_schema(Json& object, const SchemaRecord& record) {
  object.set("guid", model::schema_guid(record)).set("schemaType", record.type);
  if (!record.references.empty()) {
    Json references = Json::array();
    for (const model::SchemaReference& reference : record.references) {
      Json item = Json::object();
      item.set("name", reference.name)
          .set("subject", reference.subject)
          .set("version", reference.version);
      references.push_back(std::move(item));
    }
    object.set("references", std::move(references));
  }
  object.set("schema", record.schema);
}

Json full_schema(const SchemaRecord& record) {
  Json object = Json::object();
  object.set("subject", record.subject).set("version", record.version).set("id", record.id);
  append_schema(object, record);
  if (record.deleted) object.set("deleted", true);
  return object;
}

bool is_valid_subject(std::string_view subject) {
  if (subject.empty() || subject == "__GLOBAL" || subject == "__EMPTY" || subject.starts_with(":."))
    return false;
  return std::none_of(subject.begin(), subject.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// One request and what the handlers need for it.
struct Call {
  SchemaStore& store;
  const io::HttpRequest& request;
  const std::vector<std::string>& parts;  // of the path

  template <typename Question>
  auto ask(Question question) const {
    return store.ask(question);
  }
};

Body root(const Call&) { return "{}"; }

Body schema_types(const Call&) { return R"(["AVRO"])"; }

Body global_config(const Call&) {
  Json body = Json::object();
  body.set("compatibilityLevel", "NONE");
  return body.print();
}

Body global_mode(const Call&) {
  Json body = Json::object();
  body.set("mode", "READWRITE");
  return body.print();
}

Body subject_config(const Call& call) {
  if (is_true(call.request, "defaultToGlobal")) return global_config(call);
  return tl::unexpected(RestError::no_subject_config(call.parts[1]));
}

Body subject_mode(const Call& call) {
  if (is_true(call.request, "defaultToGlobal")) return global_mode(call);
  return tl::unexpected(RestError::no_subject_mode(call.parts[1]));
}

tl::expected<SchemaRecord, RestError> record_by_id(const Call& call) {
  const auto id = positive_number(call.parts[2]);
  if (!id) return tl::unexpected(RestError::http(404));
  return call.ask([&](const Catalog& catalog) -> tl::expected<SchemaRecord, RestError> {
    const SchemaRecord* record = catalog.by_id(*id);
    if (record == nullptr) return tl::unexpected(RestError::schema_not_found(call.parts[2]));
    return *record;
  });
}

Body schema_by_id(const Call& call) {
  const auto record = record_by_id(call);
  if (!record) return tl::unexpected(record.error());
  Json body = Json::object();
  append_schema(body, *record);
  return body.print();
}

Body raw_schema_by_id(const Call& call) {
  const auto record = record_by_id(call);
  if (!record) return tl::unexpected(record.error());
  return record->schema;  // as it is, not as a JSON string
}

// Subjects and versions that have an id, in the order of the subjects.
std::vector<std::pair<std::string, int32_t>> places_of(const Call& call, model::SchemaId id) {
  return call.ask([&](const Catalog& catalog) {
    std::vector<std::pair<std::string, int32_t>> places;
    const Versions which = wanted_versions(call.request);
    for (const std::string& subject : catalog.subjects(which)) {
      for (const int32_t version : catalog.versions(subject, which)) {
        if (catalog.version(subject, version, which)->id == id)
          places.emplace_back(subject, version);
      }
    }
    return places;
  });
}

Body versions_of_id(const Call& call) {
  const auto record = record_by_id(call);
  if (!record) return tl::unexpected(record.error());
  std::vector<Json> list;
  for (const auto& [subject, version] : places_of(call, record->id)) {
    Json item = Json::object();
    item.set("subject", subject).set("version", version);
    list.push_back(std::move(item));
  }
  return page(list, call.request).print();
}

Body subjects_of_id(const Call& call) {
  const auto record = record_by_id(call);
  if (!record) return tl::unexpected(record.error());
  std::vector<std::string> names;
  for (const auto& [subject, version] : places_of(call, record->id)) {
    if (names.empty() || names.back() != subject) names.push_back(subject);
  }
  return page(names, call.request).print();
}

Body list_subjects(const Call& call) {
  auto names = call.ask(
      [&](const Catalog& catalog) { return catalog.subjects(wanted_versions(call.request)); });
  const std::string* prefix = call.request.query_value("subjectPrefix");
  if (prefix != nullptr && *prefix != ":*:") {
    std::erase_if(names, [&](const std::string& name) { return !name.starts_with(*prefix); });
  }
  return page(names, call.request).print();
}

Body list_versions(const Call& call) {
  const auto versions = call.ask([&](const Catalog& catalog) {
    return catalog.versions(call.parts[1], wanted_versions(call.request));
  });
  if (versions.empty()) return tl::unexpected(RestError::subject_not_found(call.parts[1]));
  return page(versions, call.request).print();
}

tl::expected<SchemaRecord, RestError> record_by_version(const Call& call) {
  const std::string& subject = call.parts[1];
  const std::string& text = call.parts[3];
  const bool newest = text == "latest" || text == "-1";
  const auto number = positive_number(text);
  if (!newest && !number) return tl::unexpected(RestError::invalid_version(text));
  return call.ask([&](const Catalog& catalog) -> tl::expected<SchemaRecord, RestError> {
    const Versions which = wanted_versions(call.request);
    if (!catalog.has_subject(subject, which))
      return tl::unexpected(RestError::subject_not_found(subject));
    const SchemaRecord* record =
        newest ? catalog.latest(subject) : catalog.version(subject, *number, which);
    if (record == nullptr) return tl::unexpected(RestError::version_not_found(text));
    return *record;
  });
}

Body schema_by_version(const Call& call) {
  const auto record = record_by_version(call);
  if (!record) return tl::unexpected(record.error());
  return full_schema(*record).print();
}

Body raw_schema_by_version(const Call& call) {
  const auto record = record_by_version(call);
  if (!record) return tl::unexpected(record.error());
  return record->schema;  // as it is, not as a JSON string
}

Body look_up(const Call& call) {
  const std::string& subject = call.parts[1];
  const auto candidate = parse_registration(call.request, subject);
  if (!candidate) return tl::unexpected(candidate.error());
  return call.ask([&](const Catalog& catalog) -> Body {
    if (!catalog.has_subject(subject)) return tl::unexpected(RestError::subject_not_found(subject));
    const auto place = catalog.find(subject, *candidate);
    if (!place) return tl::unexpected(RestError::schema_not_found());
    return full_schema(*catalog.version(subject, place->version)).print();
  });
}

Body health(const Call& call) {
  if (const auto trouble = call.store.trouble()) return tl::unexpected(RestError{503, *trouble});
  Json body = Json::object();
  body.set("status", "ok");
  return body.print();
}

struct Route {
  std::string_view method;
  std::string_view path;        // "{}" stands for any one part
  Body (*handle)(const Call&);  // nullptr: the registration, which is answered later
};

constexpr Route kRoutes[] = {
    {"GET", "/", root},
    {"POST", "/", root},
    {"GET", "/healthz", health},
    {"GET", "/config", global_config},
    {"GET", "/config/{}", subject_config},
    {"GET", "/mode", global_mode},
    {"GET", "/mode/{}", subject_mode},
    {"GET", "/schemas/types", schema_types},
    {"GET", "/schemas/ids/{}", schema_by_id},
    {"GET", "/schemas/ids/{}/schema", raw_schema_by_id},
    {"GET", "/schemas/ids/{}/versions", versions_of_id},
    {"GET", "/schemas/ids/{}/subjects", subjects_of_id},
    {"GET", "/subjects", list_subjects},
    {"POST", "/subjects/{}", look_up},
    {"GET", "/subjects/{}/versions", list_versions},
    {"POST", "/subjects/{}/versions", nullptr},
    {"GET", "/subjects/{}/versions/{}", schema_by_version},
    {"GET", "/subjects/{}/versions/{}/schema", raw_schema_by_version},
};

bool matches(std::string_view path, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (path.size() < 2) return false;
    path.remove_prefix(1);
    const std::string_view expected = path.substr(0, path.find('/'));
    if (expected != "{}" && expected != part) return false;
    path.remove_prefix(expected.size());
  }
  return path.empty() || path == "/";
}

tl::expected<const Route*, RestError> find_route(const io::HttpRequest& request) {
  bool known_path = false;
  for (const Route& route : kRoutes) {
    if (!matches(route.path, request.segments)) continue;
    known_path = true;
    if (route.method == request.method || (route.method == "GET" && request.method == "HEAD"))
      return &route;
  }
  return tl::unexpected(RestError::http(known_path ? 405 : 404));
}

io::HttpResponse to_response(const Body& body, std::string_view content_type) {
  if (!body) return to_response(body.error(), std::string(content_type));
  return {.content_type = std::string(content_type), .body = *body};
}

void register_schema(const Call& call, std::string_view content_type, io::HttpResponder responder) {
  const std::string& subject = call.parts[1];
  if (!is_valid_subject(subject)) {
    return responder.send(
        to_response(RestError::invalid_subject(subject), std::string(content_type)));
  }
  const auto candidate = parse_registration(call.request, subject);
  if (!candidate) return responder.send(to_response(candidate.error(), std::string(content_type)));
  const auto shared =
      std::make_shared<io::HttpResponder>(std::move(responder));  // std::function copies
  call.store.register_schema(
      subject, *candidate, [shared, content_type](const Result<SchemaRecord>& outcome) {
        if (!outcome)
          return shared->send(
              to_response(RestError::of(outcome.error()), std::string(content_type)));
        Json body = Json::object();
        body.set("id", outcome->id).set("version", outcome->version);
        append_schema(body, *outcome);
        shared->send(to_response(Body(body.print()), content_type));
      });
}

}  // namespace

std::string_view negotiate(std::string_view accept) {
  if (trimmed(accept).empty()) return kContentTypes[0];
  for (const std::string_view ours : kContentTypes) {
    for (std::string_view rest = accept; !rest.empty();) {
      const std::string_view theirs = media_type(rest.substr(0, rest.find(',')));
      if (theirs == ours || theirs == "*/*" || theirs == "application/*") return ours;
      rest.remove_prefix(std::min(rest.find(','), rest.size() - 1) + 1);
    }
  }
  return "";
}

void RestApi::handle(const io::HttpRequest& request, io::HttpResponder responder) {
  const std::string_view content_type = negotiate(request.header("accept"));
  const auto refuse = [&](const RestError& error) {
    responder.send(
        to_response(error, std::string(content_type.empty() ? kContentTypes[0] : content_type)));
  };
  const auto route = find_route(request);
  if (!route) return refuse(route.error());
  if (content_type.empty()) return refuse(RestError::http(406));
  if (request.method == "POST" && !takes_content_type(request.header("content-type"))) {
    return refuse(RestError::http(415));
  }
  const Call call{store_, request, request.segments};
  if ((*route)->handle == nullptr) return register_schema(call, content_type, std::move(responder));
  responder.send(to_response((*route)->handle(call), content_type));
}

}  // namespace weir::registry::server

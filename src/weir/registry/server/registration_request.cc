#include "weir/registry/server/registration_request.h"

#include <fmt/format.h>

#include "weir/base/json.h"

namespace weir::registry::server {
namespace {

bool is_present(const Json* value) {
  return value != nullptr && !value->is_null() && !(value->is_array() && value->items().empty());
}

}  // namespace

tl::expected<model::Candidate, RestError> parse_registration(const io::HttpRequest& request,
                                                             std::string_view subject) {
  const auto body = Json::parse(request.body);
  if (!body)
    return tl::unexpected(RestError{400, "Unable to process JSON: " + body.error().message()});
  if (!body->is_object())
    return tl::unexpected(RestError{400, "Unable to process JSON: not an object"});
  const Json* type = body->find("schemaType");
  if (is_present(type) && (!type->is_string() || *type->as_string() != "AVRO")) {
    return tl::unexpected(RestError::invalid_schema(fmt::format(
        "schema type {} is not served, only AVRO", type->is_string() ? *type->as_string() : "?")));
  }
  for (const std::string_view member : {"references", "metadata", "ruleSet"}) {
    if (is_present(body->find(member))) {
      return tl::unexpected(
          RestError::invalid_schema(fmt::format("'{}' is not served yet", member)));
    }
  }
  if (body->find_int64("id").value_or(-1) >= 0 || body->find_int64("version").value_or(-1) > 0) {
    return tl::unexpected(RestError::not_in_import_mode(subject));
  }
  if (const std::string* normalize = request.query_value("normalize");
      normalize && *normalize == "true") {
    return tl::unexpected(RestError::invalid_schema("'normalize' is not served yet"));
  }
  const std::string* text = body->find_string("schema");
  if (text == nullptr || text->empty()) return tl::unexpected(RestError{42201, "Empty schema"});
  auto candidate = model::Candidate::parse(*text);
  if (!candidate) return tl::unexpected(RestError::invalid_schema(candidate.error().message()));
  return *std::move(candidate);
}

}  // namespace weir::registry::server

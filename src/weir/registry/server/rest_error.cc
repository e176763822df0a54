#include "weir/registry/server/rest_error.h"

#include <fmt/format.h>

#include "weir/base/json.h"

namespace weir::registry::server {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 415:
      return "Unsupported Media Type";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

RestError RestError::http(int status) {
  return {status, fmt::format("HTTP {} {}", status, reason_of(status))};
}

RestError RestError::subject_not_found(std::string_view subject) {
  return {40401, fmt::format("Subject '{}' not found.", subject)};
}

RestError RestError::version_not_found(std::string_view version) {
  return {40402, fmt::format("Version {} not found.", version)};
}

RestError RestError::schema_not_found() { return {40403, "Schema not found"}; }

RestError RestError::schema_not_found(std::string_view id) {
  return {40403, fmt::format("Schema {} not found", id)};
}

RestError RestError::invalid_version(std::string_view version) {
  return {42202,
          fmt::format(
              "The specified version '{}' is not a valid version id. Allowed values are between "
              "[1, 2^31-1] and the string \"latest\"",
              version)};
}

RestError RestError::invalid_subject(std::string_view subject) {
  return {42208, fmt::format("The specified subject '{}' is not a valid.", subject)};
}

RestError RestError::invalid_schema(std::string_view details) {
  return {42201, fmt::format("Invalid schema, details: {}", details)};
}

RestError RestError::not_in_import_mode(std::string_view subject) {
  return {42205, fmt::format("Subject {} is not in import mode", subject)};
}

RestError RestError::no_subject_config(std::string_view subject) {
  return {40408, fmt::format("Subject '{}' does not have subject-level compatibility configured",
                             subject)};
}

RestError RestError::no_subject_mode(std::string_view subject) {
  return {40409, fmt::format("Subject '{}' does not have subject-level mode configured", subject)};
}

RestError RestError::of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::timeout:
      return {50002, "Write operation timed out: " + error.message()};
    case ErrorCode::invalid_argument:
      return {42209, error.message()};
    case ErrorCode::not_found:
    case ErrorCode::already_exists:
    case ErrorCode::refused:
    case ErrorCode::unavailable:
    case ErrorCode::corrupt:
    case ErrorCode::unsupported:
    case ErrorCode::internal:
      break;
  }
  return {50001, "Error while registering the schema: " + error.message()};
}

io::HttpResponse to_response(const RestError& error, std::string content_type) {
  Json body = Json::object();
  body.set("error_code", error.code).set("message", error.message);
  return {.status = error.status(), .content_type = std::move(content_type), .body = body.print()};
}

}  // namespace weir::registry::server

#pragma once

#include <string>
#include <string_view>

#include "weir/base/result.h"
#include "weir/io/http_server.h"

namespace weir::registry::server {

// A refusal as clients of Confluent's registry expect it: the first three digits of the code are
// the HTTP status.
struct RestError {
  int code = 500;
  std::string message = {};

  int status() const { return code < 1000 ? code : code / 100; }

  static RestError http(int status);  // "HTTP 404 Not Found"
  static RestError subject_not_found(std::string_view subject);
  static RestError version_not_found(std::string_view version);
  static RestError schema_not_found();
  static RestError schema_not_found(std::string_view id);
  static RestError invalid_version(std::string_view version);
  static RestError invalid_subject(std::string_view subject);
  static RestError invalid_schema(std::string_view details);
  static RestError not_in_import_mode(std::string_view subject);
  static RestError no_subject_config(std::string_view subject);
  static RestError no_subject_mode(std::string_view subject);
  // A registration that failed.
  static RestError of(const Error& error);
};

// {"error_code":40401,"message":"…"}
io::HttpResponse to_response(const RestError& error, std::string content_type);

}  // namespace weir::registry::server

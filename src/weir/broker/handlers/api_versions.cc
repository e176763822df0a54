#include "weir/broker/handlers/api_versions.h"

#include <algorithm>
#include <string_view>

#include "weir/broker/handlers/answer.h"
#include "weir/broker/handlers/handler_table.h"

namespace weir::broker::handlers {

using kafka::protocol::ApiVersionsResponse;
using kafka::protocol::KafkaError;

namespace {

ApiVersionsResponse::ApiVersion to_row(const HandlerEntry& entry) {
  ApiVersionsResponse::ApiVersion row;
  row.api_key = entry.api->key;
  row.min_version = entry.api->advertised_min_version;
  row.max_version = entry.api->max_version;
  return row;
}

// Letters, digits, '-' and '.', beginning and ending with a letter or digit.
bool is_software_word(std::string_view word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (word.empty() || !plain(word.front()) || !plain(word.back())) return false;
  return std::all_of(word.begin(), word.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

}  // namespace

ApiVersionsApi::Response ApiVersionsApi::handle(Services&, const handlers::Request& request,
                                                const Request& asked) {
  Response response;
  if (request.version >= 3 && (!is_software_word(asked.client_software_name) ||
                               !is_software_word(asked.client_software_version))) {
    response.error_code = KafkaError::invalid_request;
    return response;
  }
  for (const HandlerEntry& entry : handler_table()) response.api_keys.push_back(to_row(entry));
  return response;
}

ResponseBody unsupported_api_versions_response() {
  ApiVersionsResponse response;
  response.error_code = KafkaError::unsupported_version;
  response.api_keys.push_back(to_row(*find_handler(kApiVersionsKey)));
  return to_body(response, 0);
}

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/request.h"
#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/api_versions.h"

namespace weir::broker::handlers {

inline constexpr int16_t kApiVersionsKey = kafka::protocol::ApiVersionsRequest::kApiKey;

// What this broker speaks: the handler table, as clients see it.
struct ApiVersionsApi {
  using Request = kafka::protocol::ApiVersionsRequest;
  using Response = kafka::protocol::ApiVersionsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

// The answer to a version of this very API that is not served: always in version 0, which every
// client can read, with the versions to try again with.
ResponseBody unsupported_api_versions_response();

}  // namespace weir::broker::handlers

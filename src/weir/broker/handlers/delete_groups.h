#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/delete_groups.h"

namespace weir::broker::handlers {

// Forgets groups without members, and their offsets.
struct DeleteGroupsApi {
  using Request = kafka::protocol::DeleteGroupsRequest;
  using Response = kafka::protocol::DeleteGroupsResponse;
  static void begin(Services& services, const handlers::Request& request, const Request& asked,
                    Answer<Response> answer);
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/list_groups.h"

namespace weir::broker::handlers {

// All groups, or those of some states; every one is of the type "classic".
struct ListGroupsApi {
  using Request = kafka::protocol::ListGroupsRequest;
  using Response = kafka::protocol::ListGroupsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

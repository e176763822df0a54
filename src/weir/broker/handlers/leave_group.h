#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/leave_group.h"

namespace weir::broker::handlers {

// Takes one member, or from version 3 on several, out of a group.
struct LeaveGroupApi {
  using Request = kafka::protocol::LeaveGroupRequest;
  using Response = kafka::protocol::LeaveGroupResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

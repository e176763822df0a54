#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/join_group.h"

namespace weir::broker::handlers {

// Enters a group; the answer waits for all members of it. Rules: groups/group.h.
struct JoinGroupApi {
  using Request = kafka::protocol::JoinGroupRequest;
  using Response = kafka::protocol::JoinGroupResponse;
  static void begin(Services& services, const handlers::Request& request, const Request& asked,
                    Answer<Response> answer);
};

}  // namespace weir::broker::handlers

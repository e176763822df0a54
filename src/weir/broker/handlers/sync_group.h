#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/sync_group.h"

namespace weir::broker::handlers {

// Takes the leader's assignment, and answers each member with its part of it once it is durable.
struct SyncGroupApi {
  using Request = kafka::protocol::SyncGroupRequest;
  using Response = kafka::protocol::SyncGroupResponse;
  static void begin(Services& services, const handlers::Request& request, const Request& asked,
                    Answer<Response> answer);
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/heartbeat.h"

namespace weir::broker::handlers {

// A sign of life; the answer says whether the group rebalances.
struct HeartbeatApi {
  using Request = kafka::protocol::HeartbeatRequest;
  using Response = kafka::protocol::HeartbeatResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

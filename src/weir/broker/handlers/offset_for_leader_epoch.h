#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/offset_for_leader_epoch.h"

namespace weir::broker::handlers {

// There is one leader and one epoch: it ends where the partition ends now.
struct OffsetForLeaderEpochApi {
  using Request = kafka::protocol::OffsetForLeaderEpochRequest;
  using Response = kafka::protocol::OffsetForLeaderEpochResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

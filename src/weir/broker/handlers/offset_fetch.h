#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/offset_fetch.h"

namespace weir::broker::handlers {

// How far groups have read: offset -1 where nothing was committed. Only durable offsets are told.
struct OffsetFetchApi {
  using Request = kafka::protocol::OffsetFetchRequest;
  using Response = kafka::protocol::OffsetFetchResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

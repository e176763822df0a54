#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/list_offsets.h"

namespace weir::broker::handlers {

// Offsets by time, exact to the record: the first record at or after a time, and the four special
// times.
struct ListOffsetsApi {
  using Request = kafka::protocol::ListOffsetsRequest;
  using Response = kafka::protocol::ListOffsetsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/offset_delete.h"

namespace weir::broker::handlers {

// Forgets offsets of topics that no member of the group is subscribed to.
struct OffsetDeleteApi {
  using Request = kafka::protocol::OffsetDeleteRequest;
  using Response = kafka::protocol::OffsetDeleteResponse;
  static void begin(Services& services, const handlers::Request& request, const Request& asked,
                    Answer<Response> answer);
};

}  // namespace weir::broker::handlers

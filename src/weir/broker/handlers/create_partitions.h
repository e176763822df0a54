#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/create_partitions.h"

namespace weir::broker::handlers {

// Gives topics more partitions, never fewer. Durable before the answer.
struct CreatePartitionsApi {
  using Request = kafka::protocol::CreatePartitionsRequest;
  using Response = kafka::protocol::CreatePartitionsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

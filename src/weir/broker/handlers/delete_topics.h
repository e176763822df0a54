#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/delete_topics.h"

namespace weir::broker::handlers {

// Deletes topics, by name or id; durable before the answer.
struct DeleteTopicsApi {
  using Request = kafka::protocol::DeleteTopicsRequest;
  using Response = kafka::protocol::DeleteTopicsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

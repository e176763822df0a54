#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/alter_configs.h"

namespace weir::broker::handlers {

// Gives topics a whole new configuration: what is not named goes back to its default. Durable
// before the answer.
struct AlterConfigsApi {
  using Request = kafka::protocol::AlterConfigsRequest;
  using Response = kafka::protocol::AlterConfigsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

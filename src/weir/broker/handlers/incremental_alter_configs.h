#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/incremental_alter_configs.h"

namespace weir::broker::handlers {

// Sets, resets, extends or shortens single settings of topics. Durable before the answer.
struct IncrementalAlterConfigsApi {
  using Request = kafka::protocol::IncrementalAlterConfigsRequest;
  using Response = kafka::protocol::IncrementalAlterConfigsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

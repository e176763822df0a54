#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/describe_configs.h"

namespace weir::broker::handlers {

// Every setting of topics and of this broker, with where its value comes from. Broker settings are
// those of its start and cannot be changed over the wire.
struct DescribeConfigsApi {
  using Request = kafka::protocol::DescribeConfigsRequest;
  using Response = kafka::protocol::DescribeConfigsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

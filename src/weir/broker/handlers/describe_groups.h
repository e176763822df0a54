#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/describe_groups.h"

namespace weir::broker::handlers {

// A group that nobody knows is described as dead, as Kafka does.
struct DescribeGroupsApi {
  using Request = kafka::protocol::DescribeGroupsRequest;
  using Response = kafka::protocol::DescribeGroupsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

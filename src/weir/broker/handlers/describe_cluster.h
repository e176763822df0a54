#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/describe_cluster.h"

namespace weir::broker::handlers {

// This broker as the only one of its cluster.
struct DescribeClusterApi {
  using Request = kafka::protocol::DescribeClusterRequest;
  using Response = kafka::protocol::DescribeClusterResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

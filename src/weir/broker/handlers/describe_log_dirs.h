#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/describe_log_dirs.h"

namespace weir::broker::handlers {

// The data folder, and how many bytes of batches each partition has in it.
struct DescribeLogDirsApi {
  using Request = kafka::protocol::DescribeLogDirsRequest;
  using Response = kafka::protocol::DescribeLogDirsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

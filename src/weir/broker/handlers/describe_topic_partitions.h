#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/describe_topic_partitions.h"

namespace weir::broker::handlers {

// Topics by name, at most so many partitions at a time; the cursor of one answer continues the
// next.
struct DescribeTopicPartitionsApi {
  using Request = kafka::protocol::DescribeTopicPartitionsRequest;
  using Response = kafka::protocol::DescribeTopicPartitionsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

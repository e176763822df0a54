#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/list_partition_reassignments.h"

namespace weir::broker::handlers {

// There is one broker: nothing is ever on its way to another.
struct ListPartitionReassignmentsApi {
  using Request = kafka::protocol::ListPartitionReassignmentsRequest;
  using Response = kafka::protocol::ListPartitionReassignmentsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

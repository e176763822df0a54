#include "weir/broker/handlers/list_partition_reassignments.h"

namespace weir::broker::handlers {

ListPartitionReassignmentsApi::Response ListPartitionReassignmentsApi::handle(
    Services&, const handlers::Request&, const Request&) {
  return {};
}

}  // namespace weir::broker::handlers

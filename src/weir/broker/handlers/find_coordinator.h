#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/find_coordinator.h"

namespace weir::broker::handlers {

// This broker coordinates every consumer group. Transactions are not served: a transactional id
// gets TRANSACTIONAL_ID_AUTHORIZATION_FAILED, as in InitProducerId.
struct FindCoordinatorApi {
  using Request = kafka::protocol::FindCoordinatorRequest;
  using Response = kafka::protocol::FindCoordinatorResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

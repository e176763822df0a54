#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/init_producer_id.h"

namespace weir::broker::handlers {

// Hands out ids to idempotent producers. Transactions are not served: a transactional id is
// answered with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, the one code that makes every client give up
// at once and name the transactional id, where others make some retry forever.
struct InitProducerIdApi {
  using Request = kafka::protocol::InitProducerIdRequest;
  using Response = kafka::protocol::InitProducerIdResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

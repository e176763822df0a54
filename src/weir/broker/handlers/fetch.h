#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/fetch.h"

namespace weir::broker::handlers {

// Reads record batches, straight from where the log holds them, and waits for them when there are
// fewer than min_bytes. Whole batches only: the first partition with records gives at least one,
// whatever its size (KIP-74). Sessions (KIP-227) are not kept: the answer's session id is always 0.
struct FetchApi {
  using Request = kafka::protocol::FetchRequest;
  using Response = kafka::protocol::FetchResponse;
  static void start(Services& services, const handlers::Request& request, Reply reply);
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/produce.h"

namespace weir::broker::handlers {

// Appends record batches. Each partition is checked and answered for itself; the response goes out
// when the last of them is durable, for acks=1 as for acks=all, since there is only this replica.
// acks=0 has no response; what is wrong with such a request at once closes the connection, the one
// way to tell. Versions 0 to 2 are advertised but not served: old librdkafka takes the codecs for
// missing otherwise.
struct ProduceApi {
  using Request = kafka::protocol::ProduceRequest;
  using Response = kafka::protocol::ProduceResponse;
  static void start(Services& services, const handlers::Request& request, Reply reply);
};

}  // namespace weir::broker::handlers

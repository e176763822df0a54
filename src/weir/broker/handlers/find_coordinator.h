#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/find_coordinator.h"

namespace weir::broker::handlers {

// Says that there is no coordinator: neither consumer groups nor transactions are served. It is
// served all the same because librdkafka (seen in 2.0.2, which kcat and weir's own publishers use,
// and in 2.16) takes LZ4 for missing, and silently sends uncompressed batches, unless version 0 of
// this API is advertised.
//
// Which error a group is answered with depends on who asks, which the version tells:
// - Version 3 and above (Java, kafka-python): UNSUPPORTED_VERSION, which both raise at once.
// - Below (librdkafka): COORDINATOR_NOT_AVAILABLE, the one error that librdkafka keeps to itself.
//   It asks as soon as a group.id is set, which confluent-kafka insists on, and hands any other
//   error to poll(), also to consumers whose partitions were assigned by hand and that read without
//   a group: programs that stop at the first error would no longer read. The price is that
//   subscribe() waits without a word; the message is in the client's log with debug=cgrp.
// Naming this broker as the coordinator is no way out: librdkafka 2.16 then asks for committed
// offsets without looking whether OffsetFetch is served, and crashes.
//
// A transactional id gets TRANSACTIONAL_ID_AUTHORIZATION_FAILED, as in InitProducerId.
struct FindCoordinatorApi {
  using Request = kafka::protocol::FindCoordinatorRequest;
  using Response = kafka::protocol::FindCoordinatorResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

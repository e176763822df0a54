#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/delete_records.h"

namespace weir::broker::handlers {

// Moves the start of partitions up, each on its own; answered when all of it is durable. Offset -1
// stands for the high watermark. Topics that are compacted and nothing else keep their records
// (POLICY_VIOLATION).
struct DeleteRecordsApi {
  using Request = kafka::protocol::DeleteRecordsRequest;
  using Response = kafka::protocol::DeleteRecordsResponse;
  static void begin(Services& services, const handlers::Request& request, const Request& asked,
                    Answer<Response> answer);
};

}  // namespace weir::broker::handlers

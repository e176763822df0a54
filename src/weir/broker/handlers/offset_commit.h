#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/offset_commit.h"

namespace weir::broker::handlers {

// Keeps how far a group has read; answered when it is durable. Partitions that do not exist and
// metadata that is too long are refused one by one, the rest is kept.
struct OffsetCommitApi {
  using Request = kafka::protocol::OffsetCommitRequest;
  using Response = kafka::protocol::OffsetCommitResponse;
  static void begin(Services& services, const handlers::Request& request, const Request& asked,
                    Answer<Response> answer);
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/create_topics.h"

namespace weir::broker::handlers {

// Makes topics, all of a request with one flush, durably before the answer. The configs are checked
// by name and value and kept. More than one replica is clamped or refused
// (BrokerSettings::replication).
struct CreateTopicsApi {
  using Request = kafka::protocol::CreateTopicsRequest;
  using Response = kafka::protocol::CreateTopicsResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/messages/metadata.h"

namespace weir::broker::handlers {

// This broker as the only one of its cluster, and the topics; makes a topic that is asked for and
// missing when both the client and the settings allow it, durably before the answer.
struct MetadataApi {
  using Request = kafka::protocol::MetadataRequest;
  using Response = kafka::protocol::MetadataResponse;
  static Response handle(Services& services, const handlers::Request& request,
                         const Request& asked);
};

// Where clients are told to connect: the setting, or the address they came by. An IPv6 loopback
// address is told as "localhost", because some clients join host and port without brackets.
io::TcpAddress advertised_address(const BrokerSettings& settings, const io::TcpAddress& local);

}  // namespace weir::broker::handlers

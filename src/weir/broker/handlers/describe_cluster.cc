#include "weir/broker/handlers/describe_cluster.h"

#include "weir/broker/handlers/metadata.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

namespace {

constexpr int8_t kBrokers = 1;

}  // namespace

DescribeClusterApi::Response DescribeClusterApi::handle(Services& services,
                                                        const handlers::Request& request,
                                                        const Request& asked) {
  Response response;
  response.endpoint_type = asked.endpoint_type;
  if (asked.endpoint_type != kBrokers) {
    response.error_code = KafkaError::mismatched_endpoint_type;
    response.error_message = "this is the address of a broker, not of a controller";
    return response;
  }
  const io::TcpAddress address = advertised_address(services.settings, request.local_address);
  response.cluster_id = services.storage.cluster_id();
  response.controller_id = services.settings.node_id;
  auto& broker = response.brokers.emplace_back();
  broker.broker_id = services.settings.node_id;
  broker.host = address.host;
  broker.port = address.port;
  return response;
}

}  // namespace weir::broker::handlers

#include "weir/broker/handlers/find_coordinator.h"

#include <string_view>

#include "weir/broker/handlers/metadata.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

namespace {

constexpr int8_t kGroupKey = 0;
constexpr int8_t kTransactionKey = 1;
constexpr int16_t kFirstVersionWithManyKeys = 4;

struct Refusal {
  KafkaError error = KafkaError::none;
  std::string_view message = {};
};

Refusal check(int8_t key_type, std::string_view key) {
  switch (key_type) {
    case kGroupKey:
      if (key.empty()) return {KafkaError::invalid_group_id, "the group id is empty"};
      return {};
    case kTransactionKey:
      return {KafkaError::transactional_id_authorization_failed,
              "transactions are not served by this version of weir"};
    default:
      return {KafkaError::invalid_request, "this type of coordinator key is not known"};
  }
}

// `Row` is the response up to version 3, and one of its coordinators after.
template <typename Row>
void fill(Row& row, const Refusal& refusal, int32_t node_id, const io::TcpAddress& address) {
  if (refusal.error == KafkaError::none) {
    row.node_id = node_id;
    row.host = address.host;
    row.port = address.port;
    return;
  }
  row.error_code = refusal.error;
  row.error_message = refusal.message;
  row.node_id = -1;
  row.port = -1;
}

}  // namespace

FindCoordinatorApi::Response FindCoordinatorApi::handle(Services& services,
                                                        const handlers::Request& request,
                                                        const Request& asked) {
  const io::TcpAddress address = advertised_address(services.settings, request.local_address);
  const int32_t node_id = services.settings.node_id;
  Response response;
  const auto answer = [&](auto& row, std::string_view key) {
    const Refusal refusal = check(asked.key_type, key);
    if (refusal.error != KafkaError::none) {
      services.complaints.warning("no coordinator", request.client_id, refusal.message);
    }
    fill(row, refusal, node_id, address);
  };
  if (request.version < kFirstVersionWithManyKeys) {
    answer(response, asked.key);
    return response;
  }
  for (const std::string& key : asked.coordinator_keys) {
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = key;
    answer(coordinator, key);
  }
  return response;
}

}  // namespace weir::broker::handlers

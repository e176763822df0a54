#include "weir/broker/handlers/find_coordinator.h"

#include <string_view>

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

namespace {

constexpr int8_t kGroupKey = 0;
constexpr int8_t kTransactionKey = 1;
constexpr int16_t kFirstVersionOfClientsThatRaise = 3;
constexpr int16_t kFirstVersionWithManyKeys = 4;

struct Refusal {
  KafkaError error;
  std::string_view message;
};

Refusal refusal(int8_t key_type, int16_t version) {
  switch (key_type) {
    case kGroupKey:
      return {version >= kFirstVersionOfClientsThatRaise ? KafkaError::unsupported_version
                                                         : KafkaError::coordinator_not_available,
              "consumer groups are not served by this version of weir; "
              "partitions can be assigned by hand"};
    case kTransactionKey:
      return {KafkaError::transactional_id_authorization_failed,
              "transactions are not served by this version of weir"};
    default:
      return {KafkaError::invalid_request, "this type of coordinator key is not known"};
  }
}

// `Answer` is the response up to version 3, and one of its coordinators after.
template <typename Answer>
void refuse(Answer& answer, const Refusal& refusal) {
  answer.error_code = refusal.error;
  answer.error_message = refusal.message;
  answer.node_id = -1;
  answer.port = -1;
}

}  // namespace

FindCoordinatorApi::Response FindCoordinatorApi::handle(Services& services,
                                                        const handlers::Request& request,
                                                        const Request& asked) {
  const Refusal why = refusal(asked.key_type, request.version);
  // librdkafka repeats a retriable answer's question twice a second for as long as it runs, also
  // where it reads without its group: nothing to complain about.
  if (why.error != KafkaError::coordinator_not_available)
    services.complaints.warning("no coordinator", request.client_id, why.message);
  Response response;
  if (request.version < kFirstVersionWithManyKeys) {
    refuse(response, why);
    return response;
  }
  for (const std::string& key : asked.coordinator_keys) {
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = key;
    refuse(coordinator, why);
  }
  return response;
}

}  // namespace weir::broker::handlers

#include "weir/broker/handlers/create_partitions.h"

#include <fmt/format.h>

#include <map>

#include "weir/broker/handlers/storage_errors.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using Wish = CreatePartitionsApi::Request::Topic;

namespace {

struct Refusal {
  KafkaError error = KafkaError::none;
  std::string message = {};
};

Refusal check_assignments(const Wish& wish, size_t added, int32_t node_id) {
  if (!wish.assignments) return {};
  if (wish.assignments->size() != added) {
    return {
        KafkaError::invalid_replica_assignment,
        fmt::format("{} partitions are added and {} assigned", added, wish.assignments->size())};
  }
  for (const auto& assignment : *wish.assignments) {
    if (assignment.broker_ids == std::vector<int32_t>{node_id}) continue;
    return {KafkaError::invalid_replica_assignment,
            fmt::format("every partition must be assigned to broker {} alone", node_id)};
  }
  return {};
}

Refusal grow(Services& services, const Wish& wish, bool validate_only) {
  const log::TopicRef topic = services.storage.find_topic(wish.name);
  if (topic == nullptr) {
    return {KafkaError::unknown_topic_or_partition,
            fmt::format("there is no topic '{}'", wish.name)};
  }
  const auto now = static_cast<int32_t>(topic->partitions.size());
  if (wish.count <= now) {
    return {KafkaError::invalid_partitions,
            fmt::format("topic '{}' has {} partitions already; {} were asked for, and there can "
                        "only be more",
                        wish.name, now, wish.count)};
  }
  if (wish.count > kMaxPartitions) {
    return {KafkaError::invalid_partitions, fmt::format("{} partitions were asked for; a topic "
                                                        "can have {}",
                                                        wish.count, kMaxPartitions)};
  }
  Refusal refusal =
      check_assignments(wish, static_cast<size_t>(wish.count - now), services.settings.node_id);
  if (refusal.error != KafkaError::none || validate_only) return refusal;
  const auto grown = services.storage.set_partition_count(wish.name, wish.count);
  if (grown) return {};
  return {to_topic_error(grown.error().code()), grown.error().message()};
}

}  // namespace

CreatePartitionsApi::Response CreatePartitionsApi::handle(Services& services,
                                                          const handlers::Request&,
                                                          const Request& asked) {
  Response response;
  std::map<std::string_view, int> mentions;
  for (const Wish& wish : asked.topics) ++mentions[wish.name];
  for (const Wish& wish : asked.topics) {
    int& count = mentions[wish.name];
    if (count == 0) continue;  // a name given twice is answered once
    Refusal refusal =
        count > 1 ? Refusal{KafkaError::invalid_request, "the request names this topic twice"}
                  : grow(services, wish, asked.validate_only);
    count = 0;
    auto& answer = response.results.emplace_back();
    answer.name = wish.name;
    answer.error_code = refusal.error;
    if (refusal.error != KafkaError::none) answer.error_message = std::move(refusal.message);
  }
  return response;
}

}  // namespace weir::broker::handlers

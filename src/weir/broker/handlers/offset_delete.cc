#include "weir/broker/handlers/offset_delete.h"

#include "weir/broker/handlers/partitions.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

void OffsetDeleteApi::begin(Services& services, const handlers::Request&, const Request& asked,
                            Answer<Response> answer) {
  Response response;
  std::vector<groups::TopicPartition> places;
  for (const auto& topic : asked.topics) {
    auto& topic_row = response.topics.emplace_back();
    topic_row.name = topic.name;
    const KafkaError subscribed = services.groups.may_forget_offset(asked.group_id, topic.name);
    const log::TopicRef known = services.storage.find_topic(topic.name);
    for (const auto& partition : topic.partitions) {
      auto& row = topic_row.partitions.emplace_back();
      row.partition_index = partition.partition_index;
      row.error_code = subscribed;
      if (find_partition(known.get(), partition.partition_index) == nullptr) {
        row.error_code = KafkaError::unknown_topic_or_partition;
      }
      if (row.error_code == KafkaError::none) {
        places.push_back({topic.name, partition.partition_index});
      }
    }
  }
  services.groups.remove_offsets(
      asked.group_id, std::move(places),
      [response = std::move(response), answer = std::move(answer)](KafkaError verdict) mutable {
        response.error_code = verdict;
        if (verdict != KafkaError::none) response.topics.clear();
        answer(response);
      });
}

}  // namespace weir::broker::handlers

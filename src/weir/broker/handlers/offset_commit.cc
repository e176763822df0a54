#include "weir/broker/handlers/offset_commit.h"

#include "weir/broker/handlers/partitions.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

void OffsetCommitApi::begin(Services& services, const handlers::Request&, const Request& asked,
                            Answer<Response> answer) {
  groups::OffsetCommit commit{.group_id = asked.group_id,
                              .member = {asked.member_id, asked.group_instance_id},
                              .generation = asked.generation_id,
                              .offsets = {}};
  Response response;
  for (const auto& topic : asked.topics) {
    auto& topic_row = response.topics.emplace_back();
    topic_row.name = topic.name;
    const log::TopicRef known = services.storage.find_topic(topic.name);
    for (const auto& partition : topic.partitions) {
      auto& row = topic_row.partitions.emplace_back();
      row.partition_index = partition.partition_index;
      std::string metadata = partition.committed_metadata.value_or("");
      if (find_partition(known.get(), partition.partition_index) == nullptr) {
        row.error_code = KafkaError::unknown_topic_or_partition;
      } else if (metadata.size() > services.groups.max_offset_metadata()) {
        row.error_code = KafkaError::offset_metadata_too_large;
      } else {
        commit.offsets.push_back({{topic.name, partition.partition_index},
                                  {.offset = partition.committed_offset,
                                   .leader_epoch = partition.committed_leader_epoch,
                                   .metadata = std::move(metadata)}});
      }
    }
  }
  services.groups.commit(
      std::move(commit),
      [response = std::move(response), answer = std::move(answer)](KafkaError verdict) mutable {
        for (auto& topic : response.topics) {
          for (auto& partition : topic.partitions) {
            if (partition.error_code == KafkaError::none) partition.error_code = verdict;
          }
        }
        answer(response);
      });
}

}  // namespace weir::broker::handlers

#include "weir/broker/handlers/describe_topic_partitions.h"

#include <algorithm>

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using TopicAnswer = DescribeTopicPartitionsApi::Response::Topic;

namespace {

constexpr int32_t kMostPartitions = 2000;

std::vector<std::string> names_in_order(Services& services,
                                        const DescribeTopicPartitionsApi::Request& asked) {
  std::vector<std::string> names;
  if (asked.topics.empty()) {
    for (const log::TopicRef& topic : services.storage.topics()) names.push_back(topic->name);
  } else {
    for (const auto& topic : asked.topics) names.push_back(topic.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

TopicAnswer::Partition to_row(const log::Partition& partition, int32_t node_id) {
  TopicAnswer::Partition row;
  row.partition_index = partition.index();
  row.leader_id = node_id;
  row.leader_epoch = kLeaderEpoch;
  row.replica_nodes = {node_id};
  row.isr_nodes = {node_id};
  row.eligible_leader_replicas.emplace();
  row.last_known_elr.emplace();
  return row;
}

}  // namespace

DescribeTopicPartitionsApi::Response DescribeTopicPartitionsApi::handle(Services& services,
                                                                        const handlers::Request&,
                                                                        const Request& asked) {
  Response response;
  int32_t room = std::clamp(asked.response_partition_limit, 1, kMostPartitions);
  for (const std::string& name : names_in_order(services, asked)) {
    if (asked.cursor && name < asked.cursor->topic_name) continue;
    const bool continued = asked.cursor && name == asked.cursor->topic_name;
    auto first = static_cast<size_t>(continued ? std::max(asked.cursor->partition_index, 0) : 0);
    if (room == 0) {
      response.next_cursor = {.topic_name = name, .partition_index = static_cast<int32_t>(first)};
      return response;
    }
    TopicAnswer& answer = response.topics.emplace_back();
    answer.name = name;
    const log::TopicRef topic = services.storage.find_topic(name);
    if (topic == nullptr) {
      answer.error_code = KafkaError::unknown_topic_or_partition;
      continue;
    }
    answer.topic_id = topic->id;
    for (; first < topic->partitions.size() && room > 0; ++first, --room) {
      answer.partitions.push_back(to_row(*topic->partitions[first], services.settings.node_id));
    }
    if (first < topic->partitions.size()) {
      response.next_cursor = {.topic_name = name, .partition_index = static_cast<int32_t>(first)};
      return response;
    }
  }
  return response;
}

}  // namespace weir::broker::handlers

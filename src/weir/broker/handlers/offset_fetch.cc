#include "weir/broker/handlers/offset_fetch.h"

#include <map>
#include <optional>

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using TopicAnswer = kafka::protocol::OffsetFetchResponse::Topic;
using TopicQuestion = kafka::protocol::OffsetFetchRequest::Topic;

namespace {

constexpr int16_t kFirstVersionWithManyGroups = 8;

TopicAnswer::Partition to_row(int32_t partition, const groups::CommittedOffset* committed) {
  TopicAnswer::Partition row;
  row.partition_index = partition;
  row.committed_offset = committed ? committed->offset : -1;
  row.committed_leader_epoch = committed ? committed->leader_epoch : -1;
  row.metadata = committed ? committed->metadata : "";
  return row;
}

std::vector<TopicAnswer> everything(const groups::OffsetTable::Offsets& offsets) {
  std::vector<TopicAnswer> answers;
  for (const auto& [place, committed] : offsets) {
    if (answers.empty() || answers.back().name != place.topic) {
      answers.emplace_back().name = place.topic;
    }
    answers.back().partitions.push_back(to_row(place.partition, &committed));
  }
  return answers;
}

// `topics` absent: all that the group has.
std::vector<TopicAnswer> look_up(const groups::OffsetTable& offsets, const std::string& group,
                                 const std::optional<std::vector<TopicQuestion>>& topics) {
  if (!topics) return everything(offsets.of(group));
  std::vector<TopicAnswer> answers;
  for (const TopicQuestion& topic : *topics) {
    TopicAnswer& answer = answers.emplace_back();
    answer.name = topic.name;
    for (const int32_t partition : topic.partition_indexes) {
      answer.partitions.push_back(to_row(partition, offsets.find(group, {topic.name, partition})));
    }
  }
  return answers;
}

}  // namespace

OffsetFetchApi::Response OffsetFetchApi::handle(Services& services,
                                                const handlers::Request& request,
                                                const Request& asked) {
  const groups::OffsetTable& offsets = services.groups.offsets();
  Response response;
  if (request.version < kFirstVersionWithManyGroups) {
    response.topics = look_up(offsets, asked.group_id, asked.topics);
    return response;
  }
  for (const auto& group : asked.groups) {
    auto& answer = response.groups.emplace_back();
    answer.group_id = group.group_id;
    answer.topics = look_up(offsets, group.group_id, group.topics);
  }
  return response;
}

}  // namespace weir::broker::handlers

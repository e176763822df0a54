#include "weir/broker/handlers/offset_for_leader_epoch.h"

#include "weir/broker/handlers/partitions.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using Question = OffsetForLeaderEpochApi::Request::Topic::Partition;
using PartitionAnswer = OffsetForLeaderEpochApi::Response::Topic::Partition;

namespace {

constexpr int32_t kAnyEpoch = -1;

PartitionAnswer look_up(const log::Partition* partition, const Question& question) {
  PartitionAnswer answer;
  answer.partition = question.partition;
  if (partition == nullptr) {
    answer.error_code = KafkaError::unknown_topic_or_partition;
  } else if (question.current_leader_epoch > kLeaderEpoch) {
    answer.error_code = KafkaError::unknown_leader_epoch;
  } else if (question.current_leader_epoch < kLeaderEpoch &&
             question.current_leader_epoch != kAnyEpoch) {
    answer.error_code = KafkaError::fenced_leader_epoch;
  } else if (question.leader_epoch == kLeaderEpoch) {
    answer.leader_epoch = kLeaderEpoch;
    answer.end_offset = partition->high_watermark();
  }
  return answer;  // epochs that never were have no end
}

}  // namespace

OffsetForLeaderEpochApi::Response OffsetForLeaderEpochApi::handle(Services& services,
                                                                  const handlers::Request&,
                                                                  const Request& asked) {
  Response response;
  for (const auto& topic : asked.topics) {
    auto& answer = response.topics.emplace_back();
    answer.topic = topic.topic;
    const log::TopicRef known = services.storage.find_topic(topic.topic);
    for (const Question& question : topic.partitions) {
      answer.partitions.push_back(
          look_up(find_partition(known.get(), question.partition).get(), question));
    }
  }
  return response;
}

}  // namespace weir::broker::handlers

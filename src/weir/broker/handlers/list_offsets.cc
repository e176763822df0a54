#include "weir/broker/handlers/list_offsets.h"

#include "weir/broker/handlers/partitions.h"
#include "weir/broker/handlers/storage_errors.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using PartitionAnswer = kafka::protocol::ListOffsetsResponse::Topic::Partition;
using PartitionQuestion = kafka::protocol::ListOffsetsRequest::Topic::Partition;

namespace {

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kMaxTimestamp = -3;   // version 7
constexpr int64_t kEarliestLocal = -4;  // version 8

void give(PartitionAnswer& answer, int64_t offset, int64_t timestamp) {
  answer.offset = offset;
  answer.timestamp = timestamp;
  answer.leader_epoch = kLeaderEpoch;
}

// Nothing found is no error: offset and timestamp stay -1.
void give(PartitionAnswer& answer, const Result<std::optional<log::OffsetAndTime>>& found) {
  if (!found) {
    answer.error_code = to_read_error(found.error().code());
  } else if (*found) {
    give(answer, (*found)->offset, (*found)->timestamp_ms);
  }
}

void look_up(const log::Partition& partition, const PartitionQuestion& question, int16_t version,
             PartitionAnswer& answer) {
  const int64_t time = question.timestamp;
  if (time == kLatest) return give(answer, partition.high_watermark(), -1);
  if (time == kEarliest || (time == kEarliestLocal && version >= 8)) {
    return give(answer, partition.start_offset(), -1);
  }
  if (time == kMaxTimestamp && version >= 7)
    return give(answer, partition.offset_of_max_timestamp());
  if (time < 0) {
    answer.error_code = KafkaError::unsupported_version;
    return;
  }
  give(answer, partition.offset_for_time(time));
}

}  // namespace

ListOffsetsApi::Response ListOffsetsApi::handle(Services& services,
                                                const handlers::Request& request,
                                                const Request& asked) {
  Response response;
  for (const auto& topic : asked.topics) {
    const log::TopicRef found = services.storage.find_topic(topic.name);
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    for (const PartitionQuestion& question : topic.partitions) {
      PartitionAnswer& answer = topic_answer.partitions.emplace_back();
      answer.partition_index = question.partition_index;
      const log::PartitionRef partition = find_partition(found.get(), question.partition_index);
      if (partition == nullptr) {
        answer.error_code = KafkaError::unknown_topic_or_partition;
      } else if (question.current_leader_epoch > kLeaderEpoch) {
        answer.error_code = KafkaError::unknown_leader_epoch;
      } else {
        look_up(*partition, question, request.version, answer);
      }
    }
  }
  return response;
}

}  // namespace weir::broker::handlers

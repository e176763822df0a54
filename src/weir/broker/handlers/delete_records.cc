#include "weir/broker/handlers/delete_records.h"

#include "weir/broker/handlers/partitions.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

namespace {

constexpr int64_t kToHighWatermark = -1;
constexpr int64_t kNoOffset = -1;

// A request under way: the last partition that is done answers. Confined to the loop.
struct PendingDelete {
  DeleteRecordsApi::Response response;
  Answer<DeleteRecordsApi::Response> answer;
  size_t open = 1;  // one for the request itself, until all its partitions were asked

  void finish_one() {
    if (--open == 0) answer(response);
  }
};

struct Place {
  size_t topic;
  size_t partition;
};

void delete_before(Services& services, const std::shared_ptr<PendingDelete>& pending, Place place,
                   log::Partition& partition, int64_t offset) {
  if (offset == kToHighWatermark) offset = partition.high_watermark();
  ++pending->open;
  partition.delete_before(offset, [&services, pending, place](const log::DeleteResult& result) {
    services.completions.add([pending, place, result] {
      auto& row = pending->response.topics[place.topic].partitions[place.partition];
      row.error_code = result.error;
      row.low_watermark = result.start_offset;
      pending->finish_one();
    });
  });
}

}  // namespace

void DeleteRecordsApi::begin(Services& services, const handlers::Request&, const Request& asked,
                             Answer<Response> answer) {
  const auto pending = std::make_shared<PendingDelete>();
  pending->answer = std::move(answer);
  for (const auto& topic : asked.topics) {
    auto& topic_row = pending->response.topics.emplace_back();
    topic_row.name = topic.name;
    const log::TopicRef known = services.storage.find_topic(topic.name);
    const bool keeps_records = known && !cleanup_policy(known->config).deletes;
    for (const auto& wish : topic.partitions) {
      auto& row = topic_row.partitions.emplace_back();
      row.partition_index = wish.partition_index;
      row.low_watermark = kNoOffset;
      const log::PartitionRef partition = find_partition(known.get(), wish.partition_index);
      if (partition == nullptr) {
        row.error_code = KafkaError::unknown_topic_or_partition;
      } else if (keeps_records) {
        row.error_code = KafkaError::policy_violation;
      } else {
        delete_before(services, pending,
                      {pending->response.topics.size() - 1, topic_row.partitions.size() - 1},
                      *partition, wish.offset);
      }
    }
  }
  pending->finish_one();
}

}  // namespace weir::broker::handlers

#include "weir/kafka/client/admin.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/base/nearest.h"
#include "weir/io/clock.h"
#include "weir/kafka/client/admin_core.h"

namespace weir::kafka::client {
namespace {

std::vector<int32_t> ids(const int32_t* first, int count) {
  return std::vector<int32_t>(first, first + count);
}

TopicMetadata to_topic(const rd_kafka_metadata_topic& topic) {
  TopicMetadata entry{.name = topic.topic};
  for (const auto& partition :
       std::span(topic.partitions, static_cast<size_t>(topic.partition_cnt))) {
    entry.partitions.push_back({.id = partition.id,
                                .leader = partition.leader,
                                .replicas = ids(partition.replicas, partition.replica_cnt),
                                .in_sync = ids(partition.isrs, partition.isr_cnt)});
  }
  std::sort(entry.partitions.begin(), entry.partitions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return entry;
}

}  // namespace

Result<MetadataPtr> Admin::Core::metadata(Deadline deadline) {
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  for (;;) {
    const auto left = std::chrono::ceil<Deadline>(end - io::real_clock().steady_now());
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code =
        rd_kafka_metadata(client(), 1, nullptr, &answer, millis(std::max(left, Deadline(1))));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return MetadataPtr(answer);
    rd_kafka_poll(client(), 10);  // the reason of a failed connection comes as an event
    const std::string reason = context_->connection().reason;
    Error error = to_error(code, fmt::format("cannot ask {} for its topics", options_.brokers),
                           reason.empty() ? rd_kafka_err2str(code) : reason);
    if (!error.retriable() || io::real_clock().steady_now() >= end) return error;
  }
}

AdminOptionsPtr Admin::Core::admin_options(rd_kafka_admin_op_t operation, Deadline deadline) const {
  AdminOptionsPtr options(rd_kafka_AdminOptions_new(client(), operation));
  char reason[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), millis(deadline), reason,
                                            sizeof(reason));
  // Refused, without harm, for the requests that have no operation of their own to wait for.
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), millis(deadline), reason,
                                              sizeof(reason));
  return options;
}

Result<EventPtr> Admin::Core::answer(rd_kafka_queue_t* queue, std::string_view doing,
                                     Deadline deadline) const {
  EventPtr event(rd_kafka_queue_poll(queue, millis(deadline) + 1000));
  if (event == nullptr) {
    return Error(ErrorCode::timeout,
                 fmt::format("{}: {} did not answer in time", doing, options_.brokers));
  }
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return to_error(code, doing, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

Status topic_outcome(const rd_kafka_topic_result_t** topics, size_t count, std::string_view doing) {
  for (const rd_kafka_topic_result_t* topic : std::span(topics, count)) {
    const auto code = rd_kafka_topic_result_error(topic);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* reason = rd_kafka_topic_result_error_string(topic);
    return to_error(code, fmt::format("{} '{}'", doing, rd_kafka_topic_result_name(topic)),
                    reason != nullptr ? reason : rd_kafka_err2str(code));
  }
  return {};
}

Admin::Admin(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Admin::~Admin() = default;

Result<std::unique_ptr<Admin>> Admin::open(ClientOptions options) {
  auto core = std::make_shared<Core>(options);
  WEIR_TRY(core->start());
  return std::unique_ptr<Admin>(new Admin(std::move(core)));
}

Result<std::vector<TopicMetadata>> Admin::topics(Deadline deadline) {
  WEIR_TRY_ASSIGN(const MetadataPtr metadata, core_->metadata(deadline));
  std::vector<TopicMetadata> topics;
  for (const auto& topic : std::span(metadata->topics, static_cast<size_t>(metadata->topic_cnt))) {
    if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR) topics.push_back(to_topic(topic));
  }
  std::sort(topics.begin(), topics.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return topics;
}

// Asks for all of them: a question for one name would create it where the broker does that.
Result<TopicMetadata> Admin::topic(const std::string& name, Deadline deadline) {
  WEIR_TRY_ASSIGN(std::vector<TopicMetadata> all, topics(deadline));
  std::vector<std::string> names;
  for (TopicMetadata& topic : all) {
    if (topic.name == name) return std::move(topic);
    names.push_back(topic.name);
  }
  return Error(ErrorCode::not_found,
               fmt::format("there is no topic '{}'{}", name, did_you_mean(name, names)));
}

Result<std::string> Admin::cluster_id(Deadline deadline) {
  char* id = rd_kafka_clusterid(core_->client(), millis(deadline));
  if (id == nullptr) return Error(ErrorCode::timeout, "the broker did not tell its cluster id");
  std::string copy = id;
  rd_kafka_mem_free(core_->client(), id);
  return copy;
}

namespace {

// The answers to one question about times, special ones included, in the order of the partitions.
Result<std::vector<int64_t>> ask_for_times(rd_kafka_t* client,
                                           std::span<const TopicPartition> partitions, int64_t time,
                                           Admin::Deadline deadline) {
  const PartitionListPtr list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const auto& [topic, partition] : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = time;
  }
  const auto code = rd_kafka_offsets_for_times(client, list.get(),
                                               millis(std::max(deadline, Admin::Deadline(1))));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return to_error(code, "cannot ask for the offsets of topics");
  std::vector<int64_t> offsets;
  for (size_t i = 0; i < partitions.size(); ++i) {
    const rd_kafka_topic_partition_t& answer = list->elems[i];
    if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return to_error(answer.err,
                      fmt::format("partition {} of topic '{}'", answer.partition, answer.topic));
    }
    offsets.push_back(answer.offset);
  }
  return offsets;
}

}  // namespace

// Through the offsets-for-times call with the two special times: one request per broker for all
// partitions, and it keeps its deadline (the single watermark query of librdkafka 2.0.2 does not).
Result<std::vector<Watermarks>> Admin::watermarks(std::span<const TopicPartition> partitions,
                                                  Deadline deadline) {
  std::vector<Watermarks> marks(partitions.size());
  if (partitions.empty()) return marks;
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  for (const int64_t wanted : {kEarliestOffset, kLatestOffset}) {
    const auto left = std::chrono::ceil<Deadline>(end - io::real_clock().steady_now());
    WEIR_TRY_ASSIGN(const std::vector<int64_t> offsets,
                    ask_for_times(core_->client(), partitions, wanted, left));
    for (size_t i = 0; i < partitions.size(); ++i)
      (wanted == kEarliestOffset ? marks[i].low : marks[i].high) = offsets[i];
  }
  return marks;
}

Result<std::vector<int64_t>> Admin::offsets_at(std::span<const TopicPartition> partitions,
                                               Timestamp time, Deadline deadline) {
  if (partitions.empty()) return std::vector<int64_t>();
  // The record's time has milliseconds: what is asked for is rounded up to the next of them.
  const auto wanted = std::chrono::ceil<std::chrono::milliseconds>(time).time_since_epoch();
  return ask_for_times(core_->client(), partitions, std::max<int64_t>(wanted.count(), 0), deadline);
}

}  // namespace weir::kafka::client

#include "weir/kafka/client/admin.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/io/clock.h"
#include "weir/kafka/client/rdkafka_handle.h"

namespace weir::kafka::client {
namespace {

int millis(Admin::Deadline deadline) { return static_cast<int>(deadline.count()); }

struct NewTopicDeleter {
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
};
using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, NewTopicDeleter>;

Result<NewTopicPtr> make_new_topic(const NewTopic& topic) {
  char reason[512];
  NewTopicPtr made(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication,
                                         reason, sizeof(reason)));
  if (made == nullptr)
    return Error(ErrorCode::invalid_argument, fmt::format("topic '{}': {}", topic.name, reason));
  for (const auto& [name, value] : topic.config) {
    rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
  }
  return made;
}

Status creation_outcome(const rd_kafka_event_t* event) {
  if (const auto code = rd_kafka_event_error(const_cast<rd_kafka_event_t*>(event));
      code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return to_error(code, "cannot create topics",
                    rd_kafka_event_error_string(const_cast<rd_kafka_event_t*>(event)));
  }
  size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(const_cast<rd_kafka_event_t*>(event));
  const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(result, &count);
  for (const rd_kafka_topic_result_t* topic : std::span(topics, count)) {
    const auto code = rd_kafka_topic_result_error(topic);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
      continue;
    const char* reason = rd_kafka_topic_result_error_string(topic);
    return to_error(code,
                    fmt::format("cannot create topic '{}'", rd_kafka_topic_result_name(topic)),
                    reason != nullptr ? reason : rd_kafka_err2str(code));
  }
  return {};
}

}  // namespace

class Admin::Core {
 public:
  explicit Core(const ClientOptions& options)
      : options_(options), context_(std::make_shared<HandleContext>(options.label)) {}

  Status start() {
    WEIR_TRY_ASSIGN(handle_, RdHandle::make(RD_KAFKA_PRODUCER, options_, {}, 0, context_));
    return {};
  }

  rd_kafka_t* client() const { return handle_.get(); }

  // A broker that is away is retried until the deadline, as the caller asked for.
  Result<MetadataPtr> metadata(Deadline deadline) {
    const SteadyTime end = io::real_clock().steady_now() + deadline;
    for (;;) {
      const auto left = std::chrono::ceil<Deadline>(end - io::real_clock().steady_now());
      const rd_kafka_metadata_t* answer = nullptr;
      const auto code =
          rd_kafka_metadata(client(), 1, nullptr, &answer, millis(std::max(left, Deadline(1))));
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return MetadataPtr(answer);
      Error error = to_error(code, fmt::format("cannot ask {} for its topics", options_.brokers));
      if (!error.retriable() || io::real_clock().steady_now() >= end) return error;
      rd_kafka_poll(client(), 10);
    }
  }

 private:
  const ClientOptions options_;
  const std::shared_ptr<HandleContext> context_;
  RdHandle handle_;
};

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
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    TopicMetadata& entry = topics.emplace_back(TopicMetadata{topic.topic, {}});
    for (const auto& partition :
         std::span(topic.partitions, static_cast<size_t>(topic.partition_cnt))) {
      entry.partitions.push_back(partition.id);
    }
    std::sort(entry.partitions.begin(), entry.partitions.end());
  }
  std::sort(topics.begin(), topics.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return topics;
}

Result<std::string> Admin::cluster_id(Deadline deadline) {
  char* id = rd_kafka_clusterid(core_->client(), millis(deadline));
  if (id == nullptr) return Error(ErrorCode::timeout, "the broker did not tell its cluster id");
  std::string copy = id;
  rd_kafka_mem_free(core_->client(), id);
  return copy;
}

// Through the offsets-for-times call with the two special times: one request per broker for all
// partitions, and it keeps its deadline (the single watermark query of librdkafka 2.0.2 does not).
Result<std::vector<Watermarks>> Admin::watermarks(std::span<const TopicPartition> partitions,
                                                  Deadline deadline) {
  std::vector<Watermarks> marks(partitions.size());
  if (partitions.empty()) return marks;
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  for (const int64_t wanted : {kEarliestOffset, kLatestOffset}) {
    const PartitionListPtr list(
        rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [topic, partition] : partitions) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = wanted;
    }
    const auto left = std::chrono::ceil<Deadline>(end - io::real_clock().steady_now());
    const auto code = rd_kafka_offsets_for_times(core_->client(), list.get(),
                                                 millis(std::max(left, Deadline(1))));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return to_error(code, "cannot ask for the offsets of topics");
    for (size_t i = 0; i < partitions.size(); ++i) {
      const rd_kafka_topic_partition_t& answer = list->elems[i];
      if (answer.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return to_error(answer.err,
                        fmt::format("partition {} of topic '{}'", answer.partition, answer.topic));
      }
      (wanted == kEarliestOffset ? marks[i].low : marks[i].high) = answer.offset;
    }
  }
  return marks;
}

Status Admin::create_topics(std::span<const NewTopic> topics, Deadline deadline) {
  if (topics.empty()) return {};
  std::vector<NewTopicPtr> owned;
  std::vector<rd_kafka_NewTopic_t*> wanted;
  for (const NewTopic& topic : topics) {
    WEIR_TRY_ASSIGN(NewTopicPtr made, make_new_topic(topic));
    wanted.push_back(made.get());
    owned.push_back(std::move(made));
  }
  const AdminOptionsPtr options(
      rd_kafka_AdminOptions_new(core_->client(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  char reason[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), millis(deadline), reason,
                                            sizeof(reason));
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), millis(deadline), reason,
                                              sizeof(reason));
  const QueuePtr queue(rd_kafka_queue_new(core_->client()));
  rd_kafka_CreateTopics(core_->client(), wanted.data(), wanted.size(), options.get(), queue.get());
  const EventPtr event(rd_kafka_queue_poll(queue.get(), millis(deadline) + 1000));
  if (event == nullptr)
    return Error(ErrorCode::timeout, "cannot create topics: the broker did not answer in time");
  return creation_outcome(event.get());
}

}  // namespace weir::kafka::client

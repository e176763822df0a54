#include "weir/kafka/client/consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "weir/kafka/client/message_view.h"

namespace weir::kafka::client {
namespace {

constexpr int kLeaderWaitMillis = 1000;
constexpr int kResolveMillis = 10'000;

Properties consumer_properties(const ConsumerOptions& options) {
  return {
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"enable.partition.eof", options.report_ends ? "true" : "false"},
      {"check.crcs", "true"},
      {"fetch.min.bytes", std::to_string(options.fetch_min_bytes)},
      {"fetch.wait.max.ms", std::to_string(options.fetch_wait.count())},
      {"fetch.max.bytes", std::to_string(options.fetch_bytes)},
      {"fetch.message.max.bytes",
       std::to_string(std::min<size_t>(options.fetch_bytes, 1024 * 1024))},
      {"receive.message.max.bytes", std::to_string(options.fetch_bytes + 64 * 1024 * 1024)},
      {"fetch.error.backoff.ms", "100"},
      // All partitions feed one queue, so these bound the whole consumer.
      {"queued.min.messages", std::to_string(options.prefetch_messages)},
      {"queued.max.messages.kbytes",
       std::to_string(std::max<size_t>(options.prefetch_bytes / 1024, 1))},
  };
}

}  // namespace

class Consumer::Core {
 public:
  explicit Core(ConsumerOptions options)
      : options_(std::move(options)),
        context_(std::make_shared<HandleContext>(options_.client.label)) {}

  ~Core() {
    release_batch();
    for (auto& [name, topic] : topics_) {
      for (const auto& [partition, position] : topic.partitions)
        rd_kafka_consume_stop(topic.handle.get(), partition);
    }
    // What was fetched but not taken still refers to its partitions.
    while (queue_ != nullptr) {
      rd_kafka_message_t* message = rd_kafka_consume_queue(queue_.get(), 0);
      if (message == nullptr) break;
      rd_kafka_message_destroy(message);
    }
  }

  Status start() {
    WEIR_TRY_ASSIGN(handle_, RdHandle::make(RD_KAFKA_CONSUMER, options_.client,
                                            consumer_properties(options_), 0, context_));
    queue_.reset(rd_kafka_queue_new(handle_.get()));
    return {};
  }

  Status add(std::span<const StartPosition> positions);
  Status remove(const TopicPartition& partition);
  Result<std::span<const IncomingRecord>> poll(size_t max_records,
                                               std::chrono::milliseconds timeout);
  bool at_end(const TopicPartition& partition) const { return ended_.contains(partition); }
  ConnectionState connection() const { return context_->connection(); }

 private:
  struct Topic {
    TopicPtr handle;
    std::unordered_map<int32_t, int64_t> partitions;  // the next offset that may be returned
  };

  Result<Topic*> topic_named(const std::string& name);
  void learn_leaders();
  std::vector<StartPosition> resolve(std::span<const StartPosition> positions);
  Topic* topic_of(const rd_kafka_message_t& message);
  void release_batch();
  void take_batch(size_t max_records, std::chrono::milliseconds timeout);
  bool is_wanted(const rd_kafka_message_t& message);
  Error partition_error(const rd_kafka_message_t& message) const;
  void append_record(rd_kafka_message_t& message);

  const ConsumerOptions options_;
  const std::shared_ptr<HandleContext> context_;
  RdHandle handle_;
  QueuePtr queue_;
  std::unordered_map<std::string, Topic> topics_;
  std::unordered_map<const rd_kafka_topic_t*, Topic*> by_handle_;

  std::set<TopicPartition> ended_;

  std::vector<rd_kafka_message_t*> batch_;
  size_t next_in_batch_ = 0;  // after an error in its middle, the rest is for the next poll
  std::vector<IncomingRecord> records_;
  std::vector<HeaderView> headers_;
  std::vector<std::pair<size_t, size_t>> header_ranges_;
};

Result<Consumer::Core::Topic*> Consumer::Core::topic_named(const std::string& name) {
  if (const auto found = topics_.find(name); found != topics_.end()) return &found->second;
  TopicPtr handle(rd_kafka_topic_new(handle_.get(), name.c_str(), nullptr));
  if (handle == nullptr) return to_error(rd_kafka_last_error(), fmt::format("topic '{}'", name));
  const rd_kafka_topic_t* key = handle.get();
  Topic* topic = &topics_.emplace(name, Topic{std::move(handle), {}}).first->second;
  by_handle_[key] = topic;
  return topic;
}

Consumer::Core::Topic* Consumer::Core::topic_of(const rd_kafka_message_t& message) {
  const auto found = by_handle_.find(message.rkt);
  return found == by_handle_.end() ? nullptr : found->second;
}

// Fetches the leaders of new topics ahead: librdkafka otherwise finds none at its first try and
// waits half a second for the second. A broker that is away is met later.
void Consumer::Core::learn_leaders() {
  const rd_kafka_metadata_t* answer = nullptr;
  rd_kafka_metadata(handle_.get(), 0, nullptr, &answer, kLeaderWaitMillis);
  if (answer != nullptr) rd_kafka_metadata_destroy(answer);
}

// Turns "earliest" and "latest" into offsets with one question for all partitions. librdkafka would
// ask for each partition alone on the connection it fetches with, and a broker that answers in
// order keeps each question waiting behind a long poll: half a minute for a thousand partitions.
// What cannot be resolved now stays as it is.
std::vector<StartPosition> Consumer::Core::resolve(std::span<const StartPosition> positions) {
  std::vector<StartPosition> resolved(positions.begin(), positions.end());
  const PartitionListPtr list(
      rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  std::vector<StartPosition*> asked;
  for (StartPosition& position : resolved) {
    if (position.offset != kEarliestOffset && position.offset != kLatestOffset) continue;
    asked.push_back(&position);
    rd_kafka_topic_partition_list_add(list.get(), position.partition.topic.c_str(),
                                      position.partition.partition)
        ->offset = position.offset;
  }
  if (asked.empty() || rd_kafka_offsets_for_times(handle_.get(), list.get(), kResolveMillis) !=
                           RD_KAFKA_RESP_ERR_NO_ERROR) {
    return resolved;
  }
  for (size_t i = 0; i < asked.size(); ++i) {
    const rd_kafka_topic_partition_t& answer = list->elems[i];
    if (answer.err == RD_KAFKA_RESP_ERR_NO_ERROR && answer.offset >= 0)
      asked[i]->offset = answer.offset;
  }
  return resolved;
}

Status Consumer::Core::add(std::span<const StartPosition> positions) {
  const size_t topics_before = topics_.size();
  for (const StartPosition& position : positions) WEIR_TRY(topic_named(position.partition.topic));
  if (topics_.size() > topics_before) learn_leaders();
  for (const auto& [where, offset] : resolve(positions)) {
    WEIR_TRY_ASSIGN(Topic* const topic, topic_named(where.topic));
    if (topic->partitions.contains(where.partition)) {
      return Error(ErrorCode::already_exists,
                   fmt::format("partition {} of topic '{}' is being read already", where.partition,
                               where.topic));
    }
    if (offset < 0 && offset != kEarliestOffset && offset != kLatestOffset) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("{} is no offset to start from", offset));
    }
    const int64_t from = offset == kEarliestOffset ? RD_KAFKA_OFFSET_BEGINNING
                         : offset == kLatestOffset ? RD_KAFKA_OFFSET_END
                                                   : offset;
    if (rd_kafka_consume_start_queue(topic->handle.get(), where.partition, from, queue_.get()) !=
        0) {
      return to_error(rd_kafka_last_error(), fmt::format("cannot read partition {} of topic '{}'",
                                                         where.partition, where.topic));
    }
    topic->partitions[where.partition] = std::max<int64_t>(offset, 0);
  }
  return {};
}

Status Consumer::Core::remove(const TopicPartition& partition) {
  const auto topic = topics_.find(partition.topic);
  if (topic == topics_.end() || topic->second.partitions.erase(partition.partition) == 0) {
    return Error(ErrorCode::not_found, fmt::format("partition {} of topic '{}' is not being read",
                                                   partition.partition, partition.topic));
  }
  if (rd_kafka_consume_stop(topic->second.handle.get(), partition.partition) != 0) {
    return to_error(rd_kafka_last_error(),
                    fmt::format("cannot stop reading topic '{}'", partition.topic));
  }
  return {};
}

void Consumer::Core::release_batch() {
  for (rd_kafka_message_t* message : batch_) rd_kafka_message_destroy(message);
  batch_.clear();
  next_in_batch_ = 0;
}

// librdkafka's batch call waits until the batch is full or its time is over: so it waits for one
// record, then takes what is there.
void Consumer::Core::take_batch(size_t max_records, std::chrono::milliseconds timeout) {
  release_batch();
  rd_kafka_poll(handle_.get(), 0);  // runs the error callback
  rd_kafka_message_t* first =
      rd_kafka_consume_queue(queue_.get(), static_cast<int>(timeout.count()));
  if (first == nullptr) return;
  batch_.resize(max_records);
  batch_[0] = first;
  size_t count = 1;
  if (max_records > 1) {
    const ssize_t more =
        rd_kafka_consume_batch_queue(queue_.get(), 0, batch_.data() + 1, max_records - 1);
    count += more > 0 ? static_cast<size_t>(more) : 0;
  }
  batch_.resize(count);
}

// False for what was fetched before its partition was removed, or added again elsewhere.
bool Consumer::Core::is_wanted(const rd_kafka_message_t& message) {
  Topic* const topic = topic_of(message);
  if (topic == nullptr) return message.err != RD_KAFKA_RESP_ERR_NO_ERROR;
  const auto position = topic->partitions.find(message.partition);
  if (position == topic->partitions.end()) return false;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return true;
  if (message.offset < position->second) return false;
  position->second = message.offset + 1;
  return true;
}

Error Consumer::Core::partition_error(const rd_kafka_message_t& message) const {
  const std::string_view topic = message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : "";
  const std::string context = fmt::format("partition {} of topic '{}'", message.partition, topic);
  if (message.err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET &&
      message.err != RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    return to_error(message.err, context, rd_kafka_message_errstr(&message));
  }
  int64_t low = -1;
  int64_t high = -1;
  rd_kafka_query_watermark_offsets(handle_.get(), rd_kafka_topic_name(message.rkt),
                                   message.partition, &low, &high, 1000);
  return Error(ErrorCode::refused,
               fmt::format("{}: offset {} is not there, the broker has {} to {}: {}", context,
                           message.offset, low, high, rd_kafka_message_errstr(&message)));
}

void Consumer::Core::append_record(rd_kafka_message_t& message) {
  const size_t first = headers_.size();
  records_.push_back(view_of(message, headers_));
  header_ranges_.emplace_back(first, headers_.size() - first);
}

Result<std::span<const IncomingRecord>> Consumer::Core::poll(size_t max_records,
                                                             std::chrono::milliseconds timeout) {
  records_.clear();
  headers_.clear();
  header_ranges_.clear();
  if (next_in_batch_ >= batch_.size()) take_batch(std::max<size_t>(max_records, 1), timeout);
  for (; next_in_batch_ < batch_.size() && records_.size() < max_records; ++next_in_batch_) {
    rd_kafka_message_t& message = *batch_[next_in_batch_];
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF && !records_.empty())
      break;  // first what came before it
    if (!is_wanted(message)) continue;
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      append_record(message);
      if (!ended_.empty()) ended_.erase({rd_kafka_topic_name(message.rkt), message.partition});
      continue;
    }
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ended_.insert({rd_kafka_topic_name(message.rkt), message.partition});
      continue;
    }
    ++next_in_batch_;
    Error error = partition_error(message);
    if (error.retriable()) return std::span<const IncomingRecord>();  // told by `connection`
    return error;
  }
  for (size_t i = 0; i < records_.size(); ++i) {
    records_[i].headers =
        std::span(headers_).subspan(header_ranges_[i].first, header_ranges_[i].second);
  }
  return std::span<const IncomingRecord>(records_);
}

Consumer::Consumer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Consumer::~Consumer() = default;

Result<std::unique_ptr<Consumer>> Consumer::open(ConsumerOptions options) {
  auto core = std::make_unique<Core>(std::move(options));
  WEIR_TRY(core->start());
  return std::unique_ptr<Consumer>(new Consumer(std::move(core)));
}

Status Consumer::add(std::span<const StartPosition> positions) { return core_->add(positions); }
Status Consumer::remove(const TopicPartition& partition) { return core_->remove(partition); }
Result<std::span<const IncomingRecord>> Consumer::poll(size_t max_records,
                                                       std::chrono::milliseconds timeout) {
  return core_->poll(max_records, timeout);
}
bool Consumer::at_end(const TopicPartition& partition) const { return core_->at_end(partition); }
ConnectionState Consumer::connection() const { return core_->connection(); }

}  // namespace weir::kafka::client

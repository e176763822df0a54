#include "weir/kafka/client/group_consumer.h"

#include <fmt/format.h>

#include <map>

#include "weir/io/clock.h"
#include "weir/kafka/client/message_view.h"

namespace weir::kafka::client {
namespace {

constexpr std::chrono::seconds kClosePatience{10};

struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using MessagePtr = std::unique_ptr<rd_kafka_message_t, MessageDeleter>;

Properties group_properties(const GroupConsumerOptions& options) {
  return {
      {"group.id", options.group},
      {"partition.assignment.strategy", "range,roundrobin"},
      // Offsets are stored by `done` alone; the library commits these, also before a rebalance.
      {"enable.auto.commit", "true"},
      {"auto.commit.interval.ms", "1000"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", options.from_end ? "latest" : "earliest"},
      {"enable.partition.eof", "true"},
      {"check.crcs", "true"},
      {"session.timeout.ms", "10000"},
      {"queued.max.messages.kbytes", "32768"},
  };
}

}  // namespace

class GroupConsumer::Core {
 public:
  explicit Core(GroupConsumerOptions options)
      : options_(std::move(options)),
        context_(std::make_shared<HandleContext>(options_.client.label)) {}

  // The library's own close may wait for ever (a deleted topic): this one has a deadline.
  ~Core() {
    message_.reset();
    if (handle_.get() == nullptr) return;
    const QueuePtr queue(rd_kafka_queue_new(handle_.get()));
    rd_kafka_error_t* refused = rd_kafka_consumer_close_queue(handle_.get(), queue.get());
    if (refused != nullptr) {
      rd_kafka_error_destroy(refused);
      return;
    }
    const SteadyTime end = io::real_clock().steady_now() + kClosePatience;
    while (rd_kafka_consumer_closed(handle_.get()) == 0 && io::real_clock().steady_now() < end) {
      const EventPtr dropped(rd_kafka_queue_poll(queue.get(), 50));
    }
  }

  Status start() {
    WEIR_TRY_ASSIGN(handle_, RdHandle::make(RD_KAFKA_CONSUMER, options_.client,
                                            group_properties(options_), 0, context_));
    rd_kafka_poll_set_consumer(handle_.get());
    const PartitionListPtr topics(
        rd_kafka_topic_partition_list_new(static_cast<int>(options_.topics.size())));
    for (const std::string& topic : options_.topics)
      rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    const auto code = rd_kafka_subscribe(handle_.get(), topics.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return to_error(code, fmt::format("cannot join group '{}'", options_.group));
  }

  Result<std::optional<IncomingRecord>> poll(std::chrono::milliseconds timeout) {
    message_.reset(rd_kafka_consumer_poll(handle_.get(), static_cast<int>(timeout.count())));
    if (message_ == nullptr) return std::optional<IncomingRecord>();
    const std::string topic = message_->rkt != nullptr ? rd_kafka_topic_name(message_->rkt) : "";
    const TopicPartition where{topic, message_->partition};
    if (message_->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ended_[where] = true;
      return std::optional<IncomingRecord>();
    }
    if (message_->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      Error error = to_error(message_->err, fmt::format("group '{}'", options_.group),
                             rd_kafka_message_errstr(message_.get()));
      if (error.retriable()) return std::optional<IncomingRecord>();  // told by `connection`
      return error;
    }
    ended_[where] = false;
    next_[where] = message_->offset + 1;
    headers_.clear();
    IncomingRecord record = view_of(*message_, headers_);
    record.headers = headers_;
    return std::optional(record);
  }

  void done() {
    if (next_.empty()) return;
    const PartitionListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(next_.size())));
    for (const auto& [where, offset] : next_) {
      rd_kafka_topic_partition_list_add(list.get(), where.topic.c_str(), where.partition)->offset =
          offset;
    }
    // Refused for partitions that went to another member meanwhile: that one reads them again.
    rd_kafka_offsets_store(handle_.get(), list.get());
    next_.clear();
  }

  bool at_end() const {
    rd_kafka_topic_partition_list_t* assigned = nullptr;
    if (rd_kafka_assignment(handle_.get(), &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
    const PartitionListPtr list(assigned);
    for (const auto& entry : std::span(list->elems, static_cast<size_t>(list->cnt))) {
      const auto found = ended_.find({entry.topic, entry.partition});
      if (found == ended_.end() || !found->second) return false;
    }
    return list->cnt > 0;
  }

  ConnectionState connection() const { return context_->connection(); }

 private:
  const GroupConsumerOptions options_;
  const std::shared_ptr<HandleContext> context_;
  RdHandle handle_;
  MessagePtr message_;
  std::vector<HeaderView> headers_;
  std::map<TopicPartition, int64_t> next_;  // returned, and not yet done
  std::map<TopicPartition, bool> ended_;
};

GroupConsumer::GroupConsumer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
GroupConsumer::~GroupConsumer() = default;

Result<std::unique_ptr<GroupConsumer>> GroupConsumer::open(GroupConsumerOptions options) {
  auto core = std::make_unique<Core>(std::move(options));
  WEIR_TRY(core->start());
  return std::unique_ptr<GroupConsumer>(new GroupConsumer(std::move(core)));
}

Result<std::optional<IncomingRecord>> GroupConsumer::poll(std::chrono::milliseconds timeout) {
  return core_->poll(timeout);
}
void GroupConsumer::done() { core_->done(); }
bool GroupConsumer::at_end() const { return core_->at_end(); }
ConnectionState GroupConsumer::connection() const { return core_->connection(); }

}  // namespace weir::kafka::client

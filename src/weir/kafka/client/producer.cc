#include "weir/kafka/client/producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>
#include <unordered_map>

#include "weir/base/check.h"
#include "weir/base/log.h"
#include "weir/io/clock.h"
#include "weir/io/thread.h"
#include "weir/kafka/client/rdkafka_handle.h"

namespace weir::kafka::client {
namespace {

constexpr Logger kLog("kafka.client");
constexpr std::chrono::seconds kInFlightPatience{5};  // for answers when a session is broken
constexpr std::chrono::seconds kRebuildPause{1};      // between two rebuilds

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::lz4:
      return "lz4";
    case Compression::zstd:
      return "zstd";
    case Compression::snappy:
      return "snappy";
    case Compression::gzip:
      return "gzip";
  }
  return "none";
}

Properties producer_properties(const ProducerOptions& options) {
  const auto deadline = options.delivery_deadline.value_or(std::chrono::milliseconds(0));
  return {
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"message.timeout.ms", std::to_string(deadline.count())},  // 0: for ever
      {"queue.buffering.max.messages", "0"},  // our own bound blocks, theirs refuses
      {"queue.buffering.max.kbytes", "2147483647"},
      {"linger.ms", std::to_string(options.linger.count())},
      {"batch.size", std::to_string(options.batch_bytes)},
      {"batch.num.messages", "100000"},
      {"message.max.bytes", std::to_string(options.max_record_bytes)},
      {"compression.type", std::string(to_string(options.compression))},
      {"partitioner", "murmur2_random"},  // keys go where the Java client puts them
  };
}

// A record whose fate is not known yet: librdkafka carries its address. Recycled, never freed
// singly.
struct Pending {
  DeliveryCallback callback;
  uint64_t sequence = 0;  // order of the calls, to send again in that order
  uint64_t epoch = 0;     // between which flushes it was queued
  size_t bytes = 0;
  bool may_repeat = false;
};

// A record taken back from a broken session.
struct Retained {
  std::string topic;
  int32_t partition;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  HeadersPtr headers;
  int64_t timestamp;
  Pending* pending;
};

std::optional<Bytes> copy_of(const void* bytes, size_t size) {
  if (bytes == nullptr) return std::nullopt;
  return Bytes(static_cast<const char*>(bytes), size);
}

rd_kafka_vu_t argument(rd_kafka_vtype_t type) {
  rd_kafka_vu_t made{};
  made.vtype = type;
  return made;
}

const void* data_of(const std::optional<BytesView>& bytes) {
  if (!bytes) return nullptr;
  return bytes->data() != nullptr ? bytes->data() : "";  // an empty value is not a null value
}

size_t size_of(const OutgoingRecord& record) {
  size_t bytes = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const HeaderView& header : record.headers) {
    bytes += header.name.size() + (header.value ? header.value->size() : 0);
  }
  return bytes;
}

}  // namespace

class Producer::Core {
 public:
  explicit Core(ProducerOptions options)
      : options_(std::move(options)),
        context_(std::make_shared<HandleContext>(options_.client.label)) {}

  ~Core() {
    if (!delivery_thread_.joinable()) return;
    {
      const MutexLock lock(mutex_);  // a rebuild under way replaces the queue
      stopping_ = true;
      if (queue_ != nullptr) rd_kafka_queue_yield(queue_.get());
      changed_.notify_all();
    }
    delivery_thread_.join();
    abandon_queued();
    close_session();
  }

  Status start() {
    WEIR_TRY(open_session());
    delivery_thread_ = std::thread([this] { serve(); });
    return {};
  }

  Status produce(const OutgoingRecord& record, DeliveryCallback callback);
  Status flush(std::chrono::milliseconds deadline);
  Status warm_up(std::span<const std::string> topics, std::chrono::milliseconds deadline);
  ProducerStats stats() const;

 private:
  Status open_session() {
    WEIR_TRY_ASSIGN(
        RdHandle handle,
        RdHandle::make(RD_KAFKA_PRODUCER, options_.client, producer_properties(options_),
                       RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR, context_));
    handle_ = std::make_shared<RdHandle>(std::move(handle));
    queue_.reset(rd_kafka_queue_get_main(client()));
    return {};
  }

  void close_session() {
    topics_.clear();
    queue_.reset();
    handle_.reset();
  }

  rd_kafka_t* client() const { return handle_->get(); }
  bool is_broken() const {
    return rd_kafka_fatal_error(client(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  bool is_full() const WEIR_REQUIRES(mutex_) {
    return queued_ >= options_.queue_messages || queued_bytes_ >= options_.queue_bytes;
  }

  Result<rd_kafka_topic_t*> topic_handle(std::string_view name) WEIR_REQUIRES(mutex_);
  Pending* take_pending() WEIR_REQUIRES(mutex_);
  void drop_empty_epochs() WEIR_REQUIRES(mutex_) {
    for (; open_.size() > 1 && open_.front() == 0; ++oldest_epoch_) open_.pop_front();
  }
  Status hand_over(const OutgoingRecord& record, Pending* pending, bool& fatal)
      WEIR_REQUIRES(mutex_);

  void serve();
  void on_event(rd_kafka_event_t* event);
  void on_deliveries(rd_kafka_event_t* event);
  void report(const rd_kafka_message_t& message);
  void retain(const rd_kafka_message_t& message);
  void release_reported();
  void rebuild();
  void drain_broken_session();
  Status send_again(const Retained& record, bool& fatal) WEIR_REQUIRES(mutex_);
  void report_lost(const Retained& record, const Error& error);
  void abandon_queued();

  const ProducerOptions options_;
  const std::shared_ptr<HandleContext> context_;
  // Written by the delivery thread alone, under mutex_; others read it under mutex_.
  std::shared_ptr<RdHandle> handle_;
  QueuePtr queue_;
  std::atomic<bool> stopping_ = false;

  mutable Mutex mutex_;
  CondVar changed_;  // room in the queue, an empty queue, or the end of a rebuild
  bool rebuilding_ WEIR_GUARDED_BY(mutex_) = false;
  size_t queued_ WEIR_GUARDED_BY(mutex_) = 0;
  size_t queued_bytes_ WEIR_GUARDED_BY(mutex_) = 0;
  size_t waiting_ WEIR_GUARDED_BY(mutex_) = 0;  // threads waiting on changed_
  size_t blocked_ WEIR_GUARDED_BY(mutex_) = 0;  // of these, in `produce`
  uint64_t next_sequence_ WEIR_GUARDED_BY(mutex_) = 0;
  // Records without an outcome per epoch; a flush ends an epoch and waits for it and those before.
  std::deque<size_t> open_ WEIR_GUARDED_BY(mutex_) = {0};
  uint64_t oldest_epoch_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t acknowledged_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t failed_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t may_repeat_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t rebuilds_ WEIR_GUARDED_BY(mutex_) = 0;
  std::deque<Pending> slots_ WEIR_GUARDED_BY(mutex_);
  std::vector<Pending*> free_ WEIR_GUARDED_BY(mutex_);
  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  std::unordered_map<std::string, TopicPtr, NameHash, std::equal_to<>> topics_
      WEIR_GUARDED_BY(mutex_);

  // Of the delivery thread alone.
  std::vector<Pending*> reported_;
  uint64_t reported_failed_ = 0;
  std::vector<Retained> retained_;
  SteadyTime last_rebuild_;

  std::thread delivery_thread_;
};

Result<rd_kafka_topic_t*> Producer::Core::topic_handle(std::string_view name) {
  if (const auto found = topics_.find(name); found != topics_.end()) return found->second.get();
  std::string key(name);
  TopicPtr topic(rd_kafka_topic_new(client(), key.c_str(), nullptr));
  if (topic == nullptr) return to_error(rd_kafka_last_error(), fmt::format("topic '{}'", name));
  rd_kafka_topic_t* made = topic.get();
  topics_.emplace(std::move(key), std::move(topic));
  return made;
}

Pending* Producer::Core::take_pending() {
  if (free_.empty()) return &slots_.emplace_back();
  Pending* pending = free_.back();
  free_.pop_back();
  return pending;
}

Status Producer::Core::hand_over(const OutgoingRecord& record, Pending* pending, bool& fatal) {
  WEIR_TRY_ASSIGN(rd_kafka_topic_t* const topic, topic_handle(record.topic));
  rd_kafka_vu_t arguments[8] = {
      argument(RD_KAFKA_VTYPE_RKT),      argument(RD_KAFKA_VTYPE_PARTITION),
      argument(RD_KAFKA_VTYPE_MSGFLAGS), argument(RD_KAFKA_VTYPE_OPAQUE),
      argument(RD_KAFKA_VTYPE_VALUE),    argument(RD_KAFKA_VTYPE_KEY),
      argument(RD_KAFKA_VTYPE_TIMESTAMP)};
  arguments[0].u.rkt = topic;
  arguments[1].u.i32 = record.partition < 0 ? RD_KAFKA_PARTITION_UA : record.partition;
  arguments[2].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[3].u.ptr = pending;
  arguments[4].u.mem = {const_cast<void*>(data_of(record.value)),
                        record.value ? record.value->size() : 0};
  arguments[5].u.mem = {const_cast<void*>(data_of(record.key)),
                        record.key ? record.key->size() : 0};
  arguments[6].u.i64 =
      record.timestamp ? to_millis(*record.timestamp) : 0;  // 0: librdkafka takes now
  size_t count = 7;
  HeadersPtr headers;
  if (!record.headers.empty()) {
    headers.reset(rd_kafka_headers_new(record.headers.size()));
    for (const HeaderView& header : record.headers) {
      rd_kafka_header_add(headers.get(), header.name.data(),
                          static_cast<ssize_t>(header.name.size()), data_of(header.value),
                          header.value ? static_cast<ssize_t>(header.value->size()) : 0);
    }
    arguments[count] = argument(RD_KAFKA_VTYPE_HEADERS);
    arguments[count++].u.headers = headers.get();
  }
  rd_kafka_error_t* error = rd_kafka_produceva(client(), arguments, count);
  if (error == nullptr) {
    headers.release();  // librdkafka owns them now
    return {};
  }
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  fatal = is_broken();  // the code may be that of the cause instead of "fatal"
  Error ours = to_error(code, fmt::format("cannot write to topic '{}'", record.topic),
                        rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
  return ours;
}

Status Producer::Core::produce(const OutgoingRecord& record, DeliveryCallback callback) {
  const size_t bytes = size_of(record);
  const MutexLock lock(mutex_);
  for (;;) {
    while (is_full() || rebuilding_) {
      ++waiting_, ++blocked_;
      changed_.wait(mutex_);
      --waiting_, --blocked_;
    }
    Pending* pending = take_pending();
    pending->callback = std::move(callback);
    pending->sequence = next_sequence_;
    pending->bytes = bytes;
    pending->may_repeat = false;
    bool fatal = false;
    if (Status handed = hand_over(record, pending, fatal); !handed) {
      callback = std::move(pending->callback);
      free_.push_back(pending);
      if (!fatal) return handed;
      // The delivery thread learns of it from the error event and rebuilds; nothing was taken yet.
      const uint64_t rebuilds = rebuilds_;
      ++waiting_, ++blocked_;
      while (rebuilds_ == rebuilds) changed_.wait(mutex_);
      --waiting_, --blocked_;
      continue;
    }
    pending->epoch = oldest_epoch_ + open_.size() - 1;
    ++open_.back();
    ++next_sequence_;
    ++queued_;
    queued_bytes_ += bytes;
    return {};
  }
}

Status Producer::Core::flush(std::chrono::milliseconds deadline) {
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  const MutexLock lock(mutex_);
  const uint64_t target = oldest_epoch_ + open_.size();
  open_.push_back(0);
  drop_empty_epochs();
  ++waiting_;
  while (oldest_epoch_ < target && io::real_clock().steady_now() < end)
    changed_.wait_until(mutex_, end);
  --waiting_;
  if (oldest_epoch_ >= target) return {};
  const ConnectionState state = context_->connection();
  return Error(ErrorCode::timeout,
               fmt::format("{} records were not acknowledged within {} ms; {}", queued_,
                           deadline.count(), client::to_string(state)));
}

Status Producer::Core::warm_up(std::span<const std::string> topics,
                               std::chrono::milliseconds deadline) {
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  std::shared_ptr<RdHandle> handle;
  {
    const MutexLock lock(mutex_);
    for (const std::string& topic : topics) WEIR_TRY(topic_handle(topic));
    handle = handle_;
  }
  size_t unknown = topics.size();
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - io::real_clock().steady_now());
    if (left.count() <= 0) break;
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(handle->get(), 0, nullptr, &answer,
                                        static_cast<int>(std::min<int64_t>(left.count(), 2000)));
    const MetadataPtr metadata(answer);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    std::unordered_map<std::string_view, bool> known;
    for (const auto& topic :
         std::span(metadata->topics, static_cast<size_t>(metadata->topic_cnt))) {
      known[topic.topic] = topic.err == RD_KAFKA_RESP_ERR_NO_ERROR && topic.partition_cnt > 0;
    }
    unknown = static_cast<size_t>(
        std::count_if(topics.begin(), topics.end(), [&](const auto& t) { return !known[t]; }));
    if (unknown == 0) return {};
    const MutexLock lock(mutex_);  // creation takes the broker a moment; nobody wakes us
    changed_.wait_for(mutex_, std::chrono::milliseconds(20));
  }
  return Error(ErrorCode::timeout, fmt::format("{} of {} topics are still unknown after {} ms; {}",
                                               unknown, topics.size(), deadline.count(),
                                               client::to_string(context_->connection())));
}

ProducerStats Producer::Core::stats() const {
  const MutexLock lock(mutex_);
  return {.queued_messages = queued_,
          .queued_bytes = queued_bytes_,
          .acknowledged = acknowledged_,
          .failed = failed_,
          .may_repeat = may_repeat_,
          .rebuilds = rebuilds_,
          .full = blocked_ > 0,
          .connection = context_->connection()};
}

void Producer::Core::serve() {
  io::set_thread_name(options_.client.label);
  while (!stopping_) {
    if (const EventPtr event(rd_kafka_queue_poll(queue_.get(), 1000)); event != nullptr)
      on_event(event.get());
    if (!stopping_ && is_broken()) rebuild();
  }
}

void Producer::Core::on_event(rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR:
      on_deliveries(event);
      break;
    case RD_KAFKA_EVENT_ERROR:
      context_->on_error(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
      break;
    default:
      break;  // kinds that were not asked for
  }
}

void Producer::Core::on_deliveries(rd_kafka_event_t* event) {
  // Of a broken session, what failed did so through no fault of its own: it is sent again by the
  // next.
  const bool broken = !stopping_ && is_broken();
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    if (broken && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      retain(*message);
    } else {
      report(*message);
    }
  }
  release_reported();
}

void Producer::Core::report(const rd_kafka_message_t& message) {
  auto* pending = static_cast<Pending*>(message._private);
  Delivery delivery{.topic = rd_kafka_topic_name(message.rkt),
                    .partition = message.partition,
                    .offset = message.offset,
                    .error = nullptr,
                    .may_repeat = pending->may_repeat};
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    pending->callback(delivery);
  } else {
    const Error error =
        to_error(message.err, fmt::format("record for topic '{}' was not written", delivery.topic));
    delivery.offset = -1;
    delivery.error = &error;
    pending->callback(delivery);
    ++reported_failed_;
  }
  pending->callback = nullptr;
  reported_.push_back(pending);
}

void Producer::Core::release_reported() {
  const MutexLock lock(mutex_);
  for (Pending* pending : reported_) {
    queued_bytes_ -= pending->bytes;
    may_repeat_ += pending->may_repeat ? 1 : 0;
    --open_[pending->epoch - oldest_epoch_];
  }
  drop_empty_epochs();
  queued_ -= reported_.size();
  acknowledged_ += reported_.size() - reported_failed_;
  failed_ += reported_failed_;
  free_.insert(free_.end(), reported_.begin(), reported_.end());
  reported_.clear();
  reported_failed_ = 0;
  if (waiting_ > 0) changed_.notify_all();
}

void Producer::Core::retain(const rd_kafka_message_t& message) {
  auto* pending = static_cast<Pending*>(message._private);
  auto* writable = const_cast<rd_kafka_message_t*>(&message);  // librdkafka's getters are not const
  if (rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
    pending->may_repeat = true;
  rd_kafka_headers_t* headers = nullptr;
  rd_kafka_message_detach_headers(writable, &headers);
  retained_.push_back({.topic = rd_kafka_topic_name(message.rkt),
                       .partition = message.partition,
                       .key = copy_of(message.key, message.key_len),
                       .value = copy_of(message.payload, message.len),
                       .headers = HeadersPtr(headers),
                       .timestamp = rd_kafka_message_timestamp(&message, nullptr),
                       .pending = pending});
}

// Takes back what the broken session still holds, makes a new one and sends it again, oldest first.
void Producer::Core::rebuild() {
  {
    const MutexLock lock(mutex_);
    rebuilding_ = true;
  }
  char reason[512] = "";
  rd_kafka_fatal_error(client(), reason, sizeof(reason));
  drain_broken_session();
  std::sort(retained_.begin(), retained_.end(), [](const Retained& a, const Retained& b) {
    return a.pending->sequence < b.pending->sequence;
  });
  const auto doubtful =
      std::count_if(retained_.begin(), retained_.end(),
                    [](const Retained& record) { return record.pending->may_repeat; });
  kLog.warning("the idempotent session broke; sending again what was not acknowledged",
               {{"client", options_.client.label},
                {"records", retained_.size()},
                {"may_repeat", doubtful},
                {"reason", reason}});
  std::vector<std::pair<Retained, Error>> lost;
  {
    const MutexLock lock(mutex_);
    const SteadyTime next = last_rebuild_ + kRebuildPause;
    while (!stopping_ && io::real_clock().steady_now() < next) changed_.wait_until(mutex_, next);
    last_rebuild_ = io::real_clock().steady_now();
    close_session();
    WEIR_CHECK(open_session());  // the same properties made a client before
    size_t sent = 0;
    for (bool fatal = false; sent < retained_.size(); ++sent) {
      Status status = send_again(retained_[sent], fatal);
      if (fatal) break;  // broken again already: the next rebuild goes on here
      if (!status) lost.emplace_back(std::move(retained_[sent]), std::move(status).error());
    }
    retained_.erase(retained_.begin(), retained_.begin() + static_cast<ptrdiff_t>(sent));
    ++rebuilds_;
    rebuilding_ = false;
    changed_.notify_all();
  }
  for (const auto& [record, error] : lost) report_lost(record, error);
  release_reported();
}

void Producer::Core::report_lost(const Retained& record, const Error& error) {
  record.pending->callback({.topic = record.topic,
                            .partition = record.partition,
                            .offset = -1,
                            .error = &error,
                            .may_repeat = record.pending->may_repeat});
  record.pending->callback = nullptr;
  ++reported_failed_;
  reported_.push_back(record.pending);
}

void Producer::Core::drain_broken_session() {
  const SteadyTime start = io::real_clock().steady_now();
  while (rd_kafka_outq_len(client()) > 0) {
    const bool patient = io::real_clock().steady_now() - start < kInFlightPatience;
    rd_kafka_purge(client(), patient ? RD_KAFKA_PURGE_F_QUEUE
                                     : RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    if (const EventPtr event(rd_kafka_queue_poll(queue_.get(), 50)); event != nullptr)
      on_event(event.get());
  }
}

Status Producer::Core::send_again(const Retained& record, bool& fatal) {
  std::vector<HeaderView> headers;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       record.headers != nullptr && rd_kafka_header_get_all(record.headers.get(), i, &name, &value,
                                                            &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    headers.push_back(
        {name, value == nullptr ? std::nullopt
                                : std::optional(BytesView(static_cast<const char*>(value), size))});
  }
  const OutgoingRecord outgoing{.topic = record.topic,
                                .partition = record.partition,
                                .key = record.key,
                                .value = record.value,
                                .headers = headers,
                                .timestamp = record.timestamp > 0
                                                 ? std::optional(from_millis(record.timestamp))
                                                 : std::nullopt};
  return hand_over(outgoing, record.pending, fatal);
}

// At the end: whatever has no outcome is reported as failed.
void Producer::Core::abandon_queued() {
  const SteadyTime start = io::real_clock().steady_now();
  while (rd_kafka_outq_len(client()) > 0 &&
         io::real_clock().steady_now() - start < kInFlightPatience) {
    rd_kafka_purge(client(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    if (const EventPtr event(rd_kafka_queue_poll(queue_.get(), 50)); event != nullptr)
      on_event(event.get());
  }
  const Error error(ErrorCode::unavailable,
                    "the producer was closed before the record was acknowledged");
  for (const Retained& record : retained_) report_lost(record, error);
  release_reported();
}

Producer::Producer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Producer::~Producer() = default;

Result<std::unique_ptr<Producer>> Producer::open(ProducerOptions options) {
  auto core = std::make_unique<Core>(std::move(options));
  WEIR_TRY(core->start());
  return std::unique_ptr<Producer>(new Producer(std::move(core)));
}

Status Producer::produce(const OutgoingRecord& record, DeliveryCallback callback) {
  return core_->produce(record, std::move(callback));
}
Status Producer::flush(std::chrono::milliseconds deadline) { return core_->flush(deadline); }
Status Producer::warm_up(std::span<const std::string> topics, std::chrono::milliseconds deadline) {
  return core_->warm_up(topics, deadline);
}
ProducerStats Producer::stats() const { return core_->stats(); }

}  // namespace weir::kafka::client

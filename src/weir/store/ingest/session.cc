#include "weir/store/ingest/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/base/log.h"
#include "weir/bus/source.h"

namespace weir::store::ingest {
namespace {

using std::chrono::milliseconds;

constexpr Logger kLog("store.ingest");
constexpr milliseconds kAdminDeadline{2000};
constexpr milliseconds kPollTime{20};
constexpr size_t kPollRecords = 2000;
constexpr milliseconds kKeepingInterval{20};
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{10'000};

RowOrigin origin_of(const bus::IncomingRecord& record) {
  RowOrigin origin{.partition = record.partition, .offset = record.offset};
  if (const auto source = bus::source_of(record)) {
    origin.source_topic = source->topic;
    origin.source_partition = source->partition;
    origin.source_offset = source->offset;
  }
  return origin;
}

// A dead letter under way: its outcome, waited for by the ingest's thread.
struct PendingLetter {
  Mutex mutex;
  CondVar done;
  std::optional<Status> outcome;
};

}  // namespace

Ingest::Session::Session(Ingest& owner)
    : owner_(owner), store_(owner.store_), clock_(owner.clock_) {}

Status Ingest::Session::connect() {
  const IngestOptions& options = owner_.options_;
  WEIR_TRY_ASSIGN(admin_,
                  kafka::client::Admin::open({.brokers = options.brokers, .label = "store.admin"}));
  WEIR_TRY_ASSIGN(const std::string cluster, admin_->cluster_id(kAdminDeadline));
  WEIR_TRY(store_.attach(cluster));
  // One attempt at a time: the waiting between them is ours, and other topics go on meanwhile.
  registry_ = std::make_unique<registry::client::RegistryClient>(
      registry::client::RegistryClientOptions{.urls = options.registry_urls,
                                              .request_timeout = milliseconds(2000),
                                              .attempts = 1,
                                              .unknown_id_memory = kFirstPause},
      clock_);
  schemas_ = std::make_unique<bus::SchemaBook>(*registry_);
  WEIR_TRY_ASSIGN(subscriber_, bus::Subscriber::connect({.brokers = options.brokers,
                                                         .label = "store.read",
                                                         .fetch_min_bytes = options.fetch_min_bytes,
                                                         .fetch_wait = options.fetch_wait}));
  WEIR_TRY_ASSIGN(publisher_, bus::Publisher::connect({.brokers = options.brokers,
                                                       .label = "store.letters",
                                                       .linger = milliseconds(0)}));
  for (Position& position : store_.positions()) {
    positions_[{std::move(position.topic), position.partition}] = position.next_offset;
  }
  return {};
}

Status Ingest::Session::step() {
  if (clock_.steady_now() >= next_search_) WEIR_TRY(find_topics());
  WEIR_TRY(release_held());
  if (store_.has_room()) {
    WEIR_TRY(read());
  } else {
    owner_.pause(kPollTime);
  }
  keep_store();
  return {};
}

// Topics that Kafka has and we do not read yet. A broker that is away is not an error here: reading
// tells about it.
Status Ingest::Session::find_topics() {
  next_search_ = clock_.steady_now() + owner_.options_.search_interval;
  if (owner_.looked_) show_state();
  const auto existing = admin_->topics(kAdminDeadline);
  if (!existing) return {};
  std::vector<bus::TopicPartition> found;
  for (const kafka::client::TopicMetadata& topic : *existing) {
    if (!topic.name.starts_with(owner_.options_.topic_prefix)) continue;
    const auto known = topics_.find(topic.name);
    for (const auto& [partition, leader, replicas, in_sync] : topic.partitions) {
      if (known != topics_.end() && known->second.partitions.contains(partition)) continue;
      found.push_back({topic.name, partition});
    }
  }
  if (!found.empty()) return start_reading(found);
  owner_.looked_ = true;
  return {};
}

Status Ingest::Session::start_reading(const std::vector<bus::TopicPartition>& found) {
  const auto starts = start_positions(found);
  // Asked again with the next look.
  if (!starts) return starts.error().retriable() ? Status() : Status(tl::unexpect, starts.error());
  WEIR_TRY(subscriber_->add(*starts));
  for (const bus::StartPosition& start : *starts) {
    Topic& topic = topics_[start.partition.topic];
    topic.name = start.partition.topic;
    topic.partitions[start.partition.partition].next_offset = start.offset;
  }
  owner_.topics_ = topics_.size();
  owner_.looked_ = true;
  kLog.info("reading further partitions",
            {{"partitions", found.size()}, {"topics", topics_.size()}});
  return {};
}

Result<std::vector<bus::StartPosition>> Ingest::Session::start_positions(
    const std::vector<bus::TopicPartition>& found) {
  const bool at_end = !owner_.looked_ && owner_.options_.start == IngestOptions::Start::latest;
  std::vector<bus::TopicPartition> asked;  // those whose records there are matter
  for (const bus::TopicPartition& partition : found) {
    if (at_end || positions_.contains(partition)) asked.push_back(partition);
  }
  std::map<bus::TopicPartition, kafka::client::Watermarks> existing;
  if (!asked.empty()) {
    WEIR_TRY_ASSIGN(const auto watermarks, admin_->watermarks(asked, kAdminDeadline));
    for (size_t i = 0; i < asked.size(); ++i) existing[asked[i]] = watermarks[i];
  }
  std::vector<bus::StartPosition> starts;
  for (const bus::TopicPartition& partition : found) {
    const auto position = positions_.find(partition);
    if (position != positions_.end()) {
      WEIR_TRY(repair_position(partition, existing[partition], position->second));
      starts.push_back({partition, position->second});
    } else if (at_end && existing[partition].high > 0) {
      // Kept, so that a restart does not jump over what came meanwhile.
      const int64_t end = existing[partition].high;
      WEIR_TRY(store_.skip(partition.topic, {.partition = partition.partition, .offset = end - 1}));
      starts.push_back({partition, end});
    } else {
      starts.push_back({partition, bus::kEarliestOffset});
    }
  }
  return starts;
}

Status Ingest::Session::repair_position(const bus::TopicPartition& partition,
                                        const kafka::client::Watermarks& existing,
                                        int64_t& position) {
  if (position >= existing.low && position <= existing.high) return {};
  kLog.error(
      "position is not in Kafka any more: the topic was made anew, or its records were "
      "deleted before they were stored; going on at the first record there is",
      {{"topic", partition.topic},
       {"partition", partition.partition},
       {"position", position},
       {"first", existing.low},
       {"end", existing.high}});
  WEIR_TRY(store_.move_position(partition.topic, partition.partition, existing.low));
  position = existing.low;
  return {};
}

// The broker refused a position: those that it does not have are repaired and read anew.
Status Ingest::Session::restart_lost_partitions() {
  std::vector<bus::TopicPartition> reading;
  for (const Position& position : store_.positions()) {
    const auto topic = topics_.find(position.topic);
    if (topic == topics_.end() || !topic->second.partitions.contains(position.partition)) continue;
    reading.push_back({position.topic, position.partition});
    positions_[reading.back()] = position.next_offset;
  }
  const auto watermarks = admin_->watermarks(reading, kAdminDeadline);
  if (!watermarks) return {};  // asked again when the subscriber reports it again
  std::vector<bus::TopicPartition> lost;
  for (size_t i = 0; i < reading.size(); ++i) {
    const int64_t position = positions_[reading[i]];
    if (position < (*watermarks)[i].low || position > (*watermarks)[i].high)
      lost.push_back(reading[i]);
  }
  for (const bus::TopicPartition& partition : lost) {
    if (!topics_.find(partition.topic)->second.partitions[partition.partition].held) {
      WEIR_TRY(subscriber_->remove(partition));
    }
    topics_.find(partition.topic)->second.partitions.erase(partition.partition);
  }
  return lost.empty() ? Status() : start_reading(lost);
}

Status Ingest::Session::read() {
  const auto records = subscriber_->poll(kPollRecords, kPollTime);
  if (!records) {
    if (records.error().code() == ErrorCode::refused) return restart_lost_partitions();
    kLog.warning("reading", {{"reason", records.error().to_string()}});
    return {};
  }
  for (const bus::IncomingRecord& record : *records) WEIR_TRY(handle(record));
  return {};
}

Status Ingest::Session::handle(const bus::IncomingRecord& record) {
  if (owner_.stopping_) return {};
  const auto found = topics_.find(record.topic);
  if (found == topics_.end()) return {};
  Topic& topic = found->second;
  const auto at = topic.partitions.find(record.partition);
  if (at == topic.partitions.end() || at->second.held) return {};
  Partition& partition = at->second;
  const Status taken = take(topic, record);
  if (!taken) return hold(record, partition, taken.error());
  partition.pause = milliseconds(0);
  partition.next_offset = record.offset + 1;
  owner_.counters_.records.add();
  return {};
}

// An error means that the record is not taken and must come again.
Status Ingest::Session::take(Topic& topic, const bus::IncomingRecord& record) {
  if (!record.value)
    return dead_letter(topic, record, Error(ErrorCode::corrupt, "the record has no value"));
  const auto frame = registry::model::parse_frame(*record.value);
  if (!frame) return dead_letter(topic, record, frame.error());
  const auto decoder = decoder_for(topic, frame->schema_id);
  if (!decoder) {
    const ErrorCode code = decoder.error().code();
    if (decoder.error().retriable() || code == ErrorCode::not_found) return Error(decoder.error());
    return dead_letter(topic, record, decoder.error());
  }
  const Timestamp fallback = record.timestamp ? *record.timestamp : clock_.now();
  const auto row = (*decoder)->decode(frame->payload, fallback, origin_of(record));
  if (!row) return dead_letter(topic, record, row.error());
  if (row->created && !row->repeated) owner_.counters_.latency.record(clock_.now() - *row->created);
  return {};
}

Result<RowDecoder*> Ingest::Session::decoder_for(Topic& topic, registry::model::SchemaId id) {
  for (const auto& decoder : topic.decoders) {
    if (decoder->schema_id() == id) return decoder.get();
  }
  // While the registry is away it is asked once in a while, not once per topic: each question may
  // wait for its whole time limit, and topics whose schemas are known should go on.
  if (registry_trouble_ && clock_.steady_now() < ask_registry_at_) return *registry_trouble_;
  const auto booked = schemas_->find(id);
  registry_trouble_.reset();
  if (!booked) {
    Error error = Error(booked.error()).within(fmt::format("schema {}", id));
    if (error.retriable()) {
      registry_trouble_ = error;
      ask_registry_at_ = clock_.steady_now() + std::chrono::seconds(1);
    }
    return error;
  }
  WEIR_TRY_ASSIGN(RowDecoder decoder, RowDecoder::make(topic.name, **booked, store_));
  topic.decoders.push_back(std::make_unique<RowDecoder>(std::move(decoder)));
  return topic.decoders.back().get();
}

// The store's position passes the record only when the dead letter is acknowledged, so this waits
// for that; `unavailable` when stopped before: the record comes again at the next start.
Status Ingest::Session::dead_letter(Topic& topic, const bus::IncomingRecord& record,
                                    const Error& reason) {
  const auto letter = std::make_shared<PendingLetter>();
  WEIR_TRY(bus::publish_dead_letter(
      *publisher_, record, reason, [letter](const bus::Delivery& delivery) {
        MutexLock lock(letter->mutex);
        letter->outcome = delivery.ok() ? Status() : Status(tl::unexpect, *delivery.error);
        letter->done.notify_one();
      }));
  {
    MutexLock lock(letter->mutex);
    while (!letter->outcome) {
      if (letter->done.wait_for(letter->mutex, milliseconds(100)) || letter->outcome) continue;
      if (owner_.stopping_)
        return Error(ErrorCode::unavailable, "stopped before a dead letter was acknowledged");
      owner_.wait_for(fmt::format("dead letter of {}: {}", topic.name, publisher_->state().reason));
    }
    if (!*letter->outcome) return Error(letter->outcome->error());
  }
  WEIR_TRY(store_.skip(topic.name, origin_of(record)));
  owner_.counters_.dead_letters.add();
  kLog.debug("dead letter",
             {{"topic", topic.name}, {"offset", record.offset}, {"reason", reason.message()}});
  return {};
}

Status Ingest::Session::hold(const bus::IncomingRecord& record, Partition& partition,
                             const Error& reason) {
  partition.held = true;
  partition.next_offset = record.offset;
  partition.pause = std::clamp(partition.pause * 2, kFirstPause, kLongestPause);
  partition.retry_at = clock_.steady_now() + partition.pause;
  ++owner_.held_;
  held_reason_ = fmt::format("{}: {}", record.topic, reason.to_string());
  if (partition.pause == kFirstPause) kLog.warning("partition held", {{"reason", held_reason_}});
  show_state();
  return subscriber_->remove({std::string(record.topic), record.partition});
}

Status Ingest::Session::release_held() {
  if (owner_.held_ == 0) return {};
  const SteadyTime now = clock_.steady_now();
  std::vector<bus::StartPosition> starts;
  for (auto& [name, topic] : topics_) {
    for (auto& [number, partition] : topic.partitions) {
      if (!partition.held || now < partition.retry_at) continue;
      partition.held = false;
      --owner_.held_;
      starts.push_back({{name, number}, partition.next_offset});
    }
  }
  return starts.empty() ? Status() : subscriber_->add(starts);
}

void Ingest::Session::keep_store() {
  const SteadyTime now = clock_.steady_now();
  if (now < next_keeping_) return;
  next_keeping_ = now + kKeepingInterval;
  const Status kept = store_.maintain();
  store_trouble_ = kept ? "" : kept.error().to_string();
}

void Ingest::Session::show_state() {
  if (!store_trouble_.empty()) return owner_.wait_for("store: " + store_trouble_);
  const bus::SubscriberState state = subscriber_->state();
  if (!state.reachable) return owner_.wait_for(state.reason);
  owner_.wait_for(owner_.held_ > 0 ? held_reason_ : "");
}

}  // namespace weir::store::ingest

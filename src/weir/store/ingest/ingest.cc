#include "weir/store/ingest/ingest.h"

#include <algorithm>
#include <map>
#include <utility>

#include "weir/base/log.h"
#include "weir/io/thread.h"
#include "weir/kafka/client/admin.h"
#include "weir/store/ingest/session.h"
#include "weir/store/store.h"

namespace weir::store::ingest {
namespace {

constexpr Logger kLog("store.ingest");
constexpr std::chrono::milliseconds kReconnectPause{1000};

}  // namespace

Result<std::unique_ptr<Ingest>> Ingest::start(IngestOptions options, Store& store, Clock& clock) {
  if (options.brokers.empty()) return Error(ErrorCode::invalid_argument, "ingest: no brokers");
  if (options.registry_urls.empty())
    return Error(ErrorCode::invalid_argument, "ingest: no schema registry");
  std::unique_ptr<Ingest> ingest(new Ingest(std::move(options), store, clock));
  ingest->thread_ = std::thread([raw = ingest.get()] { raw->run(); });
  return ingest;
}

Ingest::Ingest(IngestOptions options, Store& store, Clock& clock)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      own_metrics_(options_.metrics == nullptr ? std::make_unique<metrics::Registry>() : nullptr),
      counters_(options_.metrics == nullptr ? *own_metrics_ : *options_.metrics),
      repeated_before_(store.stats().repeated) {}

Ingest::Counters::Counters(metrics::Registry& registry)
    : records(
          registry.counter("weir_store_ingest_records_total",
                           "Records taken from Kafka by the store: rows, repeats, dead letters")),
      dead_letters(registry.counter("weir_store_ingest_dead_letters_total",
                                    "Records that did not decode, acknowledged as dead letters")),
      latency(registry.histogram("weir_store_ingest_latency_seconds",
                                 "From sal_created to readable in the store",
                                 metrics::Unit::seconds)),
      records_before(records.value()),
      dead_letters_before(dead_letters.value()) {}

Ingest::~Ingest() { static_cast<void>(stop()); }

Status Ingest::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  MutexLock lock(mutex_);
  return std::exchange(outcome_, Status());
}

void Ingest::run() {
  io::set_thread_name("store");
  std::string last_reason;
  while (!stopping_) {
    const Status status = read_until_stopped();
    if (status) break;
    const std::string reason = status.error().to_string();
    if (reason != last_reason) kLog.warning("will try again", {{"reason", reason}});
    last_reason = reason;
    wait_for(reason);
    pause(kReconnectPause);
  }
  Status flushed = store_.flush();
  MutexLock lock(mutex_);
  outcome_ = std::move(flushed);
}

Status Ingest::read_until_stopped() {
  Session session(*this);
  topics_ = held_ = 0;
  WEIR_TRY(session.connect());
  wait_for("");
  while (!stopping_) WEIR_TRY(session.step());
  return {};
}

void Ingest::wait_for(std::string what) {
  MutexLock lock(mutex_);
  waiting_for_ = std::move(what);
}

void Ingest::pause(std::chrono::milliseconds span) {
  const SteadyTime until = clock_.steady_now() + span;
  MutexLock lock(mutex_);
  while (!stopping_ && clock_.steady_now() < until) wake_.wait_for(mutex_, span);
}

IngestStats Ingest::stats() const {
  IngestStats stats;
  stats.topics = topics_;
  stats.records = counters_.records.value() - counters_.records_before;
  stats.repeated = store_.stats().repeated - repeated_before_;
  stats.dead_lettered = counters_.dead_letters.value() - counters_.dead_letters_before;
  stats.held = held_;
  MutexLock lock(mutex_);
  stats.waiting_for = waiting_for_;
  return stats;
}

Result<uint64_t> Ingest::lag(std::chrono::milliseconds deadline) const {
  WEIR_TRY_ASSIGN(const auto admin,
                  kafka::client::Admin::open({.brokers = options_.brokers, .label = "store.lag"}));
  WEIR_TRY_ASSIGN(const auto topics, admin->topics(deadline));
  std::vector<kafka::client::TopicPartition> partitions;
  for (const kafka::client::TopicMetadata& topic : topics) {
    if (!topic.name.starts_with(options_.topic_prefix)) continue;
    for (const auto& partition : topic.partitions) partitions.push_back({topic.name, partition.id});
  }
  WEIR_TRY_ASSIGN(const auto watermarks, admin->watermarks(partitions, deadline));
  std::map<kafka::client::TopicPartition, int64_t> positions;
  for (Position& position : store_.positions()) {
    positions[{std::move(position.topic), position.partition}] = position.next_offset;
  }
  uint64_t lag = 0;
  for (size_t i = 0; i < partitions.size(); ++i) {
    const auto [low, high] = watermarks[i];
    const int64_t next = std::max(low, positions[partitions[i]]);
    if (high > next) lag += static_cast<uint64_t>(high - next);
  }
  return lag;
}

}  // namespace weir::store::ingest

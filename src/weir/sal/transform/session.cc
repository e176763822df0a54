#include "weir/sal/transform/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/bus/dead_letter.h"
#include "weir/bus/source.h"

namespace weir::sal::transform {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAdminDeadline{30000};
constexpr milliseconds kPollTime{50};
constexpr size_t kPollRecords = 2000;
constexpr std::chrono::seconds kSearchInterval{2};
constexpr milliseconds kSearchDeadline{1000};  // a broker that is away must not hold up a stop

}  // namespace

Transformer::Session::Session(Transformer& owner)
    : owner_(owner), clock_(owner.clock_), file_(owner.files_, owner.options_.positions_path) {}

Status Transformer::Session::run() {
  WEIR_TRY(connect());
  WEIR_TRY(begin_at_ends());
  WEIR_TRY(make_topics());
  WEIR_TRY(register_schemas());
  WEIR_TRY(subscribe());
  owner_.wait_for("");
  WEIR_TRY(read_until_stopped());
  return finish();
}

Status Transformer::Session::connect() {
  const TransformerOptions& options = owner_.options_;
  WEIR_TRY_ASSIGN(admin_,
                  kafka::client::Admin::open({.brokers = options.brokers, .label = "tx.admin"}));
  WEIR_TRY_ASSIGN(cluster_id_, admin_->cluster_id(kAdminDeadline));
  WEIR_TRY_ASSIGN(positions_, file_.load(cluster_id_));
  registry_ = std::make_unique<registry::client::RegistryClient>(
      registry::client::RegistryClientOptions{.urls = options.registry_urls}, clock_);
  WEIR_TRY_ASSIGN(subscriber_, bus::Subscriber::connect({.brokers = options.brokers,
                                                         .label = "tx.read",
                                                         .fetch_min_bytes = 16 * 1024,
                                                         .fetch_wait = milliseconds(20)}));
  WEIR_TRY_ASSIGN(publisher_, bus::Publisher::connect({.brokers = options.brokers,
                                                       .label = "tx.write",
                                                       .lanes = options.lanes,
                                                       .linger = options.linger}));
  return {};
}

// Output topics have one partition: the order of a topic's messages is kept, and a repeat is known
// by its source. Input topics are made too, so that nobody has to wait for the first message.
Status Transformer::Session::make_topics() {
  std::vector<kafka::client::NewTopic> topics;
  for (const std::string& name : owner_.routes_.text_topics())
    topics.push_back({.name = name, .config = {}});
  for (const auto& [name, route] : owner_.routes_.all())
    topics.push_back({.name = route.avro_topic, .config = {}});
  // Kept for good: nobody may have looked at a dead letter within the week of Kafka's default.
  topics.push_back(
      {.name = std::string(bus::kDeadLetterTopic), .config = {{"retention.ms", "-1"}}});
  return admin_->create_topics(topics, kAdminDeadline);
}

// Topics that were there before us and are read for the first time begin at their end when the
// options say so: an end that is fixed here and saved, so that neither a delay nor a restart jumps
// over records.
Status Transformer::Session::begin_at_ends() {
  if (owner_.options_.start != TransformerOptions::Start::latest) return {};
  WEIR_TRY_ASSIGN(const std::vector<bus::TopicPartition> existing, input_partitions());
  std::vector<bus::TopicPartition> unread;
  for (const bus::TopicPartition& partition : existing) {
    if (!positions_.contains({partition.topic, partition.partition})) unread.push_back(partition);
  }
  WEIR_TRY_ASSIGN(const std::vector<kafka::client::Watermarks> ends,
                  admin_->watermarks(unread, kAdminDeadline));
  for (size_t i = 0; i < unread.size(); ++i) {
    positions_[{unread[i].topic, unread[i].partition}] = ends[i].high;
  }
  return file_.save(cluster_id_, positions_);
}

Status Transformer::Session::subscribe() {
  WEIR_TRY_ASSIGN(const std::vector<bus::TopicPartition> existing, input_partitions());
  std::vector<bus::StartPosition> starts;
  for (const bus::TopicPartition& partition : existing) {
    const auto saved = positions_.find({partition.topic, partition.partition});
    starts.push_back({partition, saved == positions_.end() ? bus::kEarliestOffset : saved->second});
  }
  next_search_ = clock_.steady_now() + kSearchInterval;
  return subscriber_->add(starts);
}

// The partitions of the text topics that exist.
Result<std::vector<bus::TopicPartition>> Transformer::Session::input_partitions() {
  std::vector<std::string> wanted = owner_.routes_.text_topics();
  const std::vector<std::string>& events = owner_.routes_.event_topics();
  wanted.insert(wanted.end(), events.begin(), events.end());
  std::sort(wanted.begin(), wanted.end());
  WEIR_TRY_ASSIGN(const std::vector<kafka::client::TopicMetadata> existing,
                  admin_->topics(kAdminDeadline));
  std::vector<bus::TopicPartition> partitions;
  for (const kafka::client::TopicMetadata& topic : existing) {
    if (!std::binary_search(wanted.begin(), wanted.end(), topic.name)) continue;
    for (const auto& partition : topic.partitions) partitions.push_back({topic.name, partition.id});
  }
  return partitions;
}

Status Transformer::Session::find_event_topics() {
  next_search_ = clock_.steady_now() + kSearchInterval;
  const auto existing = admin_->topics(kSearchDeadline);
  if (!existing) return {};  // away for now; the reading itself tells
  const std::vector<std::string>& events = owner_.routes_.event_topics();
  for (const kafka::client::TopicMetadata& topic : *existing) {
    if (!std::binary_search(events.begin(), events.end(), topic.name)) continue;
    for (const auto& partition : topic.partitions) {
      const Status added = subscriber_->add({{{topic.name, partition.id}, bus::kEarliestOffset}});
      if (!added && added.error().code() != ErrorCode::already_exists) return added;
    }
  }
  return {};
}

Status Transformer::Session::read_until_stopped() {
  while (!owner_.stopping_) {
    Result<std::span<const bus::IncomingRecord>> records =
        subscriber_->poll(kPollRecords, kPollTime);
    if (!records) return Error(records.error());
    for (const bus::IncomingRecord& record : *records) WEIR_TRY(handle(record));
    if (failed_) {
      MutexLock lock(failure_mutex_);
      return Error(ErrorCode::unavailable, failure_);
    }
    const SteadyTime now = clock_.steady_now();
    if (now >= next_save_) WEIR_TRY(save_progress());
    if (now >= next_search_) WEIR_TRY(find_event_topics());
    if (records->empty()) owner_.wait_for(subscriber_->state().reason);
  }
  return {};
}

// An error that trying again may mend (the registry is away) never consumes the record: it ends the
// session with the position before it.
Status Transformer::Session::handle(const bus::IncomingRecord& record) {
  const Result<Route*> route = record.value
                                   ? transform(*record.value)
                                   : Error(ErrorCode::corrupt, "no line: the value is null");
  if (!route && route.error().retriable()) return Error(route.error());
  owner_.read_.fetch_add(1, std::memory_order_relaxed);
  const Status published = route ? publish(record, **route) : Status(tl::unexpect, route.error());
  if (!published) WEIR_TRY(dead_letter(record, published.error()));
  positions_[{std::string(record.topic), record.partition}] = record.offset + 1;
  return {};
}

Result<Route*> Transformer::Session::transform(std::string_view text) {
  WEIR_TRY_ASSIGN(const TextLine line, split_line(text));
  Route* route = owner_.routes_.find(line.topic);
  if (route == nullptr) {
    return Error(ErrorCode::not_found, fmt::format("no topic '{}' in the interfaces", line.topic));
  }
  if (route->schema_id < 0) WEIR_TRY(register_schema(*route));
  record_.assign(5, '\0');
  store_be<int32_t>(record_.data() + 1, route->schema_id);
  WEIR_TRY(route->parser.append_avro(line.content, clock_.now(), record_));
  return route;
}

// All at once, because one by one is slow. A schema that is refused stops nobody else: its topic is
// tried again with its first message, which goes to the dead letters if it is refused again.
Status Transformer::Session::register_schemas() {
  std::vector<registry::client::RegistryClient::Registration> wanted;
  std::vector<Route*> routes;
  for (auto& [name, route] : owner_.routes_.all()) {
    if (route.schema_id >= 0) continue;
    wanted.push_back({route.subject, route.schema});
    routes.push_back(&route);
  }
  const Result<std::vector<registry::client::SchemaId>> ids = registry_->register_schemas(wanted);
  if (!ids && ids.error().retriable()) return Error(ids.error()).within("schema registry");
  if (!ids) return {};
  for (size_t i = 0; i < routes.size(); ++i) routes[i]->schema_id = (*ids)[i];
  return {};
}

Status Transformer::Session::register_schema(Route& route) {
  const Result<registry::client::SchemaId> id =
      registry_->register_schema(route.subject, route.schema);
  if (!id) return Error(id.error()).within("schema registry");
  route.schema_id = *id;
  return {};
}

// Queues one output through `send`, counted into the current epoch until it is acknowledged.
template <std::atomic<uint64_t> Transformer::*counter, typename Send>
Status Transformer::Session::output(Send send) {
  Progress::Epoch* epoch = progress_.begin();
  Status queued = send([this, epoch](const bus::Delivery& delivery) {
    if (!delivery.ok()) return fail(delivery);
    (owner_.*counter).fetch_add(1, std::memory_order_relaxed);
    epoch->done();
  });
  if (!queued) epoch->done();
  return queued;
}

// The output's epoch stays open, so that the position never passes it: the next session sends it
// again.
void Transformer::Session::fail(const bus::Delivery& delivery) {
  MutexLock lock(failure_mutex_);
  failure_ = fmt::format("{}: {}", delivery.topic, delivery.error->message());
  failed_ = true;
}

Status Transformer::Session::publish(const bus::IncomingRecord& record, const Route& route) {
  const bus::SourceHeaders source({record.topic, record.partition, record.offset});
  owner_.published_.fetch_add(1, std::memory_order_relaxed);
  return output<&Transformer::acknowledged_>([&](bus::DeliveryCallback callback) {
    return publisher_->publish(
        {.topic = route.avro_topic, .value = record_, .headers = source.views()},
        std::move(callback));
  });
}

Status Transformer::Session::dead_letter(const bus::IncomingRecord& record, const Error& reason) {
  return output<&Transformer::dead_lettered_>([&](bus::DeliveryCallback callback) {
    return bus::publish_dead_letter(*publisher_, record, reason, std::move(callback));
  });
}

Status Transformer::Session::save_progress() {
  next_save_ = clock_.steady_now() + owner_.options_.save_interval;
  progress_.close(positions_);
  const std::optional<Positions> safe = progress_.take_safe();
  return safe ? file_.save(cluster_id_, *safe) : Status();
}

Status Transformer::Session::finish() {
  milliseconds deadline{0};
  {
    MutexLock lock(owner_.mutex_);
    deadline = owner_.stop_deadline_;
  }
  const Status flushed = publisher_->flush(deadline);
  WEIR_TRY(save_progress());
  return flushed;
}

}  // namespace weir::sal::transform

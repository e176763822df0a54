#include "weir/registry/server/schema_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "weir/base/log.h"
#include "weir/io/thread.h"
#include "weir/kafka/client/admin.h"

namespace weir::registry::server {
namespace {

constexpr Logger kLog("registry");
constexpr std::chrono::milliseconds kPollWait{100};
constexpr size_t kPollRecords = 1000;
constexpr std::string_view kMarkerKey = R"({"keytype":"NOOP","magic":0})";
// The first records that cannot be read are logged, then every thousandth.
constexpr uint64_t kLoggedBadRecords = 10;

}  // namespace

SchemaStore::SchemaStore(RegistryOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

Result<std::unique_ptr<SchemaStore>> SchemaStore::open(RegistryOptions options,
                                                       const Clock& clock) {
  std::unique_ptr<SchemaStore> store(new SchemaStore(std::move(options), clock));
  WEIR_TRY(store->prepare_topic());
  WEIR_TRY(store->connect());
  WEIR_TRY(store->read_to_end());
  store->reader_ = std::thread([raw = store.get()] { raw->serve(); });
  return store;
}

SchemaStore::~SchemaStore() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  if (reader_.joinable()) reader_.join();
  producer_.reset();  // its last callbacks release what was reserved
  std::vector<Answer> answers;
  {
    const MutexLock lock(mutex_);
    for (auto& [key, pending] : pending_) {
      answers.push_back(
          {std::move(pending.waiting), Error(ErrorCode::unavailable, "the registry is stopping")});
    }
    pending_.clear();
  }
  for (const Answer& answer : answers) {
    for (const Registered& done : answer.to) done(answer.outcome);
  }
}

Status SchemaStore::prepare_topic() {
  WEIR_TRY_ASSIGN(const auto admin,
                  kafka::client::Admin::open({.brokers = options_.brokers,
                                              .label = options_.label,
                                              .properties = options_.kafka_properties}));
  WEIR_TRY_ASSIGN(const auto topics, admin->topics(options_.start_deadline));
  const auto found = std::find_if(topics.begin(), topics.end(),
                                  [&](const auto& topic) { return topic.name == options_.topic; });
  if (found == topics.end()) {
    const kafka::client::NewTopic topic{
        .name = options_.topic, .partitions = 1, .config = {{"cleanup.policy", "compact"}}};
    return admin->create_topics(std::span(&topic, 1), options_.start_deadline);
  }
  if (found->partitions.size() == 1) return {};
  return Error(ErrorCode::refused,
               fmt::format("topic '{}' has {} partitions; a registry needs exactly one",
                           options_.topic, found->partitions.size()));
}

Status SchemaStore::connect() {
  const kafka::client::ClientOptions client{.brokers = options_.brokers,
                                            .label = options_.label,
                                            .properties = options_.kafka_properties};
  // No delivery deadline: a write whose outcome nobody knows could come true after its id was given
  // away.
  WEIR_TRY_ASSIGN(producer_,
                  kafka::client::Producer::open({.client = client,
                                                 .queue_messages = 2 * options_.max_pending + 1,
                                                 .queue_bytes = size_t{1} << 30,
                                                 .linger = std::chrono::milliseconds(1)}));
  WEIR_TRY_ASSIGN(consumer_, kafka::client::Consumer::open({.client = client}));
  const kafka::client::StartPosition start{{options_.topic, 0}, kafka::client::kEarliestOffset};
  return consumer_->add(std::span(&start, 1));
}

// Compaction may have removed the last records, so the end is found by writing one and waiting for
// it.
Status SchemaStore::read_to_end() {
  const SteadyTime end = clock_.steady_now() + options_.start_deadline;
  WEIR_TRY_ASSIGN(const int64_t marker, write_marker());
  int64_t next = 0;
  while (next <= marker) {
    if (clock_.steady_now() >= end) {
      return Error(ErrorCode::timeout,
                   fmt::format("topic '{}' was not read to its end within {} ms", options_.topic,
                               options_.start_deadline.count()));
    }
    std::vector<Answer> nobody_waits_yet;
    WEIR_TRY_ASSIGN(const auto position, read_some(nobody_waits_yet));
    next = position.value_or(next);
  }
  const MutexLock lock(mutex_);
  kLog.info("schemas read", {{"topic", options_.topic},
                             {"subjects", catalog_.subjects().size()},
                             {"highest_id", catalog_.highest_id()},
                             {"unreadable", bad_records_}});
  return {};
}

Result<int64_t> SchemaStore::write_marker() {
  struct Outcome {
    std::atomic<int64_t> offset = -1;
    std::optional<Error> error;
  };
  const auto outcome = std::make_shared<Outcome>();
  WEIR_TRY(producer_->produce({.topic = options_.topic, .partition = 0, .key = kMarkerKey},
                              [outcome](const kafka::client::Delivery& delivery) {
                                if (!delivery.ok()) outcome->error = *delivery.error;
                                outcome->offset = delivery.offset;
                              }));
  WEIR_TRY(producer_->flush(options_.start_deadline));
  if (outcome->error) return *outcome->error;
  return outcome->offset.load();
}

void SchemaStore::register_schema(const std::string& subject, const model::Candidate& candidate,
                                  Registered done) {
  std::optional<model::SchemaRecord> record;
  const Result<model::SchemaRecord> outcome = [&]() -> Result<model::SchemaRecord> {
    const MutexLock lock(mutex_);
    if (const auto place = catalog_.find(subject, candidate))
      return *catalog_.version(subject, place->version);
    const SteadyTime deadline = clock_.steady_now() + options_.write_deadline;
    if (const auto place = catalog_.find_reserved(subject, candidate)) {
      Pending& pending = pending_[{subject, place->version}];
      pending.waiting.push_back(std::move(done));
      pending.deadline = deadline;
      return model::SchemaRecord{};
    }
    if (pending_.size() >= options_.max_pending) {
      return Error(ErrorCode::unavailable,
                   fmt::format("{} registrations are under way already", pending_.size()));
    }
    WEIR_TRY_ASSIGN(record, catalog_.reserve(subject, candidate));
    Pending& pending = pending_[{subject, record->version}];
    pending = {.record = *record, .deadline = deadline, .waiting = {}};
    pending.waiting.push_back(std::move(done));
    return *record;
  }();
  if (done) return done(outcome);  // it was not put among those that wait
  if (record) write(*record);
}

void SchemaStore::write(const model::SchemaRecord& record) {
  const Bytes key = model::encode_schema_key(record.subject, record.version);
  const Bytes value = model::encode_schema_value(record);
  const Status status =
      producer_->produce({.topic = options_.topic, .partition = 0, .key = key, .value = value},
                         [this, record](const kafka::client::Delivery& delivery) {
                           if (!delivery.ok()) on_write_failed(record, *delivery.error);
                         });
  if (!status) on_write_failed(record, status.error());
}

void SchemaStore::on_write_failed(const model::SchemaRecord& record, const Error& error) {
  std::vector<Registered> waiting;
  {
    const MutexLock lock(mutex_);
    catalog_.release(record);
    const auto found = pending_.find({record.subject, record.version});
    if (found == pending_.end()) return;
    waiting = std::move(found->second.waiting);
    pending_.erase(found);
  }
  const Result<model::SchemaRecord> outcome = error;
  for (const Registered& done : waiting) done(outcome);
}

void SchemaStore::serve() {
  io::set_thread_name(options_.label);
  for (;;) {
    {
      const MutexLock lock(mutex_);
      if (stopping_) return;
    }
    std::vector<Answer> answers;
    if (const auto read = read_some(answers); !read) {
      set_trouble(read.error().to_string());
    } else if (read->has_value()) {
      set_trouble(std::nullopt);
    }
    expire(answers);
    for (const Answer& answer : answers) {
      for (const Registered& done : answer.to) done(answer.outcome);
    }
  }
}

Result<std::optional<int64_t>> SchemaStore::read_some(std::vector<Answer>& answers) {
  WEIR_TRY_ASSIGN(const auto records, consumer_->poll(kPollRecords, kPollWait));
  std::optional<int64_t> next;
  const MutexLock lock(mutex_);
  for (const kafka::client::IncomingRecord& record : records) {
    apply(record, answers);
    next = record.offset + 1;
  }
  return next;
}

void SchemaStore::apply(const kafka::client::IncomingRecord& record, std::vector<Answer>& answers) {
  auto event = model::decode_schemas_record(record.key, record.value);
  // Subjects of other contexts have ids of their own; they are not served, so they are left alone.
  if (event && event->record.subject.starts_with(":.")) return;
  const Status applied = event ? catalog_.apply(*event) : Status(Error(event.error()));
  if (!applied && (++bad_records_ <= kLoggedBadRecords || bad_records_ % 1000 == 0)) {
    kLog.warning("a record was passed over", {{"topic", options_.topic},
                                              {"offset", record.offset},
                                              {"reason", applied.error().message()}});
  }
  if (!event || event->kind != model::SchemasEvent::Kind::schema) return;
  const auto pending = pending_.find({event->record.subject, event->record.version});
  if (pending == pending_.end()) return;
  Result<model::SchemaRecord> outcome = event->record;
  if (!applied || event->record.id != pending->second.record.id) {
    outcome = Error(ErrorCode::internal, "another registry writes to the same topic");
  }
  answers.push_back({std::move(pending->second.waiting), std::move(outcome)});
  pending_.erase(pending);
}

void SchemaStore::expire(std::vector<Answer>& answers) {
  const SteadyTime now = clock_.steady_now();
  const MutexLock lock(mutex_);
  for (auto& [key, pending] : pending_) {
    if (pending.waiting.empty() || pending.deadline > now) continue;
    answers.push_back(
        {std::exchange(pending.waiting, {}),
         Error(ErrorCode::timeout,
               fmt::format("topic '{}' did not take the schema within {} ms; {}", options_.topic,
                           options_.write_deadline.count(), to_string(consumer_->connection())))});
  }
}

void SchemaStore::set_trouble(std::optional<std::string> trouble) {
  const MutexLock lock(mutex_);
  if (trouble && trouble_ != trouble)
    kLog.error("the topic cannot be read", {{"reason", *trouble}});
  trouble_ = std::move(trouble);
}

std::optional<std::string> SchemaStore::trouble() const {
  if (const auto connection = producer_->stats().connection; !connection.reachable)
    return to_string(connection);
  const MutexLock lock(mutex_);
  return trouble_;
}

}  // namespace weir::registry::server

#include "weir/broker/log/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "weir/base/check.h"
#include "weir/base/log.h"

namespace weir::broker::log {
namespace {

constexpr Logger kLog("broker.log");
constexpr int64_t kProducerBlock = 1000;

// 16 random bytes in 22 characters of base64url, as Kafka writes cluster ids.
std::string draw_cluster_id() {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::random_device random;
  std::string id;
  while (id.size() < 21) id.push_back(kAlphabet[random() % 64]);
  id.push_back(kAlphabet[random() % 4 * 16]);  // the last one carries two bits
  return id;
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.find_last_not_of('/');
  const size_t end = path.rfind('/', slash);
  if (end == std::string::npos) return ".";
  return end == 0 ? "/" : path.substr(0, end);
}

// Collects the outcomes of a number of queued changes.
class Outcomes {
 public:
  explicit Outcomes(size_t count) : statuses_(count), left_(count) {}

  void set(size_t index, const Status& status) {
    MutexLock lock(mutex_);
    statuses_[index] = status;
    if (--left_ == 0) done_.notify_all();
  }
  std::vector<Status> wait() {
    MutexLock lock(mutex_);
    while (left_ > 0) done_.wait(mutex_);
    return statuses_;
  }

 private:
  Mutex mutex_;
  CondVar done_;
  std::vector<Status> statuses_ WEIR_GUARDED_BY(mutex_);
  size_t left_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace

Storage::Engine::Engine(io::FileSystem& files, const Clock& clock, std::string folder,
                        const StorageOptions& options)
    : files_(files),
      clock_(clock),
      folder_(std::move(folder)),
      checkpoint_path_(folder_ + "/checkpoint"),
      options_(options),
      counters_(options.metrics != nullptr ? *options.metrics : own_registry_),
      cache_(files, static_cast<size_t>(options.max_open_files)),
      queue_(options.max_pending_bytes,
             options.journal_file_bytes - kJournalHeaderSize - kFrameHeaderSize),
      context_{cache_, clock_, queue_, hot_bytes_, start_raised_, counters_, options.rules},
      catalog_(context_, folder_ + "/topics"),
      spill_above_(options.hot_bytes) {}

Storage::Engine::~Engine() {
  if (const Status closed = close(); !closed) {
    kLog.warning("stopped without a checkpoint; the next start replays the journal",
                 {{"folder", folder_}, {"error", closed.error().to_string()}});
  }
}

JournalOptions Storage::Engine::journal_options() const {
  // With one file there would be none to write to while its frames move to the segments.
  return {folder_ + "/journal", options_.journal_file_bytes, std::max(options_.journal_files, 2)};
}

Status Storage::Engine::open() {
  WEIR_TRY(files_.make_directories(folder_));
  auto lock = files_.lock(folder_ + "/lock");
  if (!lock && lock.error().code() == ErrorCode::already_exists) {
    return Error(ErrorCode::already_exists,
                 fmt::format("the data folder {} is in use by another process", folder_));
  }
  if (!lock) return lock.error();
  lock_ = std::move(*lock);
  if (!files_.exists(checkpoint_path_)) WEIR_TRY(format());
  WEIR_TRY(recover());
  remove_unknown_folders();
  write_back_->start();
  flusher_->start();
  return {};
}

// The checkpoint comes last: a folder without one holds nothing yet, and this can begin again.
Status Storage::Engine::format() {
  if (files_.exists(catalog_.folder())) {
    return Error(ErrorCode::corrupt,
                 fmt::format("{} is missing, though {} has data: restore it from a copy",
                             checkpoint_path_, catalog_.folder()));
  }
  std::random_device random;
  Checkpoint checkpoint;
  checkpoint.cluster_id = draw_cluster_id();
  checkpoint.journal_id = (uint64_t{random()} << 32) | random();
  WEIR_TRY(files_.remove_all(journal_options().folder));
  WEIR_TRY(Journal::create(files_, journal_options(), checkpoint.journal_id));
  WEIR_TRY(files_.sync_directory(folder_));
  WEIR_TRY(io::write_file_atomically(files_, checkpoint_path_, encode_checkpoint(checkpoint)));
  return files_.sync_directory(parent_of(folder_));
}

Status Storage::Engine::recover() {
  WEIR_TRY_ASSIGN(const Bytes bytes, io::read_file(files_, checkpoint_path_));
  auto checkpoint = decode_checkpoint(bytes);
  if (!checkpoint) return std::move(checkpoint.error()).within(checkpoint_path_);
  // A folder of an earlier format becomes one of this format before anything else is written to
  // it, so that the earlier program refuses it instead of overlooking frames that it does not know.
  if (const Bytes now = encode_checkpoint(*checkpoint); now != bytes) {
    WEIR_TRY(io::write_file_atomically(files_, checkpoint_path_, now));
  }
  cluster_id_ = checkpoint->cluster_id;
  journal_id_ = checkpoint->journal_id;
  restore(*checkpoint);

  const SteadyTime begin = clock_.steady_now();
  WEIR_TRY_ASSIGN(journal_, Journal::open(files_, journal_options(), journal_id_,
                                          checkpoint->replay_from, checkpoint->clean_end,
                                          [this](const Frame& frame) { return replay(frame); }));
  for (const auto& log : catalog_.logs()) log->finish_replay();
  drawn_topic_number_ = next_topic_number_;
  next_producer_id_ = producer_id_limit_;
  flusher_ =
      std::make_unique<Flusher>(queue_, *journal_,
                                Flusher::Hooks{[this] { return write_back_->wait_for_file(); },
                                               [this] { write_back_->look(); }});
  write_back_ = std::make_unique<WriteBack>(
      catalog_, *journal_, queue_, cache_, clock_, hot_bytes_, start_raised_, counters_,
      WriteBack::Source{[this] { return flusher_->durable_lsn(); },
                        [this] { return checkpoint_head(); }},
      WriteBack::Limits{options_.hot_bytes, checkpoint_path_, options_.cleanup_interval});
  if (replayed_frames_ > 0) {
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now() - begin);
    kLog.info("journal recovered", {{"frames", replayed_frames_}, {"ms", took.count()}});
  }
  return {};
}

void Storage::Engine::restore(const Checkpoint& checkpoint) {
  topics_below_ = checkpoint.next_topic_number;
  next_topic_number_ = checkpoint.next_topic_number;
  producer_id_limit_ = checkpoint.producer_id_limit;
  std::vector<StateChange> state;
  for (const StateEntry& entry : checkpoint.state) state.push_back({entry.key, entry.value});
  state_.apply(state);
  for (const Checkpoint::TopicState& topic : checkpoint.topics) {
    catalog_.put(topic.record);
    for (uint32_t i = 0; i < topic.partitions.size(); ++i) {
      catalog_.find_log(topic.record.number, i)->restore(topic.partitions[i]);
    }
  }
}

// The checkpoint may have seen more than the frame: topics deleted since, batches in segments
// already.
Status Storage::Engine::replay(const Frame& frame) {
  ++replayed_frames_;
  const FrameHeader& header = frame.header;
  switch (header.type) {
    case FrameType::batch: {
      const auto log = catalog_.find_log(header.topic, header.partition);
      if (!log) return {};
      WEIR_TRY(log->replay(frame.payload, header.base_offset, header.lsn));
      if (hot_bytes_ > spill_above_) spill_in_replay();
      return {};
    }
    case FrameType::topic_created:
    case FrameType::topic_changed:
    case FrameType::topic_deleted:
      return replay_topic(frame);
    case FrameType::producer_ids: {
      ByteReader reader(frame.payload);
      producer_id_limit_ = std::max<int64_t>(producer_id_limit_, reader.le<int64_t>());
      return {};
    }
    case FrameType::start_raised: {
      const auto log = catalog_.find_log(header.topic, header.partition);
      if (log) log->raise_start(header.base_offset);
      return {};
    }
    // The checkpoint may be younger: all later frames follow, so the last value is the right one.
    case FrameType::state: {
      WEIR_TRY_ASSIGN(const std::vector<StateChange> changes, decode_state_changes(frame.payload));
      state_.apply(changes);
      return {};
    }
  }
  return {};
}

// Keeps memory bounded. A partition that cannot be spilled is no error here: its topic may be
// deleted later in the journal, its files gone already; any other trouble comes up again when it is
// written back.
void Storage::Engine::spill_in_replay() {
  for (const auto& log : catalog_.logs()) {
    if (const Status spilled = log->spill(); !spilled) {
      kLog.debug("cannot spill during recovery",
                 {{"topic", log->topic()}, {"error", spilled.error().to_string()}});
    }
  }
  spill_above_ = hot_bytes_ + options_.hot_bytes;
}

Status Storage::Engine::replay_topic(const Frame& frame) {
  ByteReader reader(frame.payload);
  TopicRecord record = read_topic(reader);
  if (!reader.ok())
    return Error(ErrorCode::corrupt, fmt::format("journal frame {}: bad topic", frame.header.lsn));
  if (frame.header.type == FrameType::topic_deleted) {
    catalog_.remove(record.number);  // its folders are unknown ones from now on
    return {};
  }
  const bool known = catalog_.has_number(record.number);
  if (!known && (record.number < topics_below_ || frame.header.type == FrameType::topic_changed))
    return {};
  if (known) {
    const TopicRecord now = catalog_.record_of(record.name);
    record.partition_count = std::max(record.partition_count, now.partition_count);
  }
  catalog_.put(record);
  next_topic_number_ = std::max<uint32_t>(next_topic_number_, record.number + 1);
  return {};
}

void Storage::Engine::remove_unknown_folders() {
  const auto names = files_.list(catalog_.folder());
  if (!names) return;
  std::vector<std::string> unknown;
  for (const std::string& name : *names) {
    const uint32_t number = Catalog::number_of_folder(name);
    if (number != 0 && !catalog_.has_number(number))
      unknown.push_back(catalog_.folder() + "/" + name);
  }
  if (!unknown.empty()) write_back_->remove_later(std::move(unknown));
}

Checkpoint Storage::Engine::checkpoint_head() const {
  Checkpoint checkpoint;
  checkpoint.cluster_id = cluster_id_;
  checkpoint.journal_id = journal_id_;
  checkpoint.next_topic_number = next_topic_number_;
  checkpoint.producer_id_limit = producer_id_limit_;
  checkpoint.state = state_.entries("");
  return checkpoint;
}

Status Storage::Engine::close() {
  if (std::exchange(closed_, true)) return {};
  if (!flusher_) return {};  // never opened
  queue_.close();
  flusher_->join();
  write_back_->stop();
  if (queue_.failed()) return Error(ErrorCode::unavailable, "a disk write failed earlier");
  return write_back_->finish();
}

std::vector<Status> Storage::Engine::commit(std::vector<Change> changes) {
  WEIR_CHECK(!flusher_->on_own_thread());
  const auto outcomes = std::make_shared<Outcomes>(changes.size());
  for (size_t i = 0; i < changes.size(); ++i) {
    QueueEntry entry;
    entry.type = changes[i].type;
    entry.payload = std::make_shared<const Bytes>(std::move(changes[i].payload));
    entry.applied = [outcomes, i, apply = std::move(changes[i].apply)](const Status& status) {
      if (status) apply();
      outcomes->set(i, status);
    };
    if (entry.payload->size() > queue_.max_payload()) {
      outcomes->set(i, Error(ErrorCode::invalid_argument, "does not fit the journal"));
    } else if (!queue_.push(entry)) {
      outcomes->set(i, Error(ErrorCode::unavailable, "the storage takes no changes now"));
    }
  }
  return outcomes->wait();
}

Status Storage::Engine::commit_one(Change change) {
  std::vector<Change> changes;
  changes.push_back(std::move(change));
  return commit(std::move(changes))[0];
}

Storage::Engine::Change Storage::Engine::change_of(const TopicRecord& record, FrameType type) {
  Change change{type, {}, {}};
  ByteWriter writer(change.payload);
  append_topic(record, writer);
  change.apply = [this, record, type] {
    if (type == FrameType::topic_deleted)
      return write_back_->remove_later(catalog_.remove(record.number));
    catalog_.put(record);
    next_topic_number_ = std::max<uint32_t>(next_topic_number_, record.number + 1);
  };
  return change;
}

std::vector<Result<TopicRef>> Storage::Engine::create_topics(std::vector<NewTopic> topics) {
  MutexLock lock(change_mutex_);
  std::vector<Result<TopicRef>> results;
  std::vector<Change> changes;
  std::vector<size_t> places;
  std::map<std::string, int, std::less<>> drawn;
  for (const NewTopic& topic : topics) {
    results.emplace_back(Error(ErrorCode::unavailable, "not done"));
    if (topic.partition_count <= 0) {
      results.back() =
          Error(ErrorCode::invalid_argument, topic.name + ": a topic needs a partition");
    } else if (catalog_.find(topic.name) != nullptr || catalog_.find(topic.id) != nullptr ||
               drawn[topic.name]++ > 0) {
      results.back() = Error(ErrorCode::already_exists, "topic " + topic.name + " exists");
    } else {
      places.push_back(results.size() - 1);
      changes.push_back(change_of({drawn_topic_number_++, topic.name, topic.id,
                                   static_cast<uint32_t>(topic.partition_count), topic.config},
                                  FrameType::topic_created));
    }
  }
  const std::vector<Status> statuses = commit(std::move(changes));
  for (size_t i = 0; i < places.size(); ++i) {
    Result<TopicRef>& result = results[places[i]];
    if (statuses[i]) result = catalog_.find(topics[places[i]].name);
    if (!statuses[i]) result = statuses[i].error();
  }
  return results;
}

Status Storage::Engine::delete_topic(std::string_view name) {
  MutexLock lock(change_mutex_);
  const TopicRecord record = catalog_.record_of(name);
  if (record.number == 0) return Error(ErrorCode::not_found, fmt::format("no topic {}", name));
  return commit_one(change_of(record, FrameType::topic_deleted));
}

Result<TopicRef> Storage::Engine::set_partition_count(std::string_view name, int32_t count) {
  MutexLock lock(change_mutex_);
  TopicRecord record = catalog_.record_of(name);
  if (record.number == 0) return Error(ErrorCode::not_found, fmt::format("no topic {}", name));
  if (count < 0 || static_cast<uint32_t>(count) < record.partition_count) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("topic {} has {} partitions already", name, record.partition_count));
  }
  record.partition_count = static_cast<uint32_t>(count);
  WEIR_TRY(commit_one(change_of(record, FrameType::topic_changed)));
  return catalog_.find(name);
}

Result<TopicRef> Storage::Engine::set_topic_config(std::string_view name, TopicConfig config) {
  MutexLock lock(change_mutex_);
  TopicRecord record = catalog_.record_of(name);
  if (record.number == 0) return Error(ErrorCode::not_found, fmt::format("no topic {}", name));
  record.config = std::move(config);
  WEIR_TRY(commit_one(change_of(record, FrameType::topic_changed)));
  return catalog_.find(name);
}

Result<int64_t> Storage::Engine::allocate_producer_id() {
  MutexLock lock(producer_mutex_);
  if (next_producer_id_ == producer_id_limit_) {
    const int64_t limit = producer_id_limit_ + kProducerBlock;
    Change change{FrameType::producer_ids, {}, [this, limit] { producer_id_limit_ = limit; }};
    ByteWriter(change.payload).le<int64_t>(limit);
    WEIR_TRY(commit_one(std::move(change)));
  }
  return next_producer_id_++;
}

void Storage::Engine::change_state(std::vector<StateChange> changes, StateCallback done) {
  QueueEntry entry;
  entry.type = FrameType::state;
  entry.payload = std::make_shared<const Bytes>(encode_state_changes(changes));
  if (entry.payload->size() > queue_.max_payload()) {
    return done(Error(ErrorCode::invalid_argument, "does not fit the journal"));
  }
  entry.applied = [this, changes = std::move(changes), done](const Status& status) {
    if (status) state_.apply(changes);
    done(status);
  };
  if (!queue_.push(entry)) {
    done(Error(ErrorCode::unavailable, "the storage takes no changes now"));
  }
}

// Once to raise the start offsets, and once more, when that is durable, to remove the files.
Status Storage::Engine::clean_up() {
  WEIR_CHECK(!flusher_->on_own_thread());
  WEIR_TRY(write_back_->clean_up());
  const auto queued = std::make_shared<Outcomes>(1);
  queue_.push_answer([queued](const AppendResult&) { queued->set(0, {}); }, {});
  queued->wait();
  return write_back_->clean_up();
}

StorageStats Storage::Engine::stats() const {
  StorageStats stats;
  stats.flushes = flusher_->flushes();
  stats.appended_batches = flusher_->batches();
  stats.appended_bytes = flusher_->bytes();
  stats.checkpoints = write_back_->checkpoints();
  stats.replayed_frames = replayed_frames_;
  stats.pending_bytes = queue_.pending_bytes();
  stats.hot_bytes = hot_bytes_;
  stats.journal_files_in_use = journal_->files_in_use();
  stats.start_moves = counters_.start_moves.value();
  stats.removed_offsets = counters_.removed_offsets.value();
  stats.removed_segments = counters_.removed_segments.value();
  stats.removed_bytes = counters_.removed_bytes.value();
  stats.failed = queue_.failed();
  return stats;
}

}  // namespace weir::broker::log

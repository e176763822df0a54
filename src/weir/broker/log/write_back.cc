#include "weir/broker/log/write_back.h"

#include <algorithm>

#include "weir/base/log.h"
#include "weir/io/thread.h"

namespace weir::broker::log {
namespace {

constexpr Logger kLog("broker.log");
constexpr std::chrono::seconds kRetryAfter{1};
constexpr std::chrono::milliseconds kLongestRest{100};
constexpr std::chrono::hours kProducerLifetime{24};

}  // namespace

WriteBack::WriteBack(Catalog& catalog, Journal& journal, AppendQueue& queue, FileCache& cache,
                     const Clock& clock, const std::atomic<size_t>& hot_bytes,
                     std::atomic<bool>& start_raised, LogCounters& counters, Source source,
                     Limits limits)
    : catalog_(catalog),
      journal_(journal),
      queue_(queue),
      cache_(cache),
      clock_(clock),
      hot_bytes_(hot_bytes),
      start_raised_(start_raised),
      counters_(counters),
      source_(std::move(source)),
      limits_(std::move(limits)),
      next_cleanup_(clock.steady_now() + limits_.cleanup_interval) {}

void WriteBack::start() {
  thread_ = std::thread([this] { run(); });
}

void WriteBack::stop() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    wake_.notify_all();
    tried_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool WriteBack::journal_wants_file() const {
  const bool quarter_full = journal_.position_in_file() > journal_.file_bytes() / 4;
  return quarter_full && journal_.files_in_use() == journal_.files_made() &&
         journal_.files_made() < journal_.max_files();
}

bool WriteBack::has_work() const {
  if (queue_.failed()) return false;
  return urgent_ || !doomed_.empty() || start_raised_ || clock_.steady_now() >= next_cleanup_ ||
         hot_bytes_ > limits_.hot_bytes / 2 || journal_.oldest_file_end() != 0 ||
         journal_wants_file();
}

void WriteBack::look() {
  MutexLock lock(mutex_);
  if (has_work()) wake_.notify_one();
  if (queue_.failed()) tried_.notify_all();  // who waits for work would wait for ever
}

Status WriteBack::wait_for_file() {
  MutexLock lock(mutex_);
  const uint64_t before = attempts_;
  // An attempt that runs already may have begun too early: one more must end.
  while (!journal_.can_rotate()) {
    if (stop_ || queue_.failed()) {
      return Error(ErrorCode::unavailable, "the journal is full and stays so");
    }
    if (attempts_ > before + 1 && !last_attempt_) return last_attempt_;
    urgent_ = true;
    wake_.notify_one();
    tried_.wait(mutex_);
  }
  urgent_ = false;
  return {};
}

void WriteBack::remove_later(std::vector<std::string> folders) {
  MutexLock lock(mutex_);
  doomed_.insert(doomed_.end(), folders.begin(), folders.end());
  wake_.notify_one();
}

void WriteBack::run() {
  io::set_thread_name("log-write-back");
  bool complained = false;
  for (;;) {
    {
      MutexLock lock(mutex_);
      while (!stop_ && !has_work()) wake_.wait_for(mutex_, limits_.cleanup_interval);
      if (stop_) return;
    }
    const Status worked = work();
    if (!worked && !std::exchange(complained, true)) {
      kLog.error("cannot write segments; the journal fills up",
                 {{"error", worked.error().to_string()}});
    }
    if (worked) complained = false;
    MutexLock lock(mutex_);
    ++attempts_;
    last_attempt_ = worked;
    urgent_ = false;
    tried_.notify_all();
    if (!worked && !stop_) wake_.wait_for(mutex_, kRetryAfter);
  }
}

Status WriteBack::work() {
  remove_folders();
  trim();
  follow_rules();
  if (const Lsn end = journal_.oldest_file_end(); end != 0) {
    WEIR_TRY(write_back_before(end));
    WEIR_TRY(take_checkpoint(Clean::no));
  }
  if (hot_bytes_ > limits_.hot_bytes / 2) WEIR_TRY(spill_down_to(limits_.hot_bytes / 4));
  if (!journal_wants_file()) return {};
  // A spare file that cannot be made is no trouble yet: an old one may be free before it is needed.
  const Status spare = journal_.add_spare([&] {
    rest(std::chrono::milliseconds(2));
    MutexLock lock(mutex_);
    return !stop_ && !urgent_ && hot_bytes_ <= limits_.hot_bytes / 2 &&
           journal_.oldest_file_end() == 0;
  });
  if (!spare) kLog.warning("cannot prepare a journal file", {{"error", spare.error().to_string()}});
  return {};
}

void WriteBack::remove_folders() {
  std::vector<std::string> doomed;
  {
    MutexLock lock(mutex_);
    doomed.swap(doomed_);
  }
  for (const std::string& folder : doomed) {
    cache_.forget(folder + "/");
    if (!cache_.files().exists(folder)) continue;
    if (const Status removed = cache_.files().remove_all(folder); !removed) {
      kLog.warning("cannot remove a deleted partition",
                   {{"folder", folder}, {"error", removed.error().to_string()}});
    }
  }
}

void WriteBack::trim() {
  if (!start_raised_.exchange(false)) return;
  for (const auto& log : catalog_.logs()) {
    const auto removed = log->trim();
    if (!removed) {
      kLog.warning("cannot remove old segments",
                   {{"topic", log->topic()}, {"error", removed.error().to_string()}});
    } else if (removed->count > 0) {
      counters_.removed_segments.add(removed->count);
      counters_.removed_bytes.add(removed->bytes);
      tell_of_removal(*log, *removed);
    }
  }
}

void WriteBack::follow_rules() {
  {
    MutexLock lock(mutex_);
    if (clock_.steady_now() < next_cleanup_) return;
    next_cleanup_ = clock_.steady_now() + limits_.cleanup_interval;
    ++cleanups_begun_;
  }
  for (const auto& log : catalog_.logs()) {
    if (const Status closed = log->close_old_segment(); !closed) {
      kLog.warning("cannot close an old segment",
                   {{"topic", log->topic()}, {"error", closed.error().to_string()}});
    }
    // A start that cannot be raised now is found again the next time.
    const int64_t start = log->start_by_rules();
    if (start > log->start_offset()) log->delete_before(start, [](const DeleteResult&) {});
  }
  MutexLock lock(mutex_);
  cleanups_done_ = cleanups_begun_;
  tried_.notify_all();
}

Status WriteBack::clean_up() {
  MutexLock lock(mutex_);
  const uint64_t before = cleanups_begun_;
  while (cleanups_done_ <= before) {
    if (stop_ || queue_.failed())
      return Error(ErrorCode::unavailable, "the storage takes no changes now");
    if (cleanups_begun_ == before) next_cleanup_ = SteadyTime::min();
    wake_.notify_one();
    tried_.wait_for(mutex_, kRetryAfter);
  }
  return {};
}

void WriteBack::tell_of_removal(const PartitionLog& log, const RemovedSegments& removed) {
  untold_.count += removed.count;
  untold_.bytes += removed.bytes;
  if (clock_.steady_now() < next_line_) return;
  next_line_ = clock_.steady_now() + std::chrono::seconds(1);
  kLog.info("old segments removed", {{"topic", log.topic()},
                                     {"partition", log.index()},
                                     {"start", log.start_offset()},
                                     {"segments", untold_.count},
                                     {"bytes", untold_.bytes}});
  untold_ = {};
}

Status WriteBack::spill_down_to(size_t hot_bytes) {
  for (const auto& log : catalog_.logs()) {
    if (hot_bytes_ <= hot_bytes) break;
    WEIR_TRY(log->spill());
  }
  return {};
}

Status WriteBack::sync(PartitionLog& log) {
  WEIR_TRY(log.spill());
  const Status synced = log.sync_segments();
  // What the failed sync covered may be gone although a later one would succeed: stop here for
  // good.
  if (!synced) queue_.fail();
  return synced;
}

Status WriteBack::write_back_before(Lsn lsn) {
  for (const auto& log : catalog_.logs()) {
    const Lsn first = log->first_unsynced_lsn();
    if (first == 0 || first >= lsn) continue;
    const SteadyTime begin = clock_.steady_now();
    WEIR_TRY(sync(*log));
    rest(std::chrono::duration_cast<Duration>(clock_.steady_now() - begin));
    if (hot_bytes_ > limits_.hot_bytes) WEIR_TRY(spill_down_to(limits_.hot_bytes / 4));
  }
  return {};
}

// Half full: three quarters of the time belong to the flusher. Nearly full: none.
void WriteBack::rest(Duration after) {
  const int in_use = journal_.files_in_use();
  const int factor = in_use * 2 <= journal_.max_files() ? 3 : in_use < journal_.max_files() ? 1 : 0;
  const Duration span = std::min<Duration>(after * factor, kLongestRest);
  MutexLock lock(mutex_);
  if (span > Duration::zero() && !stop_ && !urgent_) wake_.wait_for(mutex_, span);
}

Status WriteBack::take_checkpoint(Clean clean) {
  // Read first: whatever is durable later has a larger number.
  Lsn replay_from = source_.durable_lsn() + 1;
  Checkpoint checkpoint = source_.checkpoint();
  if (clean == Clean::yes) checkpoint.clean_end = journal_.position();
  const int64_t expired = to_millis(clock_.now() - kProducerLifetime);
  for (const Catalog::Entry& entry : catalog_.entries()) {
    Checkpoint::TopicState& topic = checkpoint.topics.emplace_back();
    topic.record = entry.record;
    for (const auto& log : entry.logs) {
      log->expire_producers(expired);
      if (const Lsn first = log->first_unsynced_lsn(); first != 0)
        replay_from = std::min(replay_from, first);
      topic.partitions.push_back(log->snapshot());
    }
  }
  checkpoint.replay_from = replay_from;
  const bool has_folder = cache_.files().exists(catalog_.folder());
  if (has_folder) {
    const Status synced = cache_.files().sync_directory(catalog_.folder());
    if (!synced) queue_.fail();
    WEIR_TRY(synced);
  }
  WEIR_TRY(io::write_file_atomically(cache_.files(), limits_.checkpoint_path,
                                     encode_checkpoint(checkpoint)));
  ++checkpoints_;
  journal_.free_before(replay_from);
  return {};
}

Status WriteBack::finish() {
  remove_folders();
  trim();
  for (const auto& log : catalog_.logs()) {
    if (log->first_unsynced_lsn() != 0) WEIR_TRY(sync(*log));
  }
  return take_checkpoint(Clean::yes);
}

}  // namespace weir::broker::log

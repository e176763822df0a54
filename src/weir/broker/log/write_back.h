#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/time.h"
#include "weir/broker/log/append_queue.h"
#include "weir/broker/log/catalog.h"
#include "weir/broker/log/checkpoint.h"
#include "weir/broker/log/file_cache.h"
#include "weir/broker/log/journal.h"

namespace weir::broker::log {

// The background thread: copies durable batches from memory to segments, syncs those that the
// oldest journal file holds, takes a checkpoint and frees that file. It syncs one partition at a
// time and rests in between, the shorter the fuller the journal is, so that acknowledgements keep
// the disk. Shared.
class WriteBack {
 public:
  // What the storage knows and a checkpoint needs.
  struct Source {
    std::function<Lsn()> durable_lsn;
    std::function<Checkpoint()> checkpoint;  // all but replay_from, clean_end and topics
  };
  struct Limits {
    size_t hot_bytes = 0;
    std::string checkpoint_path;
    std::chrono::milliseconds cleanup_interval;
  };

  WriteBack(Catalog& catalog, Journal& journal, AppendQueue& queue, FileCache& cache,
            const Clock& clock, const std::atomic<size_t>& hot_bytes,
            std::atomic<bool>& start_raised, LogCounters& counters, Source source, Limits limits);
  ~WriteBack() { stop(); }

  void start();
  void stop();

  // Flusher: something changed; wakes the thread if there is work.
  void look();
  // Flusher: the journal is full. Returns when a file is free, or the error that prevents it.
  Status wait_for_file();
  // Folders of deleted partitions.
  void remove_later(std::vector<std::string> folders);

  // Any thread but the flusher: returns when the rules of all partitions have been looked at.
  Status clean_up();

  // After stop: everything to the segments, and a checkpoint that says so.
  Status finish();

  uint64_t checkpoints() const { return checkpoints_; }

 private:
  enum class Clean { no, yes };

  void run();
  bool has_work() const WEIR_REQUIRES(mutex_);
  Status work();
  void remove_folders();
  // Frees what lies below start offsets that were raised.
  void trim();
  // Follows the partitions' rules, when it is time.
  void follow_rules();
  void tell_of_removal(const PartitionLog& log, const RemovedSegments& removed);
  Status spill_down_to(size_t hot_bytes);
  // Brings all frames below `lsn` to synced segments.
  Status write_back_before(Lsn lsn);
  Status sync(PartitionLog& log);
  Status take_checkpoint(Clean clean);
  void rest(Duration after);
  bool journal_wants_file() const;

  Catalog& catalog_;
  Journal& journal_;
  AppendQueue& queue_;
  FileCache& cache_;
  const Clock& clock_;
  const std::atomic<size_t>& hot_bytes_;
  std::atomic<bool>& start_raised_;
  LogCounters& counters_;
  const Source source_;
  const Limits limits_;
  std::thread thread_;
  std::atomic<uint64_t> checkpoints_ = 0;
  // The thread's own: clients can cause removals at will, so that there is at most one log line a
  // second, which tells of all since the one before.
  SteadyTime next_line_{};
  RemovedSegments untold_;

  mutable Mutex mutex_;
  CondVar wake_;
  CondVar tried_;
  bool stop_ WEIR_GUARDED_BY(mutex_) = false;
  bool urgent_ WEIR_GUARDED_BY(mutex_) = false;  // the flusher waits
  SteadyTime next_cleanup_ WEIR_GUARDED_BY(mutex_);
  uint64_t cleanups_begun_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t cleanups_done_ WEIR_GUARDED_BY(mutex_) = 0;
  uint64_t attempts_ WEIR_GUARDED_BY(mutex_) = 0;
  Status last_attempt_ WEIR_GUARDED_BY(mutex_);
  std::vector<std::string> doomed_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::broker::log

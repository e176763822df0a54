#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/broker/log/append_queue.h"
#include "weir/broker/log/journal.h"
#include "weir/broker/log/partition_log.h"
#include "weir/broker/log/storage.h"

namespace weir::broker::log {

// The thread that makes things durable: takes all that waits, writes and syncs it as one group,
// tells everybody, and begins again. There is no timer: while one group syncs, the next one
// gathers. Shared.
class Flusher {
 public:
  struct Hooks {
    std::function<Status()>
        wait_for_file;              // the journal is full: returns when a file is free, or why not
    std::function<void()> flushed;  // after each group
  };

  Flusher(AppendQueue& queue, Journal& journal, Hooks hooks);

  void set_listener(Storage::Listener listener);
  void start();
  // After the queue was closed: returns when all that waited has been answered.
  void join();

  // Every frame up to here is durable and visible.
  Lsn durable_lsn() const { return durable_lsn_; }
  bool on_own_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
  uint64_t flushes() const { return flushes_; }
  uint64_t batches() const { return batches_; }
  uint64_t bytes() const { return bytes_; }

 private:
  using Group = std::span<QueueEntry>;

  void run();
  void flush(Group entries);
  // The entries at the front that fit the current journal file.
  size_t count_that_fit(Group entries) const;
  Status next_file();
  Status commit(Group entries);
  void deliver(Group entries);
  void refuse(Group entries, const Error& why);

  AppendQueue& queue_;
  Journal& journal_;
  const Hooks hooks_;
  Mutex listener_mutex_;  // not held while the listener runs
  std::shared_ptr<const Storage::Listener> listener_ WEIR_GUARDED_BY(listener_mutex_);
  std::thread thread_;
  bool refusing_ = false;  // said so in the log, and nothing was written since; the thread's own
  std::atomic<Lsn> durable_lsn_;
  std::atomic<uint64_t> flushes_ = 0;
  std::atomic<uint64_t> batches_ = 0;
  std::atomic<uint64_t> bytes_ = 0;
};

}  // namespace weir::broker::log

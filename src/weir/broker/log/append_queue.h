#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/broker/log/journal_frame.h"
#include "weir/broker/log/partition.h"

namespace weir::broker::log {

class PartitionLog;

// Something for the flusher: a frame for the journal, and whom to tell; or only whom to tell.
struct QueueEntry {
  FrameType type = FrameType::batch;
  uint32_t topic = 0;
  uint32_t partition = 0;
  int64_t base_offset = 0;
  std::shared_ptr<const Bytes> payload;  // null: nothing to write
  // For appends.
  std::shared_ptr<PartitionLog> log;
  AppendCallback done;
  AppendResult result;
  // For everything else: called with success after the frame is durable, before later entries.
  std::function<void(const Status&)> applied;
};

// Where appends wait for the flusher, in the order in which they will be in the journal. Bounded:
// `push` says no when too many bytes wait, while the flusher refuses (a full disk) and for good
// after `fail`. Shared.
class AppendQueue {
 public:
  AppendQueue(size_t max_bytes, uint64_t max_payload)
      : max_bytes_(max_bytes), max_payload_(max_payload) {}

  uint64_t max_payload() const { return max_payload_; }
  // False: refused, and `entry` is untouched.
  bool push(QueueEntry& entry);
  // An answer without a frame; always taken, and delivered after all that was pushed before.
  void push_answer(AppendCallback done, const AppendResult& result);

  // Flusher: waits for entries and takes them all; empty once closed and drained.
  std::vector<QueueEntry> take();
  // Flusher: takes everything and refuses pushes until `reopen`.
  std::vector<QueueEntry> refuse_all();
  void reopen();
  // Flusher: refuses pushes for good.
  void fail();
  // No more pushes; what waits is still delivered.
  void close();

  bool failed() const;
  size_t pending_bytes() const;

 private:
  const size_t max_bytes_;
  const uint64_t max_payload_;
  mutable Mutex mutex_;
  CondVar ready_;
  std::vector<QueueEntry> entries_ WEIR_GUARDED_BY(mutex_);
  size_t bytes_ WEIR_GUARDED_BY(mutex_) = 0;
  bool refusing_ WEIR_GUARDED_BY(mutex_) = false;
  bool failed_ WEIR_GUARDED_BY(mutex_) = false;
  bool closed_ WEIR_GUARDED_BY(mutex_) = false;
};

}  // namespace weir::broker::log

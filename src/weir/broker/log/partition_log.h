#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/time.h"
#include "weir/broker/log/cleanup_rules.h"
#include "weir/broker/log/counters.h"
#include "weir/broker/log/journal_frame.h"
#include "weir/broker/log/partition.h"
#include "weir/broker/log/producer_state.h"
#include "weir/broker/log/segment_log.h"

namespace weir::broker::log {

class AppendQueue;

// What all partitions of one storage share; outlives them only as long as the storage does.
struct PartitionContext {
  FileCache& cache;
  const Clock& clock;
  AppendQueue& queue;
  std::atomic<size_t>& hot_bytes;   // durable, and not in a segment yet
  std::atomic<bool>& start_raised;  // of some partition, since the background thread looked
  LogCounters& counters;
  CleanupRules rules = {};  // of topics that do not say
};

// What a checkpoint keeps of one partition.
struct PartitionSnapshot {
  int64_t start_offset = 0;
  int64_t end_offset = 0;  // of the segments; beyond it the journal goes on
  std::vector<SegmentInfo> segments;
  std::vector<SequencedBatch> producers;
};

// What left the disk with a raised start offset.
struct RemovedSegments {
  uint64_t count = 0;
  uint64_t bytes = 0;
};

// A partition: first the segments, then the hot batches in memory (durable ones, not yet in a
// segment), then the pending ones (queued for the journal, not visible). Shared, but for the parts
// that say which thread calls them.
class PartitionLog final : public Partition, public std::enable_shared_from_this<PartitionLog> {
 public:
  PartitionLog(const PartitionContext& context, std::string topic, uint32_t topic_number,
               int32_t index, std::string folder);

  const std::string& topic() const override { return topic_; }
  int32_t index() const override { return index_; }
  void append(Bytes batch, AppendCallback done) override;
  void delete_before(int64_t offset, DeleteCallback done) override;
  Result<FetchSlice> read(int64_t offset, size_t max_bytes, AtLeastOne at_least_one) const override;
  int64_t start_offset() const override;
  int64_t high_watermark() const override;
  uint64_t available_bytes(int64_t offset) const override;
  uint64_t size_bytes() const override;
  Result<std::optional<OffsetAndTime>> offset_for_time(int64_t timestamp_ms) const override;
  Result<std::optional<OffsetAndTime>> offset_of_max_timestamp() const override;

  // Flusher: the oldest pending batch is durable, as frame `lsn`.
  void confirm_oldest(Lsn lsn);
  // Flusher: no pending batch will become durable; forgets them.
  void roll_back();
  // Flusher: the topic is gone.
  void mark_deleted();
  // Flusher or recovery: a start offset is durable. Returns by how much it raised the start.
  int64_t raise_start(int64_t offset);
  // True once per flush number, for the flusher to list each partition once.
  bool first_in_flush(uint64_t flush);

  // Recovery, single-threaded.
  void restore(PartitionSnapshot snapshot);
  Status replay(BytesView batch, int64_t base_offset, Lsn lsn);
  void finish_replay();

  // Background: copies the durable batches to segments. An I/O error may be tried again.
  Status spill();
  // Background: gives up memory and segments that lie wholly below the start offset. An error
  // leaves files behind and does no other harm.
  Result<RemovedSegments> trim();
  // Flusher or recovery.
  void set_rules(const CleanupRules& rules);
  // Background: closes the active segment if the rules say that it is old enough; an I/O error may
  // be tried again.
  Status close_old_segment();
  // Background: where the partition begins once the rules have been followed; start_offset() when
  // nothing has to go.
  int64_t start_by_rules() const;
  // Background: syncs what was spilled. An error is final.
  Status sync_segments();
  // The first durable frame that is not in a synced segment; 0 when there is none.
  Lsn first_unsynced_lsn() const;
  PartitionSnapshot snapshot() const;
  void expire_producers(int64_t before_ms);

 private:
  struct HotBatch {
    StoredBatch batch;
    Lsn lsn = 0;         // 0: pending
    uint64_t begin = 0;  // bytes of this partition before it, counted since it was opened
  };

  AppendResult result_at(int64_t base_offset) const WEIR_REQUIRES(mutex_);
  void refuse(kafka::protocol::KafkaError error, AppendCallback done) const;
  Error out_of_range(int64_t offset) const WEIR_REQUIRES(mutex_);
  void push_hot(std::shared_ptr<const Bytes> bytes, int64_t base, int64_t next, int64_t max_time,
                Lsn lsn) WEIR_REQUIRES(mutex_);
  void drop_pending() WEIR_REQUIRES(mutex_);
  // Index in hot_ of the batch that holds `offset`, which is not below the first one.
  size_t find_hot(int64_t offset) const WEIR_REQUIRES(mutex_);
  Result<std::optional<OffsetAndTime>> find_hot_by_time(int64_t timestamp_ms, int64_t from) const;
  Result<std::optional<OffsetAndTime>> find_by_time(int64_t timestamp_ms, int64_t from) const;
  Result<std::optional<int64_t>> max_timestamp_from(int64_t from) const;

  const PartitionContext& context_;
  const std::string topic_;
  const uint32_t topic_number_;
  const int32_t index_;
  SegmentLog segments_;
  uint64_t last_flush_ = 0;  // the flusher's own

  mutable Mutex mutex_;
  bool deleted_ WEIR_GUARDED_BY(mutex_) = false;
  int64_t start_offset_ WEIR_GUARDED_BY(mutex_) = 0;
  int64_t high_watermark_ WEIR_GUARDED_BY(mutex_) = 0;
  int64_t next_offset_ WEIR_GUARDED_BY(mutex_) = 0;
  std::deque<HotBatch> hot_ WEIR_GUARDED_BY(mutex_);
  size_t durable_hot_ WEIR_GUARDED_BY(mutex_) = 0;  // of hot_, from the front
  uint64_t hot_end_ WEIR_GUARDED_BY(mutex_) = 0;    // HotBatch::begin of the next one
  CleanupRules rules_ WEIR_GUARDED_BY(mutex_);
  int64_t hot_since_ms_ WEIR_GUARDED_BY(mutex_) = 0;  // no hot batch came earlier
  Lsn spilled_lsn_ WEIR_GUARDED_BY(mutex_) = 0;       // first frame in a segment that is not synced
  ProducerState producers_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::broker::log

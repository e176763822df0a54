#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/broker/log/file_cache.h"
#include "weir/broker/log/partition.h"
#include "weir/broker/log/segment_index.h"

namespace weir::broker::log {

// One batch on its way from memory to a segment.
struct StoredBatch {
  std::shared_ptr<const Bytes> bytes;
  int64_t base_offset = 0;
  int64_t next_offset = 0;
  int64_t max_timestamp = 0;
};

// What a checkpoint keeps of one segment.
struct SegmentInfo {
  int64_t base_offset = 0;
  int64_t next_offset = 0;
  uint64_t size = 0;
  int64_t max_timestamp = 0;

  bool operator==(const SegmentInfo&) const = default;
};

// The first record of `batch` (one whole batch) at or after offset `from` whose timestamp is at or
// after the given one.
Result<std::optional<OffsetAndTime>> find_record_by_time(BytesView batch, int64_t timestamp_ms,
                                                         int64_t from);
// The largest timestamp of the records of `batch` at or after `from`; nothing when there are none.
Result<std::optional<int64_t>> max_record_time(BytesView batch, int64_t from);

// The segment files of one partition: raw batches in files named by their first offset. Files and
// folders are made when first written. Shared by readers; append, sync, drop_before and
// remove_files are confined to the background thread (or to recovery).
class SegmentLog {
 public:
  // `folder` holds this partition only; its parent is shared by all.
  SegmentLog(FileCache& cache, std::string folder) : cache_(cache), folder_(std::move(folder)) {}

  // What a checkpoint recorded; the files are looked at when first needed. `end_offset` is where
  // they end, or where the first one will begin.
  void restore(std::vector<SegmentInfo> segments, int64_t end_offset, int64_t now_ms);

  // Writes batches that follow each other and the end, into the page cache. After an error the
  // batches that were taken are those below end_offset(): go on from there. An I/O error is not
  // final.
  // A batch that would make a segment larger than `segment_bytes` begins the next one, which then
  // counts as begun at `begun_ms`.
  struct AppendRules {
    uint64_t segment_bytes = 0;
    int64_t begun_ms = 0;
  };
  Status append(std::span<const StoredBatch> batches, const AppendRules& rules);
  // The next batch begins a new segment.
  void seal();
  // Makes everything appended durable, but for the name of the folder itself: syncing the parent,
  // once for all partitions, is the caller's. An error is final.
  Status sync();

  // Forgets the segments that end at or before `offset`. When none is left, `end` is where the next
  // one begins. The files are the caller's to remove, once nothing needs them.
  std::vector<SegmentInfo> drop_before(int64_t offset, int64_t end);
  // Removes the files of segments that were dropped, for good. An error leaves files behind and
  // does no other harm.
  Status remove_files(std::span<const SegmentInfo> dropped);

  // All of them, with what is in the page cache only.
  std::vector<SegmentInfo> segments() const;
  // Since when the segment that gets the next batch has been there; nothing when a new one will
  // begin. After a restart: since its latest record, or the restart if that is earlier.
  std::optional<int64_t> active_since_ms() const;

  int64_t end_offset() const;
  uint64_t size_bytes() const;
  // An estimate from above: the index is asked only where it is in memory.
  uint64_t bytes_from(int64_t offset) const;
  bool needs_sync() const;
  // What is durable, and where it ends.
  std::vector<SegmentInfo> synced_segments() const;
  int64_t synced_end() const;
  // The largest timestamp of the segments that reach beyond `from`, or nothing when none does. It
  // may be of a record before `from`, which max_timestamp_from rules out by reading.
  std::optional<int64_t> max_timestamp(int64_t from) const;
  Result<std::optional<int64_t>> max_timestamp_from(int64_t from) const;

  // Whole batches from the one that holds `offset`, which must be below end_offset().
  Result<Bytes> read(int64_t offset, size_t max_bytes, AtLeastOne at_least_one) const;
  // The first record at or after offset `from` whose timestamp is at or after the given one.
  Result<std::optional<OffsetAndTime>> find_by_time(int64_t timestamp_ms, int64_t from) const;

 private:
  struct Segment {
    SegmentInfo now;
    SegmentInfo synced;
    std::shared_ptr<SegmentIndex>
        index;                 // null: not loaded; the last segment's is guarded by mutex_
    uint64_t index_saved = 0;  // how much of the segment the index file covers
  };
  // A place to read from: a run of batches that begins exactly there.
  struct Place {
    std::string path;
    int64_t offset = 0;
    uint64_t position = 0;
    uint64_t end = 0;  // of the segment
  };

  std::string segment_path(int64_t base_offset, std::string_view suffix) const;
  Status prepare_for_writing();
  Status save_index(Segment& segment);
  Status append_run(Segment& segment, std::span<const StoredBatch> batches);
  void add_segment(int64_t base_offset, int64_t begun_ms) WEIR_REQUIRES(mutex_);
  Result<std::shared_ptr<SegmentIndex>> load_index(const SegmentInfo& info) const;
  Status complete_index(const SegmentInfo& info, SegmentIndex& index) const;
  // Loads the index of the segment that holds `offset`, if it is not in memory.
  Status ensure_index(int64_t offset) const;
  Result<Place> place_of(int64_t offset) const;
  // Shows the batches from `place` on, in order, checked against their neighbours, until it says
  // stop.
  enum class Next { more, stop };
  using BatchVisitor = std::function<Result<Next>(BytesView batch)>;
  Status walk(const Place& place, size_t read_ahead, const BatchVisitor& visit) const;

  FileCache& cache_;
  const std::string folder_;
  mutable Mutex mutex_;
  mutable std::vector<Segment> segments_ WEIR_GUARDED_BY(mutex_);
  bool sealed_ WEIR_GUARDED_BY(mutex_) = false;
  int64_t begun_ms_ WEIR_GUARDED_BY(mutex_) = 0;    // of the last segment
  int64_t end_offset_ WEIR_GUARDED_BY(mutex_) = 0;  // while there are no segments
  // The writer's own.
  bool prepared_ = false;
  bool names_changed_ = false;
};

}  // namespace weir::broker::log

#include "weir/broker/log/partition_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "weir/base/check.h"
#include "weir/broker/log/append_queue.h"
#include "weir/kafka/protocol/record_batch.h"

namespace weir::broker::log {

using kafka::protocol::KafkaError;
using kafka::protocol::RecordBatchView;

namespace {

// Nothing is replicated and nothing that was seen is ever truncated, so that there is only one
// epoch.
constexpr int32_t kLeaderEpoch = 0;
// Batches to copy to a segment in one write.
constexpr size_t kSpillBytes = 4u << 20;

SequencedBatch sequenced(const RecordBatchView& batch, int64_t base_offset, int64_t time_ms) {
  return {batch.producer_id(),   batch.producer_epoch(),
          batch.base_sequence(), batch.last_sequence(),
          base_offset,           time_ms};
}

}  // namespace

PartitionLog::PartitionLog(const PartitionContext& context, std::string topic,
                           uint32_t topic_number, int32_t index, std::string folder)
    : context_(context),
      topic_(std::move(topic)),
      topic_number_(topic_number),
      index_(index),
      segments_(context.cache, std::move(folder)),
      rules_(context.rules) {}

// Answers without a frame, in the order of the queue.
void PartitionLog::refuse(KafkaError error, AppendCallback done) const {
  context_.queue.push_answer(std::move(done), {.error = error});
}

AppendResult PartitionLog::result_at(int64_t base_offset) const {
  return {.error = KafkaError::none,
          .base_offset = base_offset,
          .log_start_offset = start_offset_,
          .append_time = context_.clock.now()};
}

void PartitionLog::append(Bytes bytes, AppendCallback done) {
  const auto parsed = RecordBatchView::parse(bytes);
  if (!parsed || parsed->size() != bytes.size() || parsed->record_count() <= 0) {
    return refuse(KafkaError::corrupt_message, std::move(done));
  }
  if (bytes.size() > context_.queue.max_payload())
    return refuse(KafkaError::message_too_large, std::move(done));
  const int64_t records = int64_t{parsed->last_offset_delta()} + 1;
  const int64_t max_time = parsed->max_timestamp();
  const bool has_producer = parsed->has_producer_id();

  MutexLock lock(mutex_);
  if (deleted_) return refuse(KafkaError::unknown_topic_or_partition, std::move(done));
  const int64_t base = next_offset_;
  AppendResult result = result_at(base);
  const SequencedBatch sequence = sequenced(*parsed, base, to_millis(result.append_time));
  if (has_producer) {
    const SequenceVerdict verdict = producers_.check(sequence);
    if (verdict.error != KafkaError::none) return refuse(verdict.error, std::move(done));
    if (verdict.repeat_of) {
      // The answer waits in the queue behind the original, so that it is as durable as that.
      result.base_offset = *verdict.repeat_of;
      return context_.queue.push_answer(std::move(done), result);
    }
  }
  kafka::protocol::set_base_offset(bytes.data(), base);
  kafka::protocol::set_partition_leader_epoch(bytes.data(), kLeaderEpoch);
  auto shared = std::make_shared<const Bytes>(std::move(bytes));
  QueueEntry entry;
  entry.topic = topic_number_;
  entry.partition = static_cast<uint32_t>(index_);
  entry.base_offset = base;
  entry.payload = shared;
  entry.log = shared_from_this();
  entry.done = std::move(done);
  entry.result = result;
  // Queued under our lock, so that the journal has this partition's batches in offset order.
  if (!context_.queue.push(entry))
    return refuse(KafkaError::kafka_storage_error, std::move(entry.done));
  if (has_producer) producers_.enter(sequence);
  push_hot(std::move(shared), base, base + records, max_time, 0);
}

void PartitionLog::push_hot(std::shared_ptr<const Bytes> bytes, int64_t base, int64_t next,
                            int64_t max_time, Lsn lsn) {
  const size_t size = bytes->size();
  if (hot_.empty()) hot_since_ms_ = to_millis(context_.clock.now());
  hot_.push_back({{std::move(bytes), base, next, max_time}, lsn, hot_end_});
  hot_end_ += size;
  next_offset_ = next;
}

void PartitionLog::confirm_oldest(Lsn lsn) {
  MutexLock lock(mutex_);
  if (deleted_) return;
  WEIR_CHECK(durable_hot_ < hot_.size());
  HotBatch& hot = hot_[durable_hot_++];
  hot.lsn = lsn;
  high_watermark_ = hot.batch.next_offset;
  context_.hot_bytes += hot.batch.bytes->size();
  const int64_t producer_id = load_be<int64_t>(hot.batch.bytes->data() + 43);
  if (producer_id != kafka::protocol::kNoProducerId)
    producers_.confirm(producer_id, high_watermark_);
}

void PartitionLog::drop_pending() {
  while (hot_.size() > durable_hot_) {
    hot_end_ = hot_.back().begin;
    hot_.pop_back();
  }
  next_offset_ = high_watermark_;
}

void PartitionLog::roll_back() {
  MutexLock lock(mutex_);
  if (deleted_) return;
  drop_pending();
  producers_.roll_back(high_watermark_);
}

void PartitionLog::mark_deleted() {
  MutexLock lock(mutex_);
  for (size_t i = 0; i < durable_hot_; ++i) context_.hot_bytes -= hot_[i].batch.bytes->size();
  hot_.clear();
  durable_hot_ = 0;
  spilled_lsn_ = 0;
  start_offset_ = next_offset_ = high_watermark_;
  deleted_ = true;
}

void PartitionLog::delete_before(int64_t offset, DeleteCallback done) {
  const auto self = shared_from_this();
  auto answer = [self, done = std::move(done)](const AppendResult& result) {
    const bool good = result.error == KafkaError::none;
    done({result.error, good ? self->start_offset() : -1});
  };
  MutexLock lock(mutex_);
  if (deleted_) return refuse(KafkaError::unknown_topic_or_partition, std::move(answer));
  if (offset < 0 || offset > high_watermark_)
    return refuse(KafkaError::offset_out_of_range, std::move(answer));
  if (offset <= start_offset_) return refuse(KafkaError::none, std::move(answer));
  QueueEntry entry;
  entry.type = FrameType::start_raised;
  entry.topic = topic_number_;
  entry.partition = static_cast<uint32_t>(index_);
  entry.base_offset = offset;
  entry.payload = std::make_shared<const Bytes>();
  entry.applied = [self, offset](const Status& durable) {
    if (!durable) return;
    const int64_t moved = self->raise_start(offset);
    if (moved == 0) return;  // another one was on its way before this one, and went as far
    self->context_.counters.start_moves.add();
    self->context_.counters.removed_offsets.add(static_cast<uint64_t>(moved));
  };
  entry.done = std::move(answer);
  if (!context_.queue.push(entry))
    return refuse(KafkaError::kafka_storage_error, std::move(entry.done));
}

int64_t PartitionLog::raise_start(int64_t offset) {
  MutexLock lock(mutex_);
  if (deleted_ || offset <= start_offset_) return 0;
  const int64_t moved = offset - std::exchange(start_offset_, offset);
  context_.start_raised = true;
  return moved;
}

bool PartitionLog::first_in_flush(uint64_t flush) {
  return std::exchange(last_flush_, flush) != flush;
}

size_t PartitionLog::find_hot(int64_t offset) const {
  const auto after = std::upper_bound(
      hot_.begin(), hot_.end(), offset,
      [](int64_t wanted, const HotBatch& hot) { return wanted < hot.batch.base_offset; });
  return static_cast<size_t>(after - hot_.begin()) - 1;
}

Error PartitionLog::out_of_range(int64_t offset) const {
  return Error(ErrorCode::invalid_argument,
               fmt::format("offset {} of {}-{} is not between {} and {}", offset, topic_, index_,
                           start_offset_, high_watermark_));
}

Result<FetchSlice> PartitionLog::read(int64_t offset, size_t max_bytes,
                                      AtLeastOne at_least_one) const {
  FetchSlice slice;
  {
    MutexLock lock(mutex_);
    if (deleted_)
      return Error(ErrorCode::not_found, fmt::format("{}-{} was deleted", topic_, index_));
    slice.start_offset = start_offset_;
    slice.high_watermark = high_watermark_;
    if (offset < start_offset_ || offset > high_watermark_) return out_of_range(offset);
    if (offset == high_watermark_) return slice;
    if (durable_hot_ > 0 && offset >= hot_.front().batch.base_offset) {
      for (size_t i = find_hot(offset); i < durable_hot_ && slice.size < max_bytes; ++i) {
        const size_t size = hot_[i].batch.bytes->size();
        const bool needed = slice.pieces.empty() && at_least_one == AtLeastOne::yes;
        if (slice.size + size > max_bytes && !needed) break;
        slice.pieces.push_back(hot_[i].batch.bytes);
        slice.size += size;
      }
      return slice;
    }
  }
  auto cold = segments_.read(offset, max_bytes, at_least_one);
  if (!cold) {
    // The segment may have been removed under our hands.
    MutexLock lock(mutex_);
    return offset < start_offset_ ? out_of_range(offset) : std::move(cold.error());
  }
  slice.size = cold->size();
  if (!cold->empty()) slice.pieces.push_back(std::make_shared<const Bytes>(std::move(*cold)));
  return slice;
}

int64_t PartitionLog::start_offset() const {
  MutexLock lock(mutex_);
  return start_offset_;
}

int64_t PartitionLog::high_watermark() const {
  MutexLock lock(mutex_);
  return high_watermark_;
}

uint64_t PartitionLog::available_bytes(int64_t offset) const {
  MutexLock lock(mutex_);
  if (offset >= high_watermark_) return 0;
  const uint64_t durable_end = durable_hot_ < hot_.size() ? hot_[durable_hot_].begin : hot_end_;
  if (durable_hot_ == 0) return segments_.bytes_from(offset);
  const HotBatch& first = hot_.front();
  if (offset >= first.batch.base_offset) return durable_end - hot_[find_hot(offset)].begin;
  return segments_.bytes_from(offset) + durable_end - first.begin;
}

uint64_t PartitionLog::size_bytes() const {
  MutexLock lock(mutex_);
  if (deleted_) return 0;
  const uint64_t durable_end = durable_hot_ < hot_.size() ? hot_[durable_hot_].begin : hot_end_;
  return segments_.size_bytes() + (durable_hot_ == 0 ? 0 : durable_end - hot_.front().begin);
}

Result<std::optional<OffsetAndTime>> PartitionLog::find_hot_by_time(int64_t timestamp_ms,
                                                                    int64_t from) const {
  std::shared_ptr<const Bytes> candidate;
  int64_t after = from;
  for (;;) {
    {
      MutexLock lock(mutex_);
      candidate = nullptr;
      for (size_t i = 0; i < durable_hot_ && !candidate; ++i) {
        const StoredBatch& batch = hot_[i].batch;
        if (batch.next_offset <= after || batch.max_timestamp < timestamp_ms) continue;
        candidate = batch.bytes;
        after = batch.next_offset;
      }
    }
    if (!candidate) return std::optional<OffsetAndTime>();
    WEIR_TRY_ASSIGN(const auto found, find_record_by_time(*candidate, timestamp_ms, from));
    if (found) return found;
  }
}

Result<std::optional<OffsetAndTime>> PartitionLog::offset_for_time(int64_t timestamp_ms) const {
  for (;;) {
    const int64_t from = start_offset();
    auto found = find_by_time(timestamp_ms, from);
    // Segments may have been removed under our hands.
    if (start_offset() == from) return found;
  }
}

Result<std::optional<OffsetAndTime>> PartitionLog::find_by_time(int64_t timestamp_ms,
                                                                int64_t from) const {
  // Hot batches may move to the segments meanwhile, never the other way.
  const int64_t cold_end = segments_.end_offset();
  WEIR_TRY_ASSIGN(auto found, segments_.find_by_time(timestamp_ms, from));
  if (found) return found;
  WEIR_TRY_ASSIGN(found, find_hot_by_time(timestamp_ms, from));
  if (segments_.end_offset() == cold_end) return found;
  WEIR_TRY_ASSIGN(const auto moved, segments_.find_by_time(timestamp_ms, from));
  return moved ? moved : found;
}

Result<std::optional<OffsetAndTime>> PartitionLog::offset_of_max_timestamp() const {
  std::optional<int64_t> max;
  int64_t from = 0;
  {
    MutexLock lock(mutex_);
    from = start_offset_;
    max = segments_.max_timestamp(from);
    for (size_t i = 0; i < durable_hot_; ++i) {
      if (hot_[i].batch.next_offset > from) max = std::max(max, {hot_[i].batch.max_timestamp});
    }
  }
  if (!max) return std::optional<OffsetAndTime>();
  WEIR_TRY_ASSIGN(const auto found, offset_for_time(*max));
  if (found) return found;
  // The largest one was of a deleted record that shares a segment or a batch with kept ones.
  WEIR_TRY_ASSIGN(max, max_timestamp_from(from));
  if (!max) return std::optional<OffsetAndTime>();
  return offset_for_time(*max);
}

Result<std::optional<int64_t>> PartitionLog::max_timestamp_from(int64_t from) const {
  std::vector<std::shared_ptr<const Bytes>> hot;
  {
    MutexLock lock(mutex_);
    for (size_t i = 0; i < durable_hot_; ++i) hot.push_back(hot_[i].batch.bytes);
  }
  WEIR_TRY_ASSIGN(std::optional<int64_t> max, segments_.max_timestamp_from(from));
  for (const auto& batch : hot) {
    WEIR_TRY_ASSIGN(const auto time, max_record_time(*batch, from));
    max = std::max(max, time);
  }
  return max;
}

void PartitionLog::restore(PartitionSnapshot snapshot) {
  MutexLock lock(mutex_);
  start_offset_ = snapshot.start_offset;
  segments_.restore(std::move(snapshot.segments), snapshot.end_offset,
                    to_millis(context_.clock.now()));
  if (start_offset_ > 0) context_.start_raised = true;
  high_watermark_ = next_offset_ = segments_.end_offset();
  for (const SequencedBatch& batch : snapshot.producers) producers_.replay(batch);
}

Status PartitionLog::replay(BytesView bytes, int64_t base_offset, Lsn lsn) {
  MutexLock lock(mutex_);
  if (base_offset < next_offset_) return {};  // in a segment already
  WEIR_TRY_ASSIGN(const RecordBatchView batch, RecordBatchView::parse(bytes));
  if (base_offset != next_offset_ || batch.base_offset() != base_offset ||
      batch.size() != bytes.size()) {
    return Error(ErrorCode::corrupt,
                 fmt::format("{}-{}: the journal goes on with offset {} where {} should follow",
                             topic_, index_, base_offset, next_offset_));
  }
  if (batch.has_producer_id()) {
    producers_.replay(sequenced(batch, base_offset, to_millis(context_.clock.now())));
  }
  push_hot(std::make_shared<const Bytes>(bytes), base_offset, batch.next_offset(),
           batch.max_timestamp(), lsn);
  ++durable_hot_;
  high_watermark_ = next_offset_;
  context_.hot_bytes += bytes.size();
  return {};
}

// What was lost beyond repair lay below the start anyway: go on from there.
void PartitionLog::finish_replay() {
  MutexLock lock(mutex_);
  if (high_watermark_ < start_offset_) high_watermark_ = next_offset_ = start_offset_;
}

void PartitionLog::set_rules(const CleanupRules& rules) {
  MutexLock lock(mutex_);
  rules_ = rules;
}

Status PartitionLog::close_old_segment() {
  {
    MutexLock lock(mutex_);
    std::optional<int64_t> since = segments_.active_since_ms();
    if (!since && durable_hot_ > 0) since = hot_since_ms_;
    const int64_t now = to_millis(context_.clock.now());
    if (deleted_ || !since || now - *since < rules_.segment_ms) return {};
  }
  WEIR_TRY(spill());
  segments_.seal();
  return {};
}

// As Kafka does it: from the oldest segment on, as long as each one is past its time or what stays
// without it is still large enough. A segment with a record of the future stays until then. The
// active one goes with the others, once all of it is old.
int64_t PartitionLog::start_by_rules() const {
  MutexLock lock(mutex_);
  if (deleted_ || !rules_.deletes) return start_offset_;
  std::vector<SegmentInfo> parts = segments_.segments();
  // What is in memory will be in the active segment.
  if (durable_hot_ > 0 && !segments_.active_since_ms()) {
    const int64_t base = hot_.front().batch.base_offset;
    parts.push_back({base, base, 0, std::numeric_limits<int64_t>::min()});
  }
  for (size_t i = 0; i < durable_hot_; ++i) {
    const StoredBatch& batch = hot_[i].batch;
    parts.back().next_offset = batch.next_offset;
    parts.back().size += batch.bytes->size();
    parts.back().max_timestamp = std::max(parts.back().max_timestamp, batch.max_timestamp);
  }
  uint64_t left = 0;
  for (const SegmentInfo& part : parts) left += part.size;
  const int64_t now = to_millis(context_.clock.now());
  int64_t start = start_offset_;
  for (const SegmentInfo& part : parts) {
    left -= part.size;
    const bool past_time = rules_.retention_ms >= 0 && part.max_timestamp >= 0 &&
                           now - part.max_timestamp > rules_.retention_ms;
    const bool past_size =
        rules_.retention_bytes >= 0 && left >= static_cast<uint64_t>(rules_.retention_bytes);
    if (!past_time && !past_size) break;
    start = std::max(start, part.next_offset);
  }
  return start;
}

Result<RemovedSegments> PartitionLog::trim() {
  std::vector<SegmentInfo> dropped;
  {
    MutexLock lock(mutex_);
    if (deleted_) return RemovedSegments{};
    while (durable_hot_ > 0 && hot_.front().batch.next_offset <= start_offset_) {
      context_.hot_bytes -= hot_.front().batch.bytes->size();
      hot_.pop_front();
      --durable_hot_;
    }
    const int64_t end = hot_.empty() ? high_watermark_ : hot_.front().batch.base_offset;
    dropped = segments_.drop_before(start_offset_, end);
  }
  RemovedSegments removed{.count = dropped.size(), .bytes = 0};
  for (const SegmentInfo& info : dropped) removed.bytes += info.size;
  WEIR_TRY(segments_.remove_files(dropped));
  return removed;
}

Status PartitionLog::spill() {
  for (;;) {
    std::vector<StoredBatch> batches;
    SegmentLog::AppendRules rules;
    {
      MutexLock lock(mutex_);
      rules = {.segment_bytes = static_cast<uint64_t>(rules_.segment_bytes),
               .begun_ms = hot_since_ms_};
      size_t size = 0;
      for (size_t i = 0; i < durable_hot_ && size < kSpillBytes; ++i) {
        // A write that failed half way may have left the first ones in the segment.
        if (hot_[i].batch.base_offset < segments_.end_offset()) continue;
        batches.push_back(hot_[i].batch);
        size += hot_[i].batch.bytes->size();
      }
    }
    const Status written = segments_.append(batches, rules);
    MutexLock lock(mutex_);
    const int64_t end = segments_.end_offset();
    hot_since_ms_ = to_millis(context_.clock.now());
    while (durable_hot_ > 0 && hot_.front().batch.base_offset < end) {
      if (spilled_lsn_ == 0) spilled_lsn_ = hot_.front().lsn;
      context_.hot_bytes -= hot_.front().batch.bytes->size();
      hot_.pop_front();
      --durable_hot_;
    }
    if (!written || durable_hot_ == 0 || batches.empty()) return written;
  }
}

Status PartitionLog::sync_segments() {
  WEIR_TRY(segments_.sync());
  MutexLock lock(mutex_);
  spilled_lsn_ = 0;
  return {};
}

Lsn PartitionLog::first_unsynced_lsn() const {
  MutexLock lock(mutex_);
  if (deleted_) return 0;
  if (spilled_lsn_ != 0) return spilled_lsn_;
  return durable_hot_ > 0 ? hot_.front().lsn : 0;
}

PartitionSnapshot PartitionLog::snapshot() const {
  MutexLock lock(mutex_);
  return {start_offset_, segments_.synced_end(), segments_.synced_segments(),
          producers_.durable_batches(high_watermark_)};
}

void PartitionLog::expire_producers(int64_t before_ms) {
  MutexLock lock(mutex_);
  producers_.expire(before_ms);
}

}  // namespace weir::broker::log

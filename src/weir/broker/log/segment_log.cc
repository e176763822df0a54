#include "weir/broker/log/segment_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "weir/base/check.h"
#include "weir/base/log.h"
#include "weir/kafka/protocol/record_batch.h"

namespace weir::broker::log {
namespace {

constexpr Logger kLog("broker.log");
constexpr size_t kBatchPrefix = 17;
constexpr BytesView kLogSuffix = ".log";
constexpr BytesView kIndexSuffix = ".index";
constexpr int64_t kMaxRelativeOffset = std::numeric_limits<int32_t>::max();
constexpr uint64_t kMaxSegmentSize = std::numeric_limits<uint32_t>::max();

Error damage(const std::string& path, uint64_t position, std::string_view what) {
  return Error(ErrorCode::corrupt, fmt::format("{} at byte {}: {}", path, position, what));
}

}  // namespace

using kafka::protocol::RecordBatchView;

Result<std::optional<OffsetAndTime>> find_record_by_time(BytesView bytes, int64_t timestamp_ms,
                                                         int64_t from) {
  WEIR_TRY_ASSIGN(const RecordBatchView batch, RecordBatchView::parse(bytes));
  if (batch.max_timestamp() < timestamp_ms || batch.next_offset() <= from)
    return std::optional<OffsetAndTime>();
  if (batch.uses_log_append_time()) {
    return std::optional(OffsetAndTime{std::max(batch.base_offset(), from), batch.max_timestamp()});
  }
  WEIR_TRY_ASSIGN(auto reader, kafka::protocol::RecordReader::open(batch));
  for (;;) {
    WEIR_TRY_ASSIGN(const auto record, reader.next());
    if (!record) return std::optional<OffsetAndTime>();
    if (record->offset >= from && record->timestamp >= timestamp_ms)
      return std::optional(OffsetAndTime{record->offset, record->timestamp});
  }
}

Result<std::optional<int64_t>> max_record_time(BytesView bytes, int64_t from) {
  WEIR_TRY_ASSIGN(const RecordBatchView batch, RecordBatchView::parse(bytes));
  std::optional<int64_t> max;
  if (batch.next_offset() <= from) return max;
  if (batch.base_offset() >= from || batch.uses_log_append_time())
    return std::optional(batch.max_timestamp());
  WEIR_TRY_ASSIGN(auto reader, kafka::protocol::RecordReader::open(batch));
  for (;;) {
    WEIR_TRY_ASSIGN(const auto record, reader.next());
    if (!record) return max;
    if (record->offset >= from) max = std::max(max.value_or(record->timestamp), record->timestamp);
  }
}

std::string SegmentLog::segment_path(int64_t base_offset, std::string_view suffix) const {
  return fmt::format("{}/{:020}{}", folder_, base_offset, suffix);
}

void SegmentLog::restore(std::vector<SegmentInfo> segments, int64_t end_offset, int64_t now_ms) {
  MutexLock lock(mutex_);
  begun_ms_ = now_ms;
  if (!segments.empty() && segments.back().max_timestamp >= 0)
    begun_ms_ = std::min(now_ms, segments.back().max_timestamp);
  end_offset_ = end_offset;
  segments_.reserve(segments.size());
  for (const SegmentInfo& info : segments) segments_.push_back({info, info, nullptr, 0});
}

int64_t SegmentLog::end_offset() const {
  MutexLock lock(mutex_);
  return segments_.empty() ? end_offset_ : segments_.back().now.next_offset;
}

void SegmentLog::seal() {
  MutexLock lock(mutex_);
  sealed_ = true;
}

std::vector<SegmentInfo> SegmentLog::segments() const {
  MutexLock lock(mutex_);
  std::vector<SegmentInfo> all;
  for (const Segment& segment : segments_) all.push_back(segment.now);
  return all;
}

std::optional<int64_t> SegmentLog::active_since_ms() const {
  MutexLock lock(mutex_);
  if (segments_.empty() || sealed_) return std::nullopt;
  return begun_ms_;
}

std::vector<SegmentInfo> SegmentLog::drop_before(int64_t offset, int64_t end) {
  MutexLock lock(mutex_);
  std::vector<SegmentInfo> dropped;
  for (const Segment& segment : segments_) {
    if (segment.now.next_offset > offset) break;
    dropped.push_back(segment.now);
  }
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<ptrdiff_t>(dropped.size()));
  if (segments_.empty()) end_offset_ = end;
  return dropped;
}

Status SegmentLog::remove_files(std::span<const SegmentInfo> dropped) {
  io::FileSystem& files = cache_.files();
  if (dropped.empty() || !files.exists(folder_)) return {};
  for (const SegmentInfo& info : dropped) {
    for (const std::string_view suffix : {kLogSuffix, kIndexSuffix}) {
      const std::string path = segment_path(info.base_offset, suffix);
      cache_.forget(path);
      if (files.exists(path)) WEIR_TRY(files.remove(path));
    }
  }
  // Before the next checkpoint, which will not know them: nobody would look for them again.
  return files.sync_directory(folder_);
}

uint64_t SegmentLog::size_bytes() const {
  MutexLock lock(mutex_);
  uint64_t size = 0;
  for (const Segment& segment : segments_) size += segment.now.size;
  return size;
}

uint64_t SegmentLog::bytes_from(int64_t offset) const {
  MutexLock lock(mutex_);
  uint64_t size = 0;
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    if (segment->now.next_offset <= offset) break;
    const SegmentIndex::Entry* entry = segment->index ? segment->index->floor(offset) : nullptr;
    size += segment->now.size - (entry ? entry->position : 0);
  }
  return size;
}

bool SegmentLog::needs_sync() const {
  MutexLock lock(mutex_);
  return std::any_of(segments_.begin(), segments_.end(), [](const Segment& segment) {
    return segment.now.size != segment.synced.size;
  });
}

std::vector<SegmentInfo> SegmentLog::synced_segments() const {
  MutexLock lock(mutex_);
  std::vector<SegmentInfo> synced;
  for (const Segment& segment : segments_) {
    if (segment.synced.size > 0) synced.push_back(segment.synced);
  }
  return synced;
}

int64_t SegmentLog::synced_end() const {
  MutexLock lock(mutex_);
  if (segments_.empty()) return end_offset_;
  int64_t end = segments_.front().now.base_offset;
  for (const Segment& segment : segments_) {
    if (segment.synced.size > 0) end = segment.synced.next_offset;
  }
  return end;
}

std::optional<int64_t> SegmentLog::max_timestamp(int64_t from) const {
  MutexLock lock(mutex_);
  std::optional<int64_t> max;
  for (const Segment& segment : segments_) {
    if (segment.now.next_offset <= from) continue;
    max = std::max(max.value_or(segment.now.max_timestamp), segment.now.max_timestamp);
  }
  return max;
}

Result<std::optional<int64_t>> SegmentLog::max_timestamp_from(int64_t from) const {
  std::optional<int64_t> max;
  if (from >= end_offset()) return max;
  // Only the segment that `from` lies in has records before it.
  WEIR_TRY_ASSIGN(const Place place, place_of(from));
  int64_t reached = from;
  WEIR_TRY(walk(place, 1u << 20, [&](BytesView bytes) -> Result<Next> {
    WEIR_TRY_ASSIGN(const auto time, max_record_time(bytes, from));
    max = std::max(max, time);
    WEIR_TRY_ASSIGN(const RecordBatchView batch, RecordBatchView::parse(bytes));
    reached = batch.next_offset();
    return Next::more;
  }));
  return std::max(max, max_timestamp(reached));
}

// What a crash may have left behind must not be found again: bytes after the recorded end, files
// after the last segment, an index that describes bytes which are gone.
Status SegmentLog::prepare_for_writing() {
  io::FileSystem& files = cache_.files();
  std::vector<SegmentInfo> known;
  {
    MutexLock lock(mutex_);
    for (const Segment& segment : segments_) known.push_back(segment.now);
  }
  if (!files.exists(folder_)) WEIR_TRY(files.make_directories(folder_));
  WEIR_TRY_ASSIGN(const std::vector<std::string> names, files.list(folder_));
  for (const std::string& name : names) {
    const bool listed = std::any_of(known.begin(), known.end(), [&](const SegmentInfo& info) {
      return name.starts_with(fmt::format("{:020}.", info.base_offset));
    });
    if (!listed) WEIR_TRY(files.remove(folder_ + "/" + name));
  }
  if (!known.empty()) {
    const SegmentInfo& last = known.back();
    WEIR_TRY_ASSIGN(const auto file,
                    cache_.get(segment_path(last.base_offset, kLogSuffix), io::OpenMode::write));
    WEIR_TRY_ASSIGN(const uint64_t size, file->size());
    if (size < last.size)
      return damage(segment_path(last.base_offset, kLogSuffix), size, "the file is too short");
    if (size > last.size) WEIR_TRY(file->truncate(last.size));
    const std::string index_path = segment_path(last.base_offset, kIndexSuffix);
    WEIR_TRY(ensure_index(last.base_offset));
    if (const auto bytes = io::read_file(files, index_path)) {
      const auto index = SegmentIndex::decode(*bytes);
      if (!index || index->covered() > last.size) WEIR_TRY(files.remove(index_path));
    }
  }
  names_changed_ = true;
  prepared_ = true;
  return {};
}

void SegmentLog::add_segment(int64_t base_offset, int64_t begun_ms) {
  SegmentInfo info{base_offset, base_offset, 0, std::numeric_limits<int64_t>::min()};
  segments_.push_back({info, info, std::make_shared<SegmentIndex>(base_offset), 0});
  names_changed_ = true;
  sealed_ = false;
  begun_ms_ = begun_ms;
}

Status SegmentLog::append(std::span<const StoredBatch> batches, const AppendRules& rules) {
  if (!prepared_) WEIR_TRY(prepare_for_writing());
  while (!batches.empty()) {
    Segment* last = nullptr;
    size_t count = 0;
    {
      MutexLock lock(mutex_);
      const auto fits = [&](const SegmentInfo& info, uint64_t size, const StoredBatch& next) {
        return size == 0 ||
               (size + next.bytes->size() <= std::min(rules.segment_bytes, kMaxSegmentSize) &&
                next.next_offset - info.base_offset <= kMaxRelativeOffset);
      };
      if (segments_.empty() || sealed_ ||
          !fits(segments_.back().now, segments_.back().now.size, batches[0])) {
        add_segment(batches[0].base_offset, rules.begun_ms);
      }
      last = &segments_.back();
      WEIR_CHECK(last->now.next_offset == batches[0].base_offset);
      uint64_t size = last->now.size;
      for (; count < batches.size() && fits(last->now, size, batches[count]); ++count) {
        size += batches[count].bytes->size();
      }
    }
    WEIR_TRY(append_run(*last, batches.first(count)));
    batches = batches.subspan(count);
  }
  return {};
}

// `segment` is the last one; only the writer, which is us, adds segments, so that the reference
// holds.
Status SegmentLog::append_run(Segment& segment, std::span<const StoredBatch> batches) {
  const bool fresh = segment.now.size == 0;
  WEIR_TRY_ASSIGN(const auto file, cache_.get(segment_path(segment.now.base_offset, kLogSuffix),
                                              fresh ? io::OpenMode::create : io::OpenMode::write));
  std::vector<BytesView> pieces;
  for (const StoredBatch& batch : batches) pieces.push_back(*batch.bytes);
  WEIR_TRY(file->write_at(segment.now.size, pieces));
  MutexLock lock(mutex_);
  for (const StoredBatch& batch : batches) {
    segment.index->add(batch.base_offset, batch.bytes->size(), batch.max_timestamp);
    segment.now.size += batch.bytes->size();
    segment.now.next_offset = batch.next_offset;
    segment.now.max_timestamp = std::max(segment.now.max_timestamp, batch.max_timestamp);
  }
  return {};
}

Status SegmentLog::save_index(Segment& segment) {
  Bytes encoded;
  {
    MutexLock lock(mutex_);
    if (!segment.index || segment.index->covered() < segment.index_saved + SegmentIndex::kInterval)
      return {};
    segment.index_saved = segment.index->covered();
    encoded = segment.index->encode();
  }
  const std::string path = segment_path(segment.now.base_offset, kIndexSuffix);
  WEIR_TRY_ASSIGN(const auto file, cache_.files().open(path, io::OpenMode::truncate));
  return file->write_at(0, encoded);
}

Status SegmentLog::sync() {
  std::vector<Segment*> dirty;
  {
    MutexLock lock(mutex_);
    for (Segment& segment : segments_) {
      if (segment.now.size != segment.synced.size) dirty.push_back(&segment);
    }
  }
  for (Segment* segment : dirty) {
    WEIR_TRY_ASSIGN(const auto file, cache_.get(segment_path(segment->now.base_offset, kLogSuffix),
                                                io::OpenMode::write));
    WEIR_TRY(file->sync_data());
    // The index is a convenience: when it cannot be written, it is rebuilt from the segment one
    // day.
    if (const Status saved = save_index(*segment); !saved) {
      kLog.debug("could not write an index",
                 {{"folder", folder_}, {"error", saved.error().to_string()}});
    }
  }
  if (names_changed_ && !dirty.empty()) {
    WEIR_TRY(cache_.files().sync_directory(folder_));
    names_changed_ = false;
  }
  MutexLock lock(mutex_);
  for (Segment* segment : dirty) segment->synced = segment->now;
  return {};
}

Status SegmentLog::complete_index(const SegmentInfo& info, SegmentIndex& index) const {
  Place start{segment_path(info.base_offset, kLogSuffix), info.base_offset, 0, info.size};
  if (const auto last = index.take_last()) {
    start.offset = index.offset_of(*last);
    start.position = last->position;
  }
  return walk(start, 1u << 20, [&](BytesView bytes) -> Result<Next> {
    WEIR_TRY_ASSIGN(const RecordBatchView batch, RecordBatchView::parse(bytes));
    index.add(batch.base_offset(), batch.size(), batch.max_timestamp());
    return Next::more;
  });
}

Result<std::shared_ptr<SegmentIndex>> SegmentLog::load_index(const SegmentInfo& info) const {
  auto index = std::make_shared<SegmentIndex>(info.base_offset);
  if (const auto bytes =
          io::read_file(cache_.files(), segment_path(info.base_offset, kIndexSuffix))) {
    auto read = SegmentIndex::decode(*bytes);
    // An index that covers more was written for bytes which a crash took back.
    if (read && read->base_offset() == info.base_offset && read->covered() <= info.size)
      *index = std::move(*read);
  }
  if (index->covered() < info.size) WEIR_TRY(complete_index(info, *index));
  return index;
}

Status SegmentLog::ensure_index(int64_t offset) const {
  SegmentInfo info;
  {
    MutexLock lock(mutex_);
    const auto after = std::upper_bound(
        segments_.begin(), segments_.end(), offset,
        [](int64_t wanted, const Segment& segment) { return wanted < segment.now.base_offset; });
    if (after == segments_.begin())
      return Error(ErrorCode::invalid_argument, "offset is before the log");
    if ((after - 1)->index) return {};
    info = (after - 1)->now;
  }
  WEIR_TRY_ASSIGN(std::shared_ptr<SegmentIndex> index, load_index(info));
  MutexLock lock(mutex_);
  for (Segment& segment : segments_) {
    // The writer loads the index before it appends, so that one that is missing here fits what we
    // read.
    if (segment.now.base_offset == info.base_offset && !segment.index) {
      segment.index_saved = index->covered();
      segment.index = std::move(index);
    }
  }
  return {};
}

Result<SegmentLog::Place> SegmentLog::place_of(int64_t offset) const {
  WEIR_TRY(ensure_index(offset));
  MutexLock lock(mutex_);
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), offset,
      [](int64_t wanted, const Segment& segment) { return wanted < segment.now.base_offset; });
  if (after == segments_.begin())
    return Error(ErrorCode::invalid_argument, "offset is before the log");
  const Segment& segment = *(after - 1);
  Place place{segment_path(segment.now.base_offset, kLogSuffix), segment.now.base_offset, 0,
              segment.now.size};
  if (const SegmentIndex::Entry* entry = segment.index ? segment.index->floor(offset) : nullptr) {
    place.offset = segment.index->offset_of(*entry);
    place.position = entry->position;
  }
  return place;
}

Status SegmentLog::walk(const Place& place, size_t read_ahead, const BatchVisitor& visit) const {
  WEIR_TRY_ASSIGN(const auto file, cache_.get(place.path, io::OpenMode::write));
  Bytes buffer;
  uint64_t buffer_at = place.position;
  uint64_t position = place.position;
  int64_t expected = place.offset;
  // The bytes from `position` on, at least `size` of them.
  const auto ensure = [&](uint64_t size) -> Result<BytesView> {
    if (position + size > place.end) return damage(place.path, position, "a batch is cut off");
    if (position + size > buffer_at + buffer.size()) {
      buffer.resize(std::min(std::max<uint64_t>(size, read_ahead), place.end - position));
      buffer_at = position;
      WEIR_TRY_ASSIGN(const size_t got, file->read_at(position, buffer));
      if (got < size) return damage(place.path, position + got, "the file is too short");
      buffer.resize(got);
    }
    return BytesView(buffer).substr(position - buffer_at);
  };
  while (position < place.end) {
    WEIR_TRY_ASSIGN(const BytesView prefix, ensure(kBatchPrefix));
    const auto size = RecordBatchView::size_of(prefix);
    if (!size) return damage(place.path, position, size.error().message());
    WEIR_TRY_ASSIGN(const BytesView bytes, ensure(*size));
    const auto batch = RecordBatchView::parse(bytes);
    if (!batch) return damage(place.path, position, batch.error().message());
    if (batch->base_offset() != expected) {
      return damage(
          place.path, position,
          fmt::format("offset {} where {} should follow", batch->base_offset(), expected));
    }
    if (!batch->verify_crc()) return damage(place.path, position, "a record batch has a wrong CRC");
    WEIR_TRY_ASSIGN(const Next next, visit(bytes.substr(0, *size)));
    if (next == Next::stop) return {};
    position += *size;
    expected = batch->next_offset();
  }
  return {};
}

Result<Bytes> SegmentLog::read(int64_t offset, size_t max_bytes, AtLeastOne at_least_one) const {
  WEIR_TRY_ASSIGN(const Place place, place_of(offset));
  Bytes out;
  const size_t read_ahead = std::min<size_t>(max_bytes, 4u << 20) + SegmentIndex::kInterval;
  WEIR_TRY(walk(place, read_ahead, [&](BytesView bytes) -> Result<Next> {
    WEIR_TRY_ASSIGN(const RecordBatchView batch, RecordBatchView::parse(bytes));
    if (batch.next_offset() <= offset) return Next::more;
    const bool needed = out.empty() && at_least_one == AtLeastOne::yes;
    if (out.size() + bytes.size() > max_bytes && !needed) return Next::stop;
    out.append(bytes);
    return out.size() < max_bytes ? Next::more : Next::stop;
  }));
  return out;
}

Result<std::optional<OffsetAndTime>> SegmentLog::find_by_time(int64_t timestamp_ms,
                                                              int64_t from) const {
  std::vector<SegmentInfo> candidates;
  {
    MutexLock lock(mutex_);
    for (const Segment& segment : segments_) {
      if (segment.now.next_offset > from && segment.now.max_timestamp >= timestamp_ms)
        candidates.push_back(segment.now);
    }
  }
  std::optional<OffsetAndTime> found;
  for (const SegmentInfo& info : candidates) {
    WEIR_TRY(ensure_index(info.base_offset));
    Place place{segment_path(info.base_offset, kLogSuffix), info.base_offset, 0, info.size};
    {
      MutexLock lock(mutex_);
      for (const Segment& segment : segments_) {
        if (segment.now.base_offset != info.base_offset || !segment.index) continue;
        if (const auto* entry = segment.index->first_at_or_after(timestamp_ms)) {
          place.offset = segment.index->offset_of(*entry);
          place.position = entry->position;
        }
      }
    }
    WEIR_TRY(walk(place, SegmentIndex::kInterval, [&](BytesView bytes) -> Result<Next> {
      WEIR_TRY_ASSIGN(found, find_record_by_time(bytes, timestamp_ms, from));
      return found ? Next::stop : Next::more;
    }));
    if (found) return found;
  }
  return found;
}

}  // namespace weir::broker::log

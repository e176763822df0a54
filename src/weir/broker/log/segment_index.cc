#include "weir/broker/log/segment_index.h"

#include <algorithm>

#include "weir/base/crc32c.h"

namespace weir::broker::log {
namespace {

constexpr BytesView kMagic = "WEIRIDX1";
constexpr size_t kEntrySize = 16;

Error corrupt(const char* what) { return Error(ErrorCode::corrupt, what); }

}  // namespace

void SegmentIndex::add(int64_t offset, uint64_t size, int64_t max_timestamp) {
  if (entries_.empty() || covered_ - entries_.back().position >= kInterval) {
    entries_.push_back({static_cast<uint32_t>(offset - base_offset_),
                        static_cast<uint32_t>(covered_), max_timestamp});
  }
  entries_.back().max_timestamp = std::max(entries_.back().max_timestamp, max_timestamp);
  covered_ += size;
}

std::optional<SegmentIndex::Entry> SegmentIndex::take_last() {
  if (entries_.empty()) return std::nullopt;
  const Entry last = entries_.back();
  entries_.pop_back();
  covered_ = last.position;
  return last;
}

const SegmentIndex::Entry* SegmentIndex::floor(int64_t offset) const {
  const auto after = std::upper_bound(
      entries_.begin(), entries_.end(), offset,
      [&](int64_t wanted, const Entry& entry) { return wanted < offset_of(entry); });
  return after == entries_.begin() ? nullptr : &*(after - 1);
}

const SegmentIndex::Entry* SegmentIndex::first_at_or_after(int64_t timestamp_ms) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.max_timestamp >= timestamp_ms;
  });
  return found == entries_.end() ? nullptr : &*found;
}

Bytes SegmentIndex::encode() const {
  Bytes out(kMagic);
  ByteWriter writer(out);
  writer.le<uint32_t>(0);
  writer.le<uint32_t>(static_cast<uint32_t>(entries_.size()));
  writer.le<int64_t>(base_offset_);
  writer.le<uint64_t>(covered_);
  for (const Entry& entry : entries_) {
    writer.le<uint32_t>(entry.relative_offset);
    writer.le<uint32_t>(entry.position);
    writer.le<int64_t>(entry.max_timestamp);
  }
  store_le(out.data() + kMagic.size(), crc32c(BytesView(out).substr(kMagic.size() + 4)));
  return out;
}

Result<SegmentIndex> SegmentIndex::decode(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.view(kMagic.size()) != kMagic) return corrupt("not an index file");
  const auto crc = reader.le<uint32_t>();
  if (!reader.ok() || crc32c(bytes.substr(kMagic.size() + 4)) != crc)
    return corrupt("index has a wrong CRC");
  const auto count = reader.le<uint32_t>();
  SegmentIndex index(reader.le<int64_t>());
  index.covered_ = reader.le<uint64_t>();
  if (!reader.ok() || reader.remaining() != count * uint64_t{kEntrySize})
    return corrupt("index has a wrong length");
  if ((count == 0) != (index.covered_ == 0)) return corrupt("index covers nothing");
  index.entries_.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    Entry entry;
    entry.relative_offset = reader.le<uint32_t>();
    entry.position = reader.le<uint32_t>();
    entry.max_timestamp = reader.le<int64_t>();
    const bool first = index.entries_.empty();
    if (first && (entry.relative_offset != 0 || entry.position != 0))
      return corrupt("index begins late");
    if (!first && (entry.relative_offset <= index.entries_.back().relative_offset ||
                   entry.position <= index.entries_.back().position)) {
      return corrupt("index is out of order");
    }
    if (entry.position >= index.covered_) return corrupt("index points past its end");
    index.entries_.push_back(entry);
  }
  return index;
}

}  // namespace weir::broker::log

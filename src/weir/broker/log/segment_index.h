#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::broker::log {

// Where in a segment which offsets and times are, to the nearest kInterval bytes. Made while
// batches are appended, kept beside the segment, and rebuilt from the segment when it is missing or
// damaged: it never holds anything that is not in the segment. Confined.
class SegmentIndex {
 public:
  static constexpr uint64_t kInterval = 32u << 10;

  // A run of batches: where it begins, and the largest timestamp in it.
  struct Entry {
    uint32_t relative_offset = 0;  // to the base offset of the segment
    uint32_t position = 0;
    int64_t max_timestamp = 0;
  };

  explicit SegmentIndex(int64_t base_offset) : base_offset_(base_offset) {}

  // The next batch of the segment, in order.
  void add(int64_t offset, uint64_t size, int64_t max_timestamp);

  // Takes the last run out again and gives where it began: the place to go on with `add` from.
  std::optional<Entry> take_last();

  // Bytes of the segment that were added.
  uint64_t covered() const { return covered_; }
  int64_t base_offset() const { return base_offset_; }
  int64_t offset_of(const Entry& entry) const { return base_offset_ + entry.relative_offset; }
  // The last run that begins at or before `offset`; none in an empty index.
  const Entry* floor(int64_t offset) const;
  // The first run that has a timestamp of `timestamp_ms` or later.
  const Entry* first_at_or_after(int64_t timestamp_ms) const;

  Bytes encode() const;
  // `corrupt` unless every rule of the format holds.
  static Result<SegmentIndex> decode(BytesView bytes);

 private:
  int64_t base_offset_;
  uint64_t covered_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace weir::broker::log

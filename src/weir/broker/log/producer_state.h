#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/kafka/protocol/error_code.h"

namespace weir::broker::log {

// The part of a batch that idempotence looks at.
struct SequencedBatch {
  int64_t producer_id = -1;
  int16_t epoch = -1;
  int32_t first_sequence = -1;
  int32_t last_sequence = -1;
  int64_t base_offset = -1;  // not used by `check`
  int64_t time_ms = 0;       // when the broker took it
};

// What to do with a batch: append it, or (`repeat_of` set) answer the offset it has already, or
// refuse it.
struct SequenceVerdict {
  kafka::protocol::KafkaError error = kafka::protocol::KafkaError::none;
  std::optional<int64_t> repeat_of;
};

// Who produced to one partition, and how far: per producer id its epoch and last five batches. A
// batch is entered when it is queued and confirmed when it is durable; a refused queue is rolled
// back. Rules: a repeat of a remembered batch gets its offset; a lower epoch is refused (47); a
// higher one must start at sequence 0; otherwise the sequence must go on without a gap, 2^31-1
// being followed by 0 (45); an unknown producer may start anywhere. Confined (the partition's
// mutex).
class ProducerState {
 public:
  static constexpr size_t kRemembered = 5;

  SequenceVerdict check(const SequencedBatch& batch) const;
  void enter(const SequencedBatch& batch);
  // Everything below `durable_end` is durable; forgets what that makes obsolete for this producer.
  void confirm(int64_t producer_id, int64_t durable_end);
  // Forgets the batches at or above `durable_end`.
  void roll_back(int64_t durable_end);
  // Enters a batch that is durable, unless it is remembered already.
  void replay(const SequencedBatch& batch);
  // Forgets producers whose last batch is older.
  void expire(int64_t before_ms);

  // The durable batches of all producers, oldest first per producer.
  std::vector<SequencedBatch> durable_batches(int64_t durable_end) const;
  size_t producer_count() const { return producers_.size(); }

 private:
  using Batches = std::deque<SequencedBatch>;
  static void trim(Batches& batches, int64_t durable_end);

  std::unordered_map<int64_t, Batches> producers_;
};

}  // namespace weir::broker::log

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/kafka/protocol/error_code.h"

namespace weir::broker::log {

// What became of one append. `base_offset` is -1 unless `error` is none.
struct AppendResult {
  kafka::protocol::KafkaError error = kafka::protocol::KafkaError::none;
  int64_t base_offset = -1;
  int64_t log_start_offset = -1;
  Timestamp append_time{};  // when the broker took the batch in, not when it became durable
};
using AppendCallback = std::function<void(AppendResult)>;

// What became of one wish to delete records.
struct DeleteResult {
  kafka::protocol::KafkaError error = kafka::protocol::KafkaError::none;
  int64_t start_offset = -1;  // of the partition afterwards; -1 unless `error` is none
};
using DeleteCallback = std::function<void(DeleteResult)>;

// Whole record batches, in offset order: the pieces one after another are what a Fetch response
// carries. Each piece is one or more batches; immutable and shared, valid for as long as it is
// held.
struct FetchSlice {
  std::vector<std::shared_ptr<const Bytes>> pieces;
  size_t size = 0;             // bytes of all pieces
  int64_t start_offset = 0;    // of the partition, in the same moment
  int64_t high_watermark = 0;  // of the partition, in the same moment
};

// A record found by its time.
struct OffsetAndTime {
  int64_t offset = 0;
  int64_t timestamp_ms = 0;
};

enum class AtLeastOne {
  no,   // an empty slice when the first batch is larger than max_bytes
  yes,  // the first batch comes whole whatever its size (Kafka's rule for the first partition of a
        // fetch)
};

// One partition of a topic: a sequence of record batches with dense offsets. Readers see only what
// is durable: the high watermark is the end of what survives a power cut. Shared: any thread may
// call anything. Lives on, empty and refusing appends, after its topic was deleted.
//
//   partition->append(std::move(batch), [](AppendResult result) { … });
//   WEIR_TRY_ASSIGN(const FetchSlice slice, partition->read(offset, 1 << 20, AtLeastOne::yes));
class Partition {
 public:
  virtual ~Partition() = default;

  virtual const std::string& topic() const = 0;
  virtual int32_t index() const = 0;

  // Takes one version-2 batch that the protocol room has validated (whole, CRC right, count > 0),
  // sets its offset and leader epoch in place and queues it for the next group commit. Never blocks
  // on a disk. `done` is called exactly once, on the flusher thread, never from inside this call,
  // after the batch is durable, or with why it is not:
  //   out_of_order_sequence_number, invalid_producer_epoch: idempotence, see producer_state.h;
  //   message_too_large: does not fit a journal file;
  //   kafka_storage_error: disk full, a disk that failed, or too many bytes waiting (back off,
  //   resend); unknown_topic_or_partition: deleted meanwhile.
  // A repeat of one of a producer's last five batches succeeds with the original offset, once that
  // is durable. `done` must be quick and must not call what blocks on the flusher (Storage says
  // which).
  virtual void append(Bytes batch, AppendCallback done) = 0;

  // Raises the start offset to `offset`, durably: what lies before it cannot be read any more when
  // `done` is called, and whole segments below it leave the disk soon after. A start that is there
  // or past there already stays and is a success. `done` comes once, by the rules of `append`:
  //   offset_out_of_range: below 0 or above the high watermark; kafka_storage_error;
  //   unknown_topic_or_partition: deleted meanwhile.
  virtual void delete_before(int64_t offset, DeleteCallback done) = 0;

  // Whole batches from the one that holds `offset` (which may begin before it), up to about
  // `max_bytes`, below the high watermark; empty at the high watermark. `invalid_argument` outside
  // [start_offset, high_watermark]; `corrupt` names file and position; `not_found` after deletion.
  virtual Result<FetchSlice> read(int64_t offset, size_t max_bytes,
                                  AtLeastOne at_least_one) const = 0;

  virtual int64_t start_offset() const = 0;
  virtual int64_t high_watermark() const = 0;
  // Bytes a reader at `offset` could fetch now; cheap, and exact but for a reader inside an old
  // batch.
  virtual uint64_t available_bytes(int64_t offset) const = 0;
  // Bytes of all batches up to high_watermark that are still kept: from start_offset on, and what
  // shares a segment with it.
  virtual uint64_t size_bytes() const = 0;

  // The first record from start_offset on whose timestamp is at or after `time`; nothing when there
  // is none.
  virtual Result<std::optional<OffsetAndTime>> offset_for_time(int64_t timestamp_ms) const = 0;
  // The first record that has the largest timestamp of those from start_offset on; nothing in an
  // empty partition.
  virtual Result<std::optional<OffsetAndTime>> offset_of_max_timestamp() const = 0;
};

using PartitionRef = std::shared_ptr<Partition>;

}  // namespace weir::broker::log

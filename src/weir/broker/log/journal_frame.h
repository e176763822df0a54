#pragma once

#include <cstdint>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::broker::log {

// Numbers the frames of a journal, without gaps, over all files and lives; the first is 1.
using Lsn = uint64_t;

enum class FrameType : uint32_t {
  batch = 1,          // payload: one record batch, offsets assigned
  topic_created = 2,  // payloads of these: catalog_codec.h
  topic_changed = 3,  // configuration or partition count
  topic_deleted = 4,
  producer_ids = 5,  // payload: le64, the first producer id that may not be handed out yet
  state = 6,         // payload: state_table.h
  start_raised = 7,  // base_offset: the first offset of the partition that is kept; no payload
};

inline constexpr size_t kFrameHeaderSize = 52;
inline constexpr size_t kJournalHeaderSize =
    4096;  // frames begin here, so that no sector holds both

// The fixed part of a frame; grammar in docs/internals/broker-log.md.
struct FrameHeader {
  uint32_t crc = 0;     // CRC-32C of everything after it: the rest of the header and the payload
  uint32_t length = 0;  // of the payload
  FrameType type = FrameType::batch;
  Lsn lsn = 0;
  Lsn group_lsn = 0;   // first frame of its group: all frames before that one were durable
  uint32_t chain = 0;  // CRC of the frame before (of the file's header for the first one)
  uint32_t topic = 0;
  uint32_t partition = 0;
  int64_t base_offset = 0;
};

struct Frame {
  FrameHeader header;
  BytesView payload;  // borrows what was decoded

  size_t size() const { return kFrameHeaderSize + payload.size(); }
};

// Appends the header to `out` and returns its CRC; the payload follows it on disk. Sets
// header.length.
uint32_t append_frame_header(FrameHeader header, BytesView payload, Bytes& out);

// The frame at the front of `bytes`. `not_found`: no frame begins here (the usual end of a
// journal); `corrupt`: one begins, but is not whole or its CRC is wrong.
Result<Frame> decode_frame(BytesView bytes);

// The whole size of the frame whose first bytes (at least kFrameHeaderSize) these are; 0 if none
// begins here.
uint64_t frame_size(BytesView prefix);

// The head of a journal file.
struct JournalHeader {
  uint64_t journal_id = 0;  // drawn when the folder was made: files of another journal are not ours
  Lsn first_lsn = 0;
};

// kJournalHeaderSize bytes; their CRC starts the chain.
Bytes encode_journal_header(const JournalHeader& header);
// `not_found`: all zero, a file that was never used; `unsupported`: a later version; `corrupt`.
Result<JournalHeader> decode_journal_header(BytesView bytes);
uint32_t journal_header_crc(BytesView encoded);

// Looks in `bytes` for a frame that proves that frame `missing` was durable once: a valid one that
// belongs to a later group. Returns its position, or npos. Such a frame behind a bad one means
// damage in the middle; without it the bad frame is the torn tail of a power cut.
size_t find_proof_of_loss(BytesView bytes, Lsn missing);

}  // namespace weir::broker::log

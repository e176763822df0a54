#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/kafka/protocol/compression.h"
#include "weir/kafka/protocol/error_code.h"

namespace weir::kafka::protocol {

inline constexpr size_t kRecordBatchHeaderSize = 61;
// What a reader unpacks from one batch unless it says otherwise.
inline constexpr size_t kMaxUncompressedBatchSize = 256u << 20;
inline constexpr int64_t kNoProducerId = -1;
inline constexpr int64_t kNoTimestamp =
    -1;  // milliseconds since 1970 everywhere below, as on the wire

// One version-2 record batch: the unit that producers send, logs keep and consumers fetch, always
// as the same bytes. A view: it borrows the bytes and holds nothing else, so that copying it is
// free. Immutable.
//
//   WEIR_TRY_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
//   bytes.remove_prefix(batch.size());
class RecordBatchView {
 public:
  // The whole size (12 + length) of the batch whose first bytes (at least 17) these are; for
  // readers of files, which have the header before the rest. `corrupt` where the length is
  // impossible, `unsupported` for the message formats 0 and 1.
  static Result<size_t> size_of(BytesView prefix);

  // The batch at the front of `bytes`; more may follow it. Checks that it is whole and that its
  // header makes sense, not its CRC. `corrupt`, or `unsupported` for the message formats 0 and 1.
  static Result<RecordBatchView> parse(BytesView bytes);

  BytesView bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }

  int64_t base_offset() const { return at<int64_t>(0); }
  int32_t partition_leader_epoch() const { return at<int32_t>(12); }
  uint32_t crc() const { return at<uint32_t>(17); }
  uint16_t attributes() const { return at<uint16_t>(21); }
  int32_t last_offset_delta() const { return at<int32_t>(23); }
  int64_t base_timestamp() const { return at<int64_t>(27); }
  int64_t max_timestamp() const { return at<int64_t>(35); }
  int64_t producer_id() const { return at<int64_t>(43); }
  int16_t producer_epoch() const { return at<int16_t>(51); }
  int32_t base_sequence() const { return at<int32_t>(53); }
  int32_t record_count() const { return at<int32_t>(57); }

  int64_t last_offset() const { return base_offset() + last_offset_delta(); }
  int64_t next_offset() const { return last_offset() + 1; }
  // The sequence number of the last record: numbers wrap from 2^31-1 to 0. -1 without a producer
  // id.
  int32_t last_sequence() const;
  bool has_producer_id() const { return producer_id() != kNoProducerId; }
  // The codec bits as they are: values above zstd exist on the wire and are refused by readers.
  uint8_t compression_bits() const { return attributes() & 0x07; }
  bool uses_log_append_time() const { return (attributes() & 0x08) != 0; }
  bool is_transactional() const { return (attributes() & 0x10) != 0; }
  bool is_control() const { return (attributes() & 0x20) != 0; }
  // The records as they lie in the batch, compressed or not.
  BytesView payload() const { return bytes_.substr(kRecordBatchHeaderSize); }

  // True when the CRC-32C over everything after it (from the attributes on) is the one in the
  // header. Base offset and leader epoch are not covered, which is what lets a broker assign them
  // in place.
  bool verify_crc() const;

 private:
  explicit RecordBatchView(BytesView bytes) : bytes_(bytes) {}
  template <typename T>
  T at(size_t position) const {
    return load_be<T>(bytes_.data() + position);
  }

  BytesView bytes_;
};

// What a broker assigns in place, at the first byte of a whole batch. Neither touches the CRC.
void set_base_offset(char* batch, int64_t offset);
void set_partition_leader_epoch(char* batch, int32_t epoch);
// Stamps the whole batch (`bytes` is exactly one parsed batch) with the broker's time and renews
// the CRC.
void set_log_append_time(std::span<char> batch, int64_t timestamp);

struct RecordHeader {
  BytesView key;
  std::optional<BytesView> value;
};

// One record. The views are valid until the reader that gave it moves on or ends.
struct RecordView {
  int64_t offset = 0;
  int64_t timestamp = kNoTimestamp;
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  std::span<const RecordHeader> headers;
};

// Walks the records of one batch in order, unpacking it first where it is compressed. Borrows the
// batch. Every malformed input is an error, also when the batch holds fewer or more records than it
// says. Confined.
//
//   WEIR_TRY_ASSIGN(auto reader, RecordReader::open(batch));
//   for (;;) {
//     WEIR_TRY_ASSIGN(const auto record, reader.next());
//     if (!record) break;
//     use(record->value);
//   }
class RecordReader {
 public:
  // `corrupt` where the packed bytes are damaged, `refused` where they unpack to more than
  // `max_size`, `unsupported` for an unknown codec.
  static Result<RecordReader> open(const RecordBatchView& batch,
                                   size_t max_size = kMaxUncompressedBatchSize);

  // The next record; nothing after the last one, when all bytes are used up. `corrupt` otherwise.
  Result<std::optional<RecordView>> next();

 private:
  explicit RecordReader(const RecordBatchView& batch) : batch_(batch) {}
  BytesView payload() const { return packed_ ? BytesView(unpacked_) : batch_.payload(); }
  const char* read(RecordView& record);
  const char* read_headers(ByteReader& reader);
  Error corrupt(std::string_view what) const;

  RecordBatchView batch_;
  bool packed_ = false;
  Bytes unpacked_;
  size_t position_ = 0;
  int32_t index_ = 0;
  int32_t last_delta_ = -1;
  std::vector<RecordHeader> headers_;
};

// A batch that a broker must not take: the code for the producer and a sentence for its log.
struct BatchRefusal {
  KafkaError code = KafkaError::none;
  std::string message;
  // The records that are the reason, by their place in the batch; empty where it is the batch
  // itself.
  std::vector<int32_t> records = {};
};

// How far `validate_produced` looks. `header` trusts the records, `plain_records` walks those that
// are not compressed (so that no consumer meets a malformed one), `all_records` unpacks too.
enum class BatchCheck { header, plain_records, all_records };

struct ProduceRules {
  int16_t produce_version = 11;             // zstd needs 7
  size_t max_batch_size = size_t{1} << 20;  // max.message.bytes of the topic
  BatchCheck check = BatchCheck::plain_records;
  bool keys_required = false;  // compacted topics; implies all_records
  size_t max_uncompressed_size = kMaxUncompressedBatchSize;
};

// Checks the records field of a produce request by the rules of Kafka's brokers: exactly one batch
// of format 2, whole, not too large (10), right CRC (2), zstd only from version 7 on (76), and (87)
// at least one record, last offset delta = count - 1, no control batch, a base sequence where there
// is a producer id, records well formed and numbered 0…count-1, keys where they are required. The
// timestamp window is the caller's, who has the clock. Shared (pure).
tl::expected<RecordBatchView, BatchRefusal> validate_produced(BytesView records,
                                                              const ProduceRules& rules);

// A record to write. Borrows its bytes until `add` returns.
struct RecordToWrite {
  int64_t timestamp = kNoTimestamp;
  std::optional<BytesView> key = {};
  std::optional<BytesView> value = {};
  std::vector<RecordHeader> headers = {};
};

struct RecordBatchOptions {
  Compression compression = Compression::none;
  int64_t base_offset = 0;
  int32_t partition_leader_epoch = -1;
  int64_t producer_id = kNoProducerId;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  bool transactional = false;
  bool control = false;
};

// Writes one batch, for internal writers, dead letters and tests. Confined.
//
//   RecordBatchBuilder builder({.compression = Compression::zstd});
//   builder.add({.timestamp = 1'700'000'000'000, .value = "45.0"});
//   WEIR_TRY_ASSIGN(const Bytes batch, builder.build());
class RecordBatchBuilder {
 public:
  explicit RecordBatchBuilder(RecordBatchOptions options = {}) : options_(options) {}

  void add(const RecordToWrite& record);
  int32_t record_count() const { return count_; }
  // Bytes of the records so far, before compression.
  size_t uncompressed_size() const { return records_.size(); }
  // The finished batch with its CRC; the builder is empty again. Fails only as `compress` does.
  Result<Bytes> build();

 private:
  RecordBatchOptions options_;
  Bytes records_;
  Bytes scratch_;
  int32_t count_ = 0;
  int64_t base_timestamp_ = kNoTimestamp;
  int64_t max_timestamp_ = kNoTimestamp;
};

}  // namespace weir::kafka::protocol

#include "weir/kafka/protocol/record_batch.h"

#include <algorithm>

#include "weir/base/crc32c.h"

namespace weir::kafka::protocol {
namespace {

constexpr size_t kLengthPosition = 8;
constexpr size_t kLeaderEpochPosition = 12;
constexpr size_t kMagicPosition = 16;
constexpr size_t kCrcPosition = 17;
constexpr size_t kCrcStart = 21;
constexpr size_t kAttributesPosition = 21;
constexpr size_t kMaxTimestampPosition = 35;
// What the length field does not count: base offset and itself.
constexpr size_t kLengthOverhead = 12;
constexpr char kMagic = 2;
constexpr uint16_t kLogAppendTimeBit = 0x08;
constexpr uint16_t kTransactionalBit = 0x10;
constexpr uint16_t kControlBit = 0x20;
// Length, attributes, timestamp and offset deltas, two lengths and the header count: one byte each.
constexpr size_t kMinRecordSize = 7;

Error corrupt_batch(const std::string& what) {
  return Error(ErrorCode::corrupt, "record batch: " + what);
}

bool fits_int32(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

// A varint-sized byte string, nothing for -1.
std::optional<BytesView> read_nullable(ByteReader& reader) {
  const int64_t size = reader.varint();
  if (size == -1) return std::nullopt;
  if (size < 0) {
    reader.fail();
    return std::nullopt;
  }
  return reader.view(static_cast<size_t>(size));
}

void write_nullable(ByteWriter& writer, const std::optional<BytesView>& bytes) {
  if (!bytes) return writer.varint(-1);
  writer.varint(static_cast<int64_t>(bytes->size()));
  writer.append(*bytes);
}

}  // namespace

Result<size_t> RecordBatchView::size_of(BytesView prefix) {
  if (prefix.size() < kMagicPosition + 1) return corrupt_batch("it ends within the header");
  const char magic = prefix[kMagicPosition];
  if (magic == 0 || magic == 1) {
    return Error(ErrorCode::unsupported,
                 "record batch: message format " + std::to_string(magic) + ", only 2 is served");
  }
  if (magic != kMagic) return corrupt_batch("unknown format " + std::to_string(magic));
  const auto length = load_be<int32_t>(prefix.data() + kLengthPosition);
  if (length < static_cast<int32_t>(kRecordBatchHeaderSize - kLengthOverhead)) {
    return corrupt_batch("impossible length " + std::to_string(length));
  }
  return static_cast<size_t>(length) + kLengthOverhead;
}

Result<RecordBatchView> RecordBatchView::parse(BytesView bytes) {
  WEIR_TRY_ASSIGN(const size_t size, size_of(bytes));
  if (size > bytes.size()) {
    return corrupt_batch("it says " + std::to_string(size) + " bytes and has " +
                         std::to_string(bytes.size()));
  }
  const RecordBatchView batch(bytes.substr(0, size));
  if (batch.record_count() < 0) return corrupt_batch("negative record count");
  if (batch.last_offset_delta() < 0) return corrupt_batch("negative last offset delta");
  if (batch.base_offset() > INT64_MAX - INT32_MAX - 1) return corrupt_batch("impossible offset");
  return batch;
}

int32_t RecordBatchView::last_sequence() const {
  if (base_sequence() < 0) return -1;
  const int64_t sequence = int64_t{base_sequence()} + last_offset_delta();
  return static_cast<int32_t>(sequence & INT32_MAX);
}

bool RecordBatchView::verify_crc() const { return crc32c(bytes_.substr(kCrcStart)) == crc(); }

void set_base_offset(char* batch, int64_t offset) { store_be(batch, offset); }

void set_partition_leader_epoch(char* batch, int32_t epoch) {
  store_be(batch + kLeaderEpochPosition, epoch);
}

void set_log_append_time(std::span<char> batch, int64_t timestamp) {
  const auto attributes = load_be<uint16_t>(batch.data() + kAttributesPosition);
  store_be(batch.data() + kAttributesPosition,
           static_cast<uint16_t>(attributes | kLogAppendTimeBit));
  store_be(batch.data() + kMaxTimestampPosition, timestamp);
  store_be(batch.data() + kCrcPosition,
           crc32c(BytesView(batch.data() + kCrcStart, batch.size() - kCrcStart)));
}

Result<RecordReader> RecordReader::open(const RecordBatchView& batch, size_t max_size) {
  RecordReader reader(batch);
  const auto codec = static_cast<Compression>(batch.compression_bits());
  if (codec != Compression::none) {
    WEIR_TRY_ASSIGN(reader.unpacked_, decompress(codec, batch.payload(), max_size));
    reader.packed_ = true;
  }
  if (static_cast<size_t>(batch.record_count()) > reader.payload().size() / kMinRecordSize) {
    return corrupt_batch(std::to_string(batch.record_count()) + " records cannot lie in " +
                         std::to_string(reader.payload().size()) + " bytes");
  }
  return reader;
}

Error RecordReader::corrupt(std::string_view what) const {
  return corrupt_batch("record " + std::to_string(index_) + ": " + std::string(what));
}

Result<std::optional<RecordView>> RecordReader::next() {
  if (index_ == batch_.record_count()) {
    if (position_ != payload().size()) return corrupt("bytes after the last record");
    return std::optional<RecordView>();
  }
  Result<std::optional<RecordView>> record = std::optional<RecordView>(std::in_place);
  if (const char* const wrong = read(**record); wrong != nullptr) return corrupt(wrong);
  ++index_;
  return record;
}

// Reads one record; what is wrong with it, or nullptr.
const char* RecordReader::read(RecordView& record) {
  ByteReader outer(payload().substr(position_));
  const int64_t size = outer.varint();
  if (!outer.ok() || size < 0) return "bad length";
  ByteReader reader(outer.view(static_cast<size_t>(size)));
  if (!outer.ok()) return "it ends behind the batch";
  position_ += outer.position();

  reader.byte();  // attributes: none are defined
  const int64_t timestamp_delta = reader.varint();
  const int64_t offset_delta = reader.varint();
  record.key = read_nullable(reader);
  record.value = read_nullable(reader);
  if (const char* const wrong = read_headers(reader); wrong != nullptr) return wrong;
  record.headers = headers_;
  if (!reader.at_end()) return "bytes after its headers";
  // Compaction leaves gaps between offsets, but never turns their order.
  if (offset_delta <= last_delta_ || offset_delta > batch_.last_offset_delta()) {
    return "offset delta out of order";
  }
  last_delta_ = static_cast<int32_t>(offset_delta);
  record.offset = batch_.base_offset() + offset_delta;
  if (__builtin_add_overflow(batch_.base_timestamp(), timestamp_delta, &record.timestamp)) {
    return "impossible timestamp";
  }
  if (batch_.uses_log_append_time()) record.timestamp = batch_.max_timestamp();
  return nullptr;
}

const char* RecordReader::read_headers(ByteReader& reader) {
  headers_.clear();
  const int64_t count = reader.varint();
  if (!reader.ok()) return "it ends too early";
  // A header takes at least two bytes, so this bounds what is kept by what came in.
  if (count < 0 || static_cast<uint64_t>(count) > reader.remaining() / 2) {
    return "impossible header count";
  }
  for (int64_t i = 0; i < count; ++i) {
    const std::optional<BytesView> key = read_nullable(reader);
    const std::optional<BytesView> value = read_nullable(reader);
    if (!reader.ok() || !key) return "bad header";
    headers_.push_back({*key, value});
  }
  return nullptr;
}

void RecordBatchBuilder::add(const RecordToWrite& record) {
  if (count_ == 0) {
    base_timestamp_ = record.timestamp;
    max_timestamp_ = record.timestamp;
  }
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  scratch_.clear();
  ByteWriter body(scratch_);
  body.byte(0);
  body.varint(record.timestamp - base_timestamp_);
  body.varint(count_);
  write_nullable(body, record.key);
  write_nullable(body, record.value);
  body.varint(static_cast<int64_t>(record.headers.size()));
  for (const RecordHeader& header : record.headers) {
    write_nullable(body, header.key);
    write_nullable(body, header.value);
  }
  ByteWriter writer(records_);
  writer.varint(static_cast<int64_t>(scratch_.size()));
  writer.append(scratch_);
  ++count_;
}

Result<Bytes> RecordBatchBuilder::build() {
  Bytes packed;
  if (options_.compression != Compression::none) {
    WEIR_TRY_ASSIGN(packed, compress(options_.compression, records_));
  }
  const Bytes& payload = options_.compression == Compression::none ? records_ : packed;
  const size_t length = kRecordBatchHeaderSize - kLengthOverhead + payload.size();
  if (!fits_int32(static_cast<int64_t>(length))) {
    return Error(ErrorCode::invalid_argument, "record batch of 2 GiB or more");
  }
  auto attributes = static_cast<uint16_t>(options_.compression);
  if (options_.transactional) attributes |= kTransactionalBit;
  if (options_.control) attributes |= kControlBit;

  Bytes batch;
  batch.reserve(kRecordBatchHeaderSize + payload.size());
  ByteWriter writer(batch);
  writer.be(options_.base_offset);
  writer.be(static_cast<int32_t>(length));
  writer.be(options_.partition_leader_epoch);
  writer.byte(static_cast<uint8_t>(kMagic));
  writer.be(uint32_t{0});  // the CRC, below
  writer.be(attributes);
  writer.be(std::max(count_ - 1, 0));
  writer.be(base_timestamp_);
  writer.be(max_timestamp_);
  writer.be(options_.producer_id);
  writer.be(options_.producer_epoch);
  writer.be(options_.base_sequence);
  writer.be(count_);
  writer.append(payload);
  store_be(batch.data() + kCrcPosition, crc32c(BytesView(batch).substr(kCrcStart)));
  records_.clear();
  count_ = 0;
  base_timestamp_ = max_timestamp_ = kNoTimestamp;
  return batch;
}

}  // namespace weir::kafka::protocol

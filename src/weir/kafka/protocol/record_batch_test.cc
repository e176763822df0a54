#include "weir/kafka/protocol/record_batch.h"

#include <gmock/gmock.h>

#include "weir/base/crc32c.h"
#include "weir/kafka/protocol/golden_bytes.h"
#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::kafka::protocol {
namespace {

using testing::from_hex;

struct OwnedRecord {
  int64_t offset = 0;
  int64_t timestamp = 0;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  std::vector<std::pair<Bytes, std::optional<Bytes>>> headers;
  bool operator==(const OwnedRecord&) const = default;
};

Result<std::vector<OwnedRecord>> read_all(BytesView bytes, size_t max_size = 1 << 20) {
  WEIR_TRY_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
  WEIR_TRY_ASSIGN(auto reader, RecordReader::open(batch, max_size));
  std::vector<OwnedRecord> records;
  for (;;) {
    WEIR_TRY_ASSIGN(const auto record, reader.next());
    if (!record) return records;
    OwnedRecord& own = records.emplace_back();
    own.offset = record->offset;
    own.timestamp = record->timestamp;
    own.key = record->key;
    own.value = record->value;
    for (const RecordHeader& header : record->headers) {
      own.headers.emplace_back(header.key, header.value);
    }
  }
}

// Gives a batch whose bytes were changed its right CRC again.
Bytes with_crc(Bytes batch) {
  store_be(batch.data() + 17, crc32c(BytesView(batch).substr(21)));
  return batch;
}

// One record ("k" → "v") and the given options.
Bytes small_batch(RecordBatchOptions options = {}) {
  RecordBatchBuilder builder(options);
  builder.add({.timestamp = 1000, .key = "k", .value = "v"});
  return builder.build().value();
}

// A batch with one hand-written record body behind a length of one byte.
Bytes batch_with_record(BytesView body) {
  Bytes batch = small_batch().substr(0, kRecordBatchHeaderSize);
  ByteWriter writer(batch);
  writer.varint(static_cast<int64_t>(body.size()));
  writer.append(body);
  store_be(batch.data() + 8, static_cast<int32_t>(batch.size() - 12));
  return with_crc(batch);
}

TEST(RecordBatch, ReadsWhatLibrdkafkaWroteInEveryCodec) {
  for (const auto& [codec, hex] : golden::kBatches) {
    SCOPED_TRACE(to_string(codec));
    const Bytes bytes = from_hex(hex);
    ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
    EXPECT_EQ(batch.size(), bytes.size());
    EXPECT_EQ(batch.compression_bits(), static_cast<uint8_t>(codec));
    EXPECT_TRUE(batch.verify_crc());
    EXPECT_EQ(batch.record_count(), 4);
    EXPECT_EQ(batch.last_offset_delta(), 3);
    EXPECT_FALSE(batch.has_producer_id());
    EXPECT_TRUE(validate_produced(bytes, {.check = BatchCheck::all_records}).has_value());
    ASSERT_OK_AND_ASSIGN(const auto records, read_all(bytes));
    ASSERT_EQ(records.size(), 4u);
    EXPECT_EQ(records[3].offset, 3);
    EXPECT_EQ(records[0].timestamp, batch.base_timestamp());
    EXPECT_EQ(records[2].key, "k2");
    EXPECT_EQ(records[2].value, "temperature 22.5 of the mirror cell");
    EXPECT_THAT(records[2].headers,
                ::testing::ElementsAre(::testing::Pair("unit", "C"), ::testing::Pair("empty", "")));
  }
}

// Offset 5, epoch 1, one record at time 16 with null key, value "a" and no headers, put together by
// hand; the CRC comes from a bitwise calculation elsewhere.
TEST(RecordBatch, BuildsTheBytesAndTheCrcThatTheFormatPrescribes) {
  RecordBatchBuilder builder({.base_offset = 5, .partition_leader_epoch = 1});
  builder.add({.timestamp = 16, .value = "a"});
  ASSERT_OK_AND_ASSIGN(const Bytes batch, builder.build());
  EXPECT_EQ(batch,
            from_hex("0000000000000005 00000039 00000001 02 3decc091 0000 00000000"
                     "0000000000000010 0000000000000010 ffffffffffffffff ffff ffffffff 00000001"
                     "0e 00 00 00 01 02 61 00"));
}

TEST(RecordBatch, ReadsBackWhatTheBuilderWroteInEveryCodec) {
  for (const auto& [codec, hex] : golden::kBatches) {
    RecordBatchBuilder builder({.compression = codec,
                                .base_offset = 100,
                                .partition_leader_epoch = 7,
                                .producer_id = 9,
                                .producer_epoch = 2,
                                .base_sequence = 40,
                                .transactional = true});
    builder.add({.timestamp = 2000, .key = "k", .value = "v", .headers = {{"h", "x"}, {"n", {}}}});
    builder.add({.timestamp = 1990, .value = ""});
    builder.add({.timestamp = 2010, .key = "only a key"});
    ASSERT_OK_AND_ASSIGN(const Bytes bytes, builder.build());
    ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
    EXPECT_TRUE(batch.verify_crc());
    EXPECT_EQ(batch.base_offset(), 100);
    EXPECT_EQ(batch.last_offset(), 102);
    EXPECT_EQ(batch.next_offset(), 103);
    EXPECT_EQ(batch.partition_leader_epoch(), 7);
    EXPECT_EQ(batch.producer_id(), 9);
    EXPECT_EQ(batch.producer_epoch(), 2);
    EXPECT_EQ(batch.base_sequence(), 40);
    EXPECT_EQ(batch.last_sequence(), 42);
    EXPECT_EQ(batch.max_timestamp(), 2010);
    EXPECT_TRUE(batch.is_transactional());
    EXPECT_FALSE(batch.is_control());
    ASSERT_OK_AND_ASSIGN(const auto records, read_all(bytes));
    const std::vector<OwnedRecord> expected = {
        {100, 2000, "k", "v", {{"h", "x"}, {"n", std::nullopt}}},
        {101, 1990, std::nullopt, "", {}},
        {102, 2010, "only a key", std::nullopt, {}}};
    EXPECT_EQ(records, expected);
    EXPECT_EQ(builder.record_count(), 0) << "the builder starts anew";
  }
}

TEST(RecordBatch, TakesOffsetAndEpochInPlaceUnderTheSameCrc) {
  Bytes bytes = small_batch();
  set_base_offset(bytes.data(), 123456789012);
  set_partition_leader_epoch(bytes.data(), 3);
  ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
  EXPECT_EQ(batch.base_offset(), 123456789012);
  EXPECT_EQ(batch.partition_leader_epoch(), 3);
  EXPECT_TRUE(batch.verify_crc());
}

TEST(RecordBatch, GivesEveryRecordTheAppendTimeOfTheLog) {
  Bytes bytes = small_batch();
  set_log_append_time(bytes, 5555);
  ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
  EXPECT_TRUE(batch.uses_log_append_time());
  EXPECT_TRUE(batch.verify_crc());
  ASSERT_OK_AND_ASSIGN(const auto records, read_all(bytes));
  EXPECT_EQ(records[0].timestamp, 5555);
}

TEST(RecordBatch, WrapsSequenceNumbersPastTheLargest) {
  RecordBatchBuilder builder({.producer_id = 1, .producer_epoch = 0, .base_sequence = INT32_MAX});
  builder.add({});
  builder.add({});
  ASSERT_OK_AND_ASSIGN(const Bytes bytes, builder.build());
  ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
  EXPECT_EQ(batch.last_sequence(), 0);
}

TEST(RecordBatch, ParsesTheFirstOfSeveralAndKnowsSizesFromTheHeader) {
  const Bytes one = small_batch();
  ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(one + one));
  EXPECT_EQ(batch.size(), one.size());
  ASSERT_OK_AND_ASSIGN(const size_t size, RecordBatchView::size_of(one.substr(0, 17)));
  EXPECT_EQ(size, one.size());
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::size_of(one.substr(0, 16)));
}

TEST(RecordBatch, RefusesABatchCutAnywhere) {
  const Bytes bytes = small_batch();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(bytes.substr(0, size)));
  }
}

TEST(RecordBatch, RefusesHeadersThatContradictThemselves) {
  const auto changed = [](size_t position, auto value) {
    Bytes bytes = small_batch();
    store_be(bytes.data() + position, value);
    return bytes;
  };
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(8, int32_t{48})));
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(8, int32_t{-1})));
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(8, INT32_MAX)));
  EXPECT_ERROR(ErrorCode::unsupported, RecordBatchView::parse(changed(16, int8_t{1})));
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(16, int8_t{3})));
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(23, int32_t{-1})));
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(57, int32_t{-1})));
  EXPECT_ERROR(ErrorCode::corrupt, RecordBatchView::parse(changed(0, INT64_MAX)));
}

TEST(RecordReader, RefusesMalformedRecords) {
  EXPECT_OK(read_all(batch_with_record(from_hex("00 00 00 01 02 61 00"))));
  const std::pair<const char*, const char*> cases[] = {
      {"no bytes", ""},
      {"ends before the header count", "00 00 00 01 02 61"},
      {"bytes after the last header", "00 00 00 01 02 61 00 00"},
      {"key longer than the record", "00 00 00 7e 02 61 00"},
      {"key length below -1", "00 00 00 03 02 61 00"},
      {"value longer than the record", "00 00 00 01 04 61 00"},
      {"negative header count", "00 00 00 01 02 61 01"},
      {"header count beyond the bytes", "00 00 00 01 02 61 feffffff0f"},
      {"header with null key", "00 00 00 01 02 61 02 01 01"},
      {"negative offset delta", "00 00 01 01 02 61 00"},
      {"offset delta beyond the batch", "00 00 02 01 02 61 00"},
      {"varint of eleven bytes", "00 ffffffffffffffffffffff01 00 01 02 61 00"},
  };
  for (const auto& [what, hex] : cases) {
    EXPECT_ERROR(ErrorCode::corrupt, read_all(batch_with_record(from_hex(hex)))) << what;
  }
}

TEST(RecordReader, RefusesFewerOrMoreRecordsThanTheHeaderSays) {
  RecordBatchBuilder builder;
  for (int i = 0; i < 3; ++i) builder.add({.value = "a value long enough"});
  ASSERT_OK_AND_ASSIGN(const Bytes bytes, builder.build());
  for (const int32_t count : {0, 2, 4, INT32_MAX}) {
    Bytes changed = bytes;
    store_be(changed.data() + 57, count);
    EXPECT_ERROR(ErrorCode::corrupt, read_all(changed)) << count;
  }
}

TEST(RecordReader, UnpacksNoMoreThanItsLimit) {
  RecordBatchBuilder builder({.compression = Compression::zstd});
  builder.add({.value = Bytes(100'000, 'x')});
  ASSERT_OK_AND_ASSIGN(const Bytes bytes, builder.build());
  EXPECT_OK(read_all(bytes, 100'100));
  EXPECT_ERROR(ErrorCode::refused, read_all(bytes, 99'999));
}

TEST(RecordReader, StaysValidWhenMovedWithFewUnpackedBytes) {
  const Bytes bytes = small_batch({.compression = Compression::gzip});
  ASSERT_OK_AND_ASSIGN(const auto batch, RecordBatchView::parse(bytes));
  ASSERT_OK_AND_ASSIGN(auto first, RecordReader::open(batch));
  RecordReader reader = std::move(first);
  ASSERT_OK_AND_ASSIGN(const auto record, reader.next());
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->value, "v");
}

// --- the rules for producers

KafkaError refusal(BytesView bytes, const ProduceRules& rules = {}) {
  const auto verdict = validate_produced(bytes, rules);
  return verdict ? KafkaError::none : verdict.error().code;
}

Bytes with_field(Bytes bytes, size_t position, auto value) {
  store_be(bytes.data() + position, value);
  return with_crc(bytes);
}

TEST(ProduceRules, AcceptAnOrdinaryBatch) {
  EXPECT_EQ(refusal(small_batch()), KafkaError::none);
  EXPECT_EQ(refusal(small_batch({.producer_id = 1, .producer_epoch = 0, .base_sequence = 0})),
            KafkaError::none);
}

TEST(ProduceRules, RefuseDamageAsCorrupt) {
  Bytes flipped = small_batch();
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  EXPECT_EQ(refusal(flipped), KafkaError::corrupt_message);
  EXPECT_EQ(refusal(small_batch().substr(0, 60)), KafkaError::corrupt_message);
}

TEST(ProduceRules, RefuseBatchesAboveTheSizeLimit) {
  const Bytes bytes = small_batch();
  EXPECT_EQ(refusal(bytes, {.max_batch_size = bytes.size()}), KafkaError::none);
  EXPECT_EQ(refusal(bytes, {.max_batch_size = bytes.size() - 1}), KafkaError::message_too_large);
}

TEST(ProduceRules, TakeExactlyOneBatchOfFormatTwo) {
  EXPECT_EQ(refusal(""), KafkaError::invalid_record);
  EXPECT_EQ(refusal(small_batch() + small_batch()), KafkaError::invalid_record);
  EXPECT_EQ(refusal(with_field(small_batch(), 16, int8_t{1})), KafkaError::invalid_record);
}

TEST(ProduceRules, WantCountsThatAgree) {
  RecordBatchBuilder empty;
  EXPECT_EQ(refusal(empty.build().value()), KafkaError::invalid_record);
  EXPECT_EQ(refusal(with_field(small_batch(), 23, int32_t{1})), KafkaError::invalid_record);
}

TEST(ProduceRules, RefuseControlBatchesAndMissingSequences) {
  EXPECT_EQ(refusal(small_batch({.control = true})), KafkaError::invalid_record);
  EXPECT_EQ(refusal(small_batch({.producer_id = 1, .producer_epoch = 0})),
            KafkaError::invalid_record);
}

TEST(ProduceRules, TakeZstdFromVersionSevenOnAndNoUnknownCodec) {
  const Bytes zstd = small_batch({.compression = Compression::zstd});
  EXPECT_EQ(refusal(zstd, {.produce_version = 7}), KafkaError::none);
  EXPECT_EQ(refusal(zstd, {.produce_version = 6}), KafkaError::unsupported_compression_type);
  EXPECT_EQ(refusal(with_field(small_batch(), 21, uint16_t{5})),
            KafkaError::unsupported_compression_type);
}

TEST(ProduceRules, LookIntoRecordsAsFarAsAsked) {
  const Bytes malformed = batch_with_record(from_hex("00 00 00 01 02 61"));
  EXPECT_EQ(refusal(malformed, {.check = BatchCheck::header}), KafkaError::none);
  EXPECT_EQ(refusal(malformed), KafkaError::invalid_record);
  const Bytes garbage = with_field(malformed, 21, uint16_t{1});
  EXPECT_EQ(refusal(garbage), KafkaError::none) << "compressed batches are trusted by default";
  EXPECT_EQ(refusal(garbage, {.check = BatchCheck::all_records}), KafkaError::invalid_record);
}

TEST(ProduceRules, WantKeysOnCompactedTopicsAlsoInsideCompression) {
  for (const Compression codec : {Compression::none, Compression::lz4}) {
    RecordBatchBuilder builder({.compression = codec});
    builder.add({.value = "no key"});
    const Bytes bytes = builder.build().value();
    EXPECT_EQ(refusal(bytes), KafkaError::none);
    EXPECT_EQ(refusal(bytes, {.keys_required = true}), KafkaError::invalid_record);
    EXPECT_EQ(refusal(small_batch({.compression = codec}), {.keys_required = true}),
              KafkaError::none);
  }
}

TEST(KafkaErrors, HaveTheirPublishedNumbersNamesAndRetriability) {
  EXPECT_EQ(static_cast<int16_t>(KafkaError::unknown_server_error), -1);
  EXPECT_EQ(static_cast<int16_t>(KafkaError::out_of_order_sequence_number), 45);
  EXPECT_EQ(static_cast<int16_t>(KafkaError::invalid_record), 87);
  EXPECT_EQ(static_cast<int16_t>(KafkaError::unknown_topic_id), 100);
  EXPECT_EQ(to_string(KafkaError::kafka_storage_error), "KAFKA_STORAGE_ERROR");
  EXPECT_EQ(to_string(static_cast<KafkaError>(9999)), "UNRECOGNIZED_ERROR");
  EXPECT_TRUE(retriable(KafkaError::unknown_topic_or_partition));
  EXPECT_FALSE(retriable(KafkaError::message_too_large));
}

}  // namespace
}  // namespace weir::kafka::protocol

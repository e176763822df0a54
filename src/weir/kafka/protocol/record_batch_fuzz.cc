// Parses, checks and walks batches. Bytes as they come seldom get past the header, so they are also
// tried as the payload of a header made whole: length, format, codec, count and CRC.
#include <cstdint>

#include "weir/base/check.h"
#include "weir/base/crc32c.h"
#include "weir/kafka/protocol/record_batch.h"

namespace weir::kafka::protocol {
namespace {

constexpr size_t kMaxUnpacked = 1 << 20;

void walk(BytesView bytes) {
  const auto batch = RecordBatchView::parse(bytes);
  if (!batch) return;
  batch->verify_crc();
  auto reader = RecordReader::open(*batch, kMaxUnpacked);
  if (!reader) return;
  std::optional<int64_t> previous;
  for (;;) {
    const auto record = reader->next();
    if (!record || !record->has_value()) return;
    WEIR_CHECK((*record)->offset >= batch->base_offset());
    WEIR_CHECK((*record)->offset <= batch->last_offset());
    WEIR_CHECK(!previous || (*record)->offset > *previous);
    previous = (*record)->offset;
  }
}

// The input starts with codec and record count, then the payload.
Bytes as_payload(BytesView input) {
  RecordBatchBuilder builder;
  builder.add({});
  Bytes batch = builder.build().value().substr(0, kRecordBatchHeaderSize);
  const auto codec = static_cast<uint8_t>(input[0]) % 6;
  const auto count = static_cast<uint8_t>(input[1]);
  batch.append(input.substr(2));
  store_be(batch.data() + 8, static_cast<int32_t>(batch.size() - 12));
  store_be(batch.data() + 21, static_cast<uint16_t>(codec));
  store_be(batch.data() + 23, static_cast<int32_t>(count) - (count > 0 ? 1 : 0));
  store_be(batch.data() + 57, static_cast<int32_t>(count));
  store_be(batch.data() + 17, crc32c(BytesView(batch).substr(21)));
  return batch;
}

// The input edits a good batch: pairs of position and value.
Bytes as_edits(BytesView input) {
  RecordBatchBuilder builder(
      {.compression = static_cast<Compression>(static_cast<uint8_t>(input[0]) % 5)});
  builder.add({.timestamp = 7, .key = "key", .value = "value", .headers = {{"h", "x"}}});
  builder.add({.timestamp = 8, .value = "second"});
  Bytes batch = builder.build().value();
  for (size_t i = 1; i + 1 < input.size() && i < 9; i += 2) {
    batch[static_cast<uint8_t>(input[i]) % batch.size()] = input[i + 1];
  }
  store_be(batch.data() + 17, crc32c(BytesView(batch).substr(21)));
  return batch;
}

void check(BytesView bytes) {
  walk(bytes);
  const ProduceRules rules = {.check = BatchCheck::all_records,
                              .max_uncompressed_size = kMaxUnpacked};
  const auto batch = validate_produced(bytes, rules);
  WEIR_CHECK(batch || batch.error().code != KafkaError::none);
}

}  // namespace
}  // namespace weir::kafka::protocol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::kafka::protocol;
  const weir::BytesView input(reinterpret_cast<const char*>(data), size);
  check(input);
  if (input.size() < 2) return 0;
  check(as_payload(input));
  check(as_edits(input));
  return 0;
}

#include <string>

#include "weir/kafka/protocol/record_batch.h"

namespace weir::kafka::protocol {
namespace {

using Verdict = tl::expected<void, BatchRefusal>;

tl::unexpected<BatchRefusal> refuse(KafkaError code, std::string message) {
  return tl::unexpected<BatchRefusal>(BatchRefusal{code, std::move(message)});
}

Verdict check_header(const RecordBatchView& batch, const ProduceRules& rules) {
  const auto codec = static_cast<Compression>(batch.compression_bits());
  if (codec > Compression::zstd) {
    return refuse(KafkaError::unsupported_compression_type, "unknown compression codec");
  }
  if (codec == Compression::zstd && rules.produce_version < 7) {
    return refuse(KafkaError::unsupported_compression_type, "zstd needs Produce version 7");
  }
  if (batch.record_count() == 0) return refuse(KafkaError::invalid_record, "no records");
  if (batch.last_offset_delta() != batch.record_count() - 1) {
    return refuse(KafkaError::invalid_record,
                  "last offset delta " + std::to_string(batch.last_offset_delta()) + " with " +
                      std::to_string(batch.record_count()) + " records");
  }
  if (batch.is_control()) {
    return refuse(KafkaError::invalid_record, "clients may not write control batches");
  }
  if (batch.has_producer_id() && batch.base_sequence() < 0) {
    return refuse(KafkaError::invalid_record, "a producer id without a base sequence");
  }
  if (!batch.verify_crc()) return refuse(KafkaError::corrupt_message, "CRC does not match");
  return {};
}

// The records are numbered without gaps: each next delta is larger, the last is count - 1, and the
// reader refuses both disorder and a wrong number of them.
Verdict check_records(const RecordBatchView& batch, const ProduceRules& rules) {
  auto reader = RecordReader::open(batch, rules.max_uncompressed_size);
  if (!reader) return refuse(KafkaError::invalid_record, reader.error().message());
  BatchRefusal without_key{KafkaError::invalid_record,
                           "a compacted topic takes no record without a key"};
  for (int32_t place = 0;; ++place) {
    const auto record = reader->next();
    if (!record) return refuse(KafkaError::invalid_record, record.error().message());
    if (!record->has_value()) break;
    if (rules.keys_required && !(*record)->key) without_key.records.push_back(place);
  }
  if (without_key.records.empty()) return {};
  return tl::unexpected<BatchRefusal>(std::move(without_key));
}

bool wants_records(const RecordBatchView& batch, const ProduceRules& rules) {
  if (rules.keys_required || rules.check == BatchCheck::all_records) return true;
  return rules.check == BatchCheck::plain_records && batch.compression_bits() == 0;
}

}  // namespace

tl::expected<RecordBatchView, BatchRefusal> validate_produced(BytesView records,
                                                              const ProduceRules& rules) {
  if (records.empty()) return refuse(KafkaError::invalid_record, "no record batch");
  if (records.size() > rules.max_batch_size) {
    return refuse(KafkaError::message_too_large,
                  "a batch of " + std::to_string(records.size()) + " bytes, at most " +
                      std::to_string(rules.max_batch_size) + " are taken");
  }
  const auto batch = RecordBatchView::parse(records);
  if (!batch) {
    const bool old_format = batch.error().code() == ErrorCode::unsupported;
    return refuse(old_format ? KafkaError::invalid_record : KafkaError::corrupt_message,
                  batch.error().message());
  }
  if (batch->size() != records.size()) {
    return refuse(KafkaError::invalid_record, "more than one record batch for a partition");
  }
  if (auto verdict = check_header(*batch, rules); !verdict) {
    return tl::unexpected<BatchRefusal>(std::move(verdict).error());
  }
  if (wants_records(*batch, rules)) {
    if (auto verdict = check_records(*batch, rules); !verdict) {
      return tl::unexpected<BatchRefusal>(std::move(verdict).error());
    }
  }
  return *batch;
}

}  // namespace weir::kafka::protocol

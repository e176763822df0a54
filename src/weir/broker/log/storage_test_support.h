#pragma once

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/broker/log/storage.h"
#include "weir/kafka/protocol/record_batch.h"

namespace weir::broker::log {

// Small enough that a few dozen batches roll segments, fill journal files and force checkpoints.
inline StorageOptions tiny_options() {
  return {.journal_file_bytes = 24u << 10,
          .journal_files = 3,
          .max_pending_bytes = 1u << 20,
          .hot_bytes = 8u << 10,
          .max_open_files = 4,
          .rules = {.segment_bytes = 6 << 10}};
}

struct Producer {
  int64_t id = -1;
  int16_t epoch = 0;
  int32_t sequence = 0;
};

// A batch of one record per value; times count up from `first_time_ms`.
inline Bytes make_batch(const std::vector<std::string>& values, Producer producer = {},
                        int64_t first_time_ms = 1'700'000'000'000) {
  kafka::protocol::RecordBatchOptions options;
  if (producer.id >= 0) {
    options.producer_id = producer.id;
    options.producer_epoch = producer.epoch;
    options.base_sequence = producer.sequence;
  }
  kafka::protocol::RecordBatchBuilder builder(options);
  for (const std::string& value : values)
    builder.add({.timestamp = first_time_ms++, .key = {}, .value = value, .headers = {}});
  auto batch = builder.build();
  EXPECT_TRUE(batch.has_value());
  return std::move(*batch);
}

// Lets a test wait for append callbacks, which come on another thread.
class Answers {
 public:
  AppendCallback next() {
    MutexLock lock(mutex_);
    const size_t place = results_.size();
    results_.emplace_back();
    ++waiting_;
    return [this, place](AppendResult result) {
      MutexLock inner(mutex_);
      results_[place] = result;
      if (--waiting_ == 0) done_.notify_all();
    };
  }
  // All answers so far, in the order in which `next` was called.
  std::vector<AppendResult> wait() {
    MutexLock lock(mutex_);
    while (waiting_ > 0) done_.wait(mutex_);
    return results_;
  }

 private:
  Mutex mutex_;
  CondVar done_;
  std::vector<AppendResult> results_;
  size_t waiting_ = 0;
};

inline DeleteResult delete_and_wait(Partition& partition, int64_t offset) {
  std::promise<DeleteResult> done;
  partition.delete_before(offset, [&](DeleteResult result) { done.set_value(result); });
  return done.get_future().get();
}

inline AppendResult append_and_wait(Partition& partition, Bytes batch) {
  Answers answers;
  partition.append(std::move(batch), answers.next());
  return answers.wait()[0];
}

// All values of a partition from `offset` on, checking that offsets are dense.
inline Result<std::vector<std::string>> read_values(const Partition& partition, int64_t offset = 0,
                                                    size_t max_bytes = 4096) {
  std::vector<std::string> values;
  int64_t at = offset;
  while (at < partition.high_watermark()) {
    WEIR_TRY_ASSIGN(const FetchSlice slice, partition.read(at, max_bytes, AtLeastOne::yes));
    if (slice.pieces.empty())
      return Error(ErrorCode::internal, "nothing read below the high watermark");
    for (const auto& piece : slice.pieces) {
      for (BytesView rest = *piece; !rest.empty();) {
        WEIR_TRY_ASSIGN(const auto batch, kafka::protocol::RecordBatchView::parse(rest));
        rest.remove_prefix(batch.size());
        if (!batch.verify_crc()) return Error(ErrorCode::corrupt, "wrong CRC");
        WEIR_TRY_ASSIGN(auto reader, kafka::protocol::RecordReader::open(batch));
        for (;;) {
          WEIR_TRY_ASSIGN(const auto record, reader.next());
          if (!record) break;
          if (record->offset < offset) continue;
          if (record->offset != offset + static_cast<int64_t>(values.size())) {
            return Error(ErrorCode::corrupt,
                         "offset " + std::to_string(record->offset) + " out of order");
          }
          values.emplace_back(*record->value);
        }
        at = batch.next_offset();
      }
    }
  }
  return values;
}

inline TopicId topic_id(uint8_t number) {
  TopicId id{};
  id[0] = 1;
  id[15] = number;
  return id;
}

}  // namespace weir::broker::log

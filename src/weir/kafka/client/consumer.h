#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "weir/base/result.h"
#include "weir/kafka/client/client_options.h"
#include "weir/kafka/client/record.h"

namespace weir::kafka::client {

struct ConsumerOptions {
  ClientOptions client = {};
  size_t fetch_min_bytes = 1;                 // the broker answers when it has so much,
  std::chrono::milliseconds fetch_wait{100};  // or after so long
  size_t fetch_bytes = 16 * 1024 * 1024;      // at most so much in one answer
  size_t prefetch_messages = 50'000;          // fetching pauses while so many records wait,
  size_t prefetch_bytes = 32 * 1024 * 1024;   // or so many bytes
  bool report_ends = false;                   // for `at_end`
};

struct StartPosition {
  TopicPartition partition = {};
  int64_t offset = kEarliestOffset;  // a record's offset, kEarliestOffset or kLatestOffset
};

// Reads partitions from explicit positions; commits nothing and belongs to no group. Never jumps:
// when the wanted offset does not exist (retention, a truncated log) that is an error that names
// it. Confined to one thread, but for `connection`.
class Consumer {
 public:
  static Result<std::unique_ptr<Consumer>> open(ConsumerOptions options);
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Starts reading these partitions beside those being read. `already_exists` when one is being
  // read. A topic that does not exist is no error here: `poll` reports it as `not_found`.
  Status add(std::span<const StartPosition> positions);
  // Stops reading a partition; nothing of it is returned any more. `not_found` when it was not
  // read.
  Status remove(const TopicPartition& partition);

  // Up to `max_records`, waiting up to `timeout` for the first; empty when none came. The records
  // live until the next `poll`. Errors concern one partition, and the others go on at the next
  // call: `refused` = its position lies outside what the broker has; that partition stops until it
  // is removed and added again. `not_found` = no such topic (it is retried by itself). A broker
  // that is away is no error: the answer is empty and `connection` tells.
  Result<std::span<const IncomingRecord>> poll(size_t max_records,
                                               std::chrono::milliseconds timeout);

  // With `report_ends`: the partition has been read up to what was its end at that time (of
  // committed transactions, its last stable offset), and nothing was returned since.
  bool at_end(const TopicPartition& partition) const;

  ConnectionState connection() const;

 private:
  class Core;
  explicit Consumer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace weir::kafka::client

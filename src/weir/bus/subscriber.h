#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/result.h"
#include "weir/kafka/client/consumer.h"

namespace weir::bus {

using kafka::client::HeaderView;
using kafka::client::IncomingRecord;
using kafka::client::kEarliestOffset;
using kafka::client::kLatestOffset;
using kafka::client::StartPosition;
using kafka::client::TopicPartition;

struct SubscriberOptions {
  std::string brokers = {};
  std::string label = "weir";  // names the client and its threads: "store.kafka"
  // Larger answers cost less per record: with thousands of partitions ask for some 64 KiB.
  size_t fetch_min_bytes = 1;
  std::chrono::milliseconds fetch_wait{100};
  size_t prefetch_messages = 50'000;
  size_t prefetch_bytes = 32 * 1024 * 1024;
  std::vector<std::pair<std::string, std::string>> properties =
      {};  // further librdkafka properties
};

struct SubscriberState {
  size_t partitions = 0;
  bool reachable = true;
  std::string reason = {};  // "" when all is well, else "broker unreachable since …: …"
};

// Reads records from explicit positions and never jumps: the caller keeps the positions (with its
// output, in one transaction) and starts from them. Confined to one thread.
//
//   WEIR_TRY_ASSIGN(auto subscriber, Subscriber::connect({.brokers = "localhost:9092"}));
//   WEIR_TRY(subscriber->add({{{.topic = "Dome_telemetry", .partition = 0}, 42}}));
//   WEIR_TRY_ASSIGN(auto records, subscriber->poll(1000, 100ms));
//   for (const IncomingRecord& record : records) …;
class Subscriber {
 public:
  static Result<std::unique_ptr<Subscriber>> connect(SubscriberOptions options);
  ~Subscriber();

  // Starts reading partitions beside those already read: call again for topics found later.
  // `already_exists` when one is being read.
  Status add(std::span<const StartPosition> positions);
  Status add(std::initializer_list<StartPosition> positions);
  Status remove(const TopicPartition& partition);

  // Up to `max_records`, waiting up to `timeout` for the first; empty when none came, also while
  // the broker is away (`state` tells). The records live until the next `poll`. An error concerns
  // one partition and the others go on with the next call: `refused` = the position lies outside
  // what the broker has (the message names both); `not_found` = no such topic.
  Result<std::span<const IncomingRecord>> poll(size_t max_records,
                                               std::chrono::milliseconds timeout);

  SubscriberState state() const;

 private:
  explicit Subscriber(std::unique_ptr<kafka::client::Consumer> consumer);

  std::unique_ptr<kafka::client::Consumer> consumer_;
  size_t partitions_ = 0;
};

}  // namespace weir::bus

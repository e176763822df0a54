#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/time.h"

namespace weir::kafka::client {

// What every Kafka client of weir needs to know.
struct ClientOptions {
  std::string brokers = {};  // "host:port,host:port"
  // Names the client to the broker (client id) and its threads to the operating system (the first
  // 15 characters), so that CPU time can be attributed: "mock.kafka".
  std::string label = "weir";
  // Further librdkafka properties, set last, by librdkafka's names ("sasl.username"). Secrets are
  // not logged.
  std::vector<std::pair<std::string, std::string>> properties = {};
};

struct TopicPartition {
  std::string topic = {};
  int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

// Offsets that name a place instead of a record.
inline constexpr int64_t kEarliestOffset = -2;
inline constexpr int64_t kLatestOffset = -1;

// How the broker is, as this client sees it. Queried for display, never for decisions about data.
struct ConnectionState {
  bool reachable = true;
  Timestamp since = {};     // of the last change of `reachable`
  std::string reason = {};  // why it is not reachable; empty when it is
};

// "broker reachable", or "broker unreachable since 2026-11-22T15:01:46.250000Z: <reason>".
std::string to_string(const ConnectionState& state);

}  // namespace weir::kafka::client

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "weir/io/tcp.h"

namespace weir::broker::handlers {

// What a topic gets that asks for more replicas than one broker has. Clients and tools written for
// a cluster often ask for 3 without a choice (Kafka Connect's internal topics), so `clamp` is the
// default: the topic is made, and the response says that it has one replica.
enum class ReplicationPolicy { clamp, refuse };

// How the broker answers. Immutable while it runs.
struct BrokerSettings {
  int32_t node_id = 1;
  // Where clients are told to connect; by default the address they reached this connection by.
  std::optional<io::TcpAddress> advertise = {};
  int32_t num_partitions = 1;  // of a topic that does not say
  bool auto_create_topics = true;
  ReplicationPolicy replication = ReplicationPolicy::clamp;
  int32_t max_message_bytes =
      1'048'588;  // largest batch of a topic that does not say; Kafka's default
  size_t fetch_max_bytes = 55u << 20;  // most bytes of one fetch response, whatever is asked for
  std::chrono::milliseconds max_fetch_wait{60'000};
};

}  // namespace weir::broker::handlers

#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/result.h"

namespace weir::registry::server {

// Everything that can be chosen about a registry; the defaults are those of `weir registry`.
struct RegistryOptions {
  std::string brokers = {};        // where the topic lives: "host:port,host:port"
  std::string topic = "_schemas";  // one partition, compacted
  std::string host = "127.0.0.1";
  uint16_t port = 8081;                              // 0: a free one
  std::string label = "registry";                    // names its threads and its Kafka clients
  std::chrono::milliseconds start_deadline{60'000};  // to reach the broker and read the topic
  std::chrono::milliseconds write_deadline{
      10'000};                  // before a registration is answered "timed out"
  size_t max_pending = 10'000;  // registrations under way at once; more are refused
  std::vector<std::pair<std::string, std::string>> kafka_properties =
      {};  // further librdkafka properties
};

}  // namespace weir::registry::server

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "weir/base/json.h"
#include "weir/demo/proof.h"

namespace weir::demo {

// What a run of the demo showed; `to_json` is the file that --report writes.
struct Report {
  size_t topics = 0;
  uint64_t scheduled = 0;     // ticks that were due
  uint64_t sent = 0;          // messages handed to Kafka
  uint64_t acknowledged = 0;  // of these, acknowledged as durable
  uint64_t dead_lettered = 0;
  uint64_t late = 0;      // ticks sent later than they should
  uint64_t values = 0;    // stored: scalars and array items
  uint64_t repeated = 0;  // repeats on Kafka that the store recognised and dropped
  Proof proof;
  double seconds = 0;  // of the mock's run
  double latency_p50_ms = 0, latency_p99_ms = 0,
         latency_max_ms = 0;              // made → readable in the store
  std::map<std::string, double> cpu_s;    // by part
  std::map<std::string, double> rss_mb;   // peak, by process
  std::optional<double> bytes_per_value;  // of the store's file
  std::string brokers;                    // "embedded", or the cluster's addresses

  double rate_msg_s() const {
    return seconds > 0 ? static_cast<double>(acknowledged) / seconds : 0;
  }
  double values_s() const { return seconds > 0 ? static_cast<double>(values) / seconds : 0; }
  // Something was sent, all of it was acknowledged and is stored once.
  bool holds() const;
};

Json to_json(const Report& report);

// Adds up CPU seconds by part: what stands before the first '.' of a thread's name; "tx" is the
// transformer's, and what no live thread accounts for of `total` is "other".
std::map<std::string, double> cpu_by_part(const std::map<std::string, double>& thread_seconds,
                                          double total);

// The report as a few lines to read.
std::string summary(const Report& report);

}  // namespace weir::demo

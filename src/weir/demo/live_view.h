#pragma once

#include <deque>
#include <string>
#include <vector>

#include "weir/base/time.h"

namespace weir::demo {

// One moment of a run.
struct Sample {
  double seconds = 0;  // since the start
  uint64_t scheduled = 0, sent = 0, acknowledged = 0, stored = 0, late = 0, values = 0;
  double latency_p50_ms = 0, latency_p99_ms = 0;
  std::string waiting_for = {};
};

struct ViewStyle {
  int width = 80;
  bool unicode = true;
  bool colour = false;
};

// What a terminal shows while the demo runs: counters, lag, latency, and the rate as a sparkline.
// Turns samples into lines; the caller draws them. Confined.
class LiveView {
 public:
  explicit LiveView(double duration_s) : duration_s_(duration_s) {}

  void add(Sample sample);
  // A block of lines to draw over the one before.
  std::vector<std::string> block(const ViewStyle& style) const;
  // The newest sample as one line, for logs.
  std::string line() const;

 private:
  double rate() const;  // messages stored per second, of late

  const double duration_s_;
  std::deque<Sample> samples_;
  std::vector<double> rates_, latencies_;
};

}  // namespace weir::demo

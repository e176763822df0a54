#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "weir/base/time.h"

namespace weir::sal::mock {

// Which topic is to speak when, on an absolute time axis: tick k of a topic is at its phase plus k
// periods after the start, however late earlier ones were. Phases spread the topics evenly over
// their periods, always the same way. Nothing is skipped. Confined.
class Schedule {
 public:
  struct Tick {
    Duration due;  // since the start
    size_t topic;
    uint64_t number;  // of this topic, from 0
  };

  // One rate per topic, in hertz; with `length`, only the ticks before it.
  Schedule(const std::vector<double>& rates_hz, std::optional<Duration> length);

  // The earliest tick not yet taken; nullopt when all are.
  std::optional<Tick> next() const;
  void take();

  // How many ticks of a topic are due by then.
  uint64_t due_by(size_t topic, Duration elapsed) const;

 private:
  struct Topic {
    double period_us;
    double phase_us;
    uint64_t total;  // of ticks
  };
  struct Entry {
    double due_us;
    size_t topic;
    uint64_t number;
    // Latest first, so that the priority queue has the earliest on top; the topic breaks ties.
    bool operator<(const Entry& other) const {
      return due_us != other.due_us ? due_us > other.due_us : topic > other.topic;
    }
  };
  void push(size_t topic, uint64_t number);

  std::vector<Topic> topics_;
  std::priority_queue<Entry> queue_;
};

}  // namespace weir::sal::mock

#pragma once

#include <functional>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/io/event_loop.h"

namespace weir::broker::handlers {

// Carries work from other threads (the log's flusher) to the broker's loop. All that gathers before
// the loop gets to it is one post, so that a flush of a thousand appends wakes the loop once.
// Bounded by what may be in flight: each entry belongs to a request the memory budget has counted.
// Shared.
class Completions {
 public:
  explicit Completions(io::EventLoop& loop) : loop_(loop) {}

  // Any thread. `work` runs on the loop, in the order of the calls.
  void add(std::function<void()> work);

 private:
  void run();

  io::EventLoop& loop_;
  Mutex mutex_;
  std::vector<std::function<void()>> waiting_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::broker::handlers

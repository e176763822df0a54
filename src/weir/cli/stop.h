#pragma once

#include <memory>

#include "weir/base/mutex.h"
#include "weir/base/time.h"

namespace weir::cli {

// Asks a running verb to come to its end: Ctrl-C, SIGTERM, or the reader of its output having gone.
// Shared.
class StopFlag {
 public:
  void request();
  bool requested() const;
  // Returns when a stop is requested (true) or after `span` (false).
  bool wait_for(Duration span);
  void wait();

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool requested_ WEIR_GUARDED_BY(mutex_) = false;
};

// Turns SIGINT and SIGTERM into a request while it lives, on a thread of its own; a second signal
// ends the process at once with 130. Without one, the signals end the process as usual. One per
// process.
class StopOnSignals {
 public:
  explicit StopOnSignals(StopFlag& flag);
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::cli

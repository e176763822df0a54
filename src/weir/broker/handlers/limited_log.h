#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "weir/base/log.h"
#include "weir/base/time.h"

namespace weir::broker::handlers {

// Log lines that outsiders can cause at will: at most one a second gets through, and says how many
// did not. Shared.
class LimitedLog {
 public:
  LimitedLog(const Logger& logger, const Clock& clock) : logger_(logger), clock_(clock) {}

  void warning(std::string_view message, std::string_view peer, std::string_view reason);

 private:
  const Logger& logger_;
  const Clock& clock_;
  std::atomic<SteadyTime::rep> next_ = 0;
  std::atomic<uint64_t> suppressed_ = 0;
};

}  // namespace weir::broker::handlers

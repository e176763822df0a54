#include "weir/broker/handlers/limited_log.h"

namespace weir::broker::handlers {

void LimitedLog::warning(std::string_view message, std::string_view peer, std::string_view reason) {
  const SteadyTime now = clock_.steady_now();
  auto next = next_.load();
  const auto later = (now + std::chrono::seconds(1)).time_since_epoch().count();
  if (now.time_since_epoch().count() < next || !next_.compare_exchange_strong(next, later)) {
    ++suppressed_;
    return;
  }
  logger_.warning(message,
                  {{"peer", peer}, {"reason", reason}, {"suppressed", suppressed_.exchange(0)}});
}

}  // namespace weir::broker::handlers

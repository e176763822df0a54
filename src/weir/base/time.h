#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "weir/base/result.h"

namespace weir {

// A moment in UTC, to the microsecond: what instruments stamp and what the store keeps.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

// The source of time, passed in by reference so that tests and simulations can own it. Shared.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;          // may step
  virtual SteadyTime steady_now() const = 0;  // never goes back
};

inline int64_t to_millis(Timestamp time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}
inline Timestamp from_millis(int64_t millis) { return Timestamp(std::chrono::milliseconds(millis)); }

// "2026-11-22T15:01:46.250000Z": always UTC, always microseconds.
std::string format_utc(Timestamp time);

// Reads a moment as users write it, relative to `now`: an ISO 8601 date or date and time in UTC
// ("2026-11-22", "2026-11-22T15:01:46.25Z"), "now", or a time ago as "-15m" or "now-15m" (us ms s m h d w).
Result<Timestamp> parse_time(std::string_view text, Timestamp now);

// "250ms", "20s", "15m", "1h", "7d", or a bare number of seconds.
Result<Duration> parse_duration(std::string_view text);

}  // namespace weir

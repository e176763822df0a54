#pragma once

#include <atomic>

#include "weir/base/time.h"

namespace weir::testing {

// A clock that moves only when told. Shared.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Timestamp start = from_millis(1'700'000'000'000)) : start_(start) {}

  Timestamp now() const override { return start_ + Duration(elapsed_.load()); }
  SteadyTime steady_now() const override { return SteadyTime(Duration(elapsed_.load())); }
  void advance(Duration by) { elapsed_ += by.count(); }

 private:
  const Timestamp start_;
  std::atomic<int64_t> elapsed_ = 0;
};

}  // namespace weir::testing

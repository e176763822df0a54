#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/mutex.h"

namespace weir::metrics {

// A number that only grows. Shared: one relaxed atomic addition.
class Counter {
 public:
  void add(uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_ = 0;
};

// A whole number that goes up and down: bytes held, connections open. Shared.
class Gauge {
 public:
  void set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(int64_t by) { value_.fetch_add(by, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_ = 0;
};

// What a histogram counts: spans are recorded in microseconds and shown in seconds.
enum class Unit { seconds, bytes, items };

// How often values of which size occurred: 32 buckets per doubling, so that a quantile is at most 3
// % too high, whatever the range; the maximum is exact. 15 KiB. Shared: three or four relaxed
// atomic operations for each value. A quantile read while others record may miss the latest values.
class Histogram {
 public:
  explicit Histogram(Unit unit = Unit::seconds) : unit_(unit) {}

  void record(uint64_t value) {
    buckets_[index_of(value)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
    uint64_t seen = max_.load(std::memory_order_relaxed);
    while (value > seen && !max_.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
    }
  }
  // A span below zero counts as zero.
  void record(std::chrono::microseconds span) {
    record(static_cast<uint64_t>(span.count() < 0 ? 0 : span.count()));
  }

  Unit unit() const { return unit_; }
  uint64_t count() const;
  uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
  uint64_t max() const { return max_.load(std::memory_order_relaxed); }
  // The value that `share` (0 to 1) of all recorded ones do not exceed; 0 when there are none.
  uint64_t quantile(double share) const;
  // How many recorded values are below 2^exponent (exact).
  uint64_t count_below_power(int exponent) const;

 private:
  static constexpr int kBits = 5;
  static constexpr size_t kPerDoubling = size_t{1} << kBits;
  static constexpr size_t kBuckets = (64 - kBits + 1) * kPerDoubling;

  static size_t index_of(uint64_t value) {
    if (value < kPerDoubling) return static_cast<size_t>(value);
    const int shift = 63 - std::countl_zero(value) - kBits;
    return static_cast<size_t>(shift) * kPerDoubling + static_cast<size_t>(value >> shift);
  }
  // The largest value that falls into a bucket.
  static uint64_t highest_of(size_t index);

  const Unit unit_;
  std::array<std::atomic<uint64_t>, kBuckets> buckets_{};
  std::atomic<uint64_t> sum_ = 0;
  std::atomic<uint64_t> max_ = 0;
};

// Label names and values, in the order to print: {{"topic", "MTMount_elevation"}}.
using Labels = std::vector<std::pair<std::string, std::string>>;

// Owns the metrics of one process (or of one test) and prints them. A metric lives as long as the
// registry; asking again for a name with the same labels gives the same one. Names and help are our
// own text: a malformed name, or one name for two kinds, is a bug and aborts. Shared.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, Unit unit, Labels labels = {});

  // The Prometheus text exposition format 0.0.4, families in alphabetical order. A histogram has
  // buckets at powers of two and beside it a gauge `<name>_max`.
  std::string to_prometheus() const;
  // A Markdown table: name, kind, help.
  std::string to_markdown() const;

 private:
  struct Family;
  Family& family(std::string_view name, std::string_view help, std::string_view kind)
      WEIR_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>, std::less<>> families_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::metrics

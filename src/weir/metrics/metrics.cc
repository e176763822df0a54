#include "weir/metrics/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "weir/base/check.h"

namespace weir::metrics {
namespace {

// Buckets shown to Prometheus: 64 µs to 67 s, 64 B to 1 GiB.
constexpr int kFirstPower = 6;
constexpr int kLastPowerOfSpans = 26;
constexpr int kLastPower = 30;

bool well_formed(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string escape(std::string_view text, std::string_view also) {
  std::string result;
  for (char c : text) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '\\' || also.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string print(const Labels& labels, std::string_view bound = {}) {
  std::string inside;
  for (const auto& [name, value] : labels) {
    inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", name, escape(value, "\""));
  }
  if (!bound.empty()) inside += fmt::format("{}le=\"{}\"", inside.empty() ? "" : ",", bound);
  return inside.empty() ? "" : "{" + inside + "}";
}

std::string scaled(uint64_t value, Unit unit) {
  switch (unit) {
    case Unit::seconds:
      return fmt::format("{}", static_cast<double>(value) / 1e6);
    case Unit::bytes:
    case Unit::items:
      return fmt::format("{}", value);
  }
  return "";
}

void print_histogram(std::string& out, std::string_view name, const Labels& labels,
                     const Histogram& histogram) {
  const int last = histogram.unit() == Unit::seconds ? kLastPowerOfSpans : kLastPower;
  for (int power = kFirstPower; power <= last; ++power) {
    // Whole numbers: below 2^power is at most 2^power - 1.
    const std::string bound = scaled((uint64_t{1} << power) - 1, histogram.unit());
    out += fmt::format("{}_bucket{} {}\n", name, print(labels, bound),
                       histogram.count_below_power(power));
  }
  const uint64_t count = histogram.count();
  out += fmt::format("{}_bucket{} {}\n", name, print(labels, "+Inf"), count);
  out +=
      fmt::format("{}_sum{} {}\n", name, print(labels), scaled(histogram.sum(), histogram.unit()));
  out += fmt::format("{}_count{} {}\n", name, print(labels), count);
}

}  // namespace

uint64_t Histogram::highest_of(size_t index) {
  if (index < 2 * kPerDoubling) return index;
  const size_t shift = index / kPerDoubling - 1;
  return (((index - shift * kPerDoubling) + 1) << shift) - 1;
}

uint64_t Histogram::count() const {
  uint64_t count = 0;
  for (const auto& bucket : buckets_) count += bucket.load(std::memory_order_relaxed);
  return count;
}

uint64_t Histogram::count_below_power(int exponent) const {
  uint64_t count = 0;
  const size_t end = index_of(uint64_t{1} << exponent);
  for (size_t i = 0; i < end; ++i) count += buckets_[i].load(std::memory_order_relaxed);
  return count;
}

uint64_t Histogram::quantile(double share) const {
  const uint64_t total = count();
  if (total == 0) return 0;
  const auto wanted =
      static_cast<uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(total)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i].load(std::memory_order_relaxed);
    if (seen > 0 && seen >= wanted) return std::min(highest_of(i), max());
  }
  return max();
}

struct Registry::Family {
  std::string help;
  std::string kind;
  std::map<Labels, std::unique_ptr<Counter>> counters;
  std::map<Labels, std::unique_ptr<Gauge>> gauges;
  std::map<Labels, std::unique_ptr<Histogram>> histograms;
};

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Family& Registry::family(std::string_view name, std::string_view help,
                                   std::string_view kind) {
  WEIR_CHECK(well_formed(name));
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.emplace(std::string(name), std::make_unique<Family>()).first;
    found->second->help = help;
    found->second->kind = kind;
  }
  WEIR_CHECK(found->second->kind == kind);
  return *found->second;
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  const MutexLock lock(mutex_);
  auto& made = family(name, help, "counter").counters[std::move(labels)];
  if (!made) made = std::make_unique<Counter>();
  return *made;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
  const MutexLock lock(mutex_);
  auto& made = family(name, help, "gauge").gauges[std::move(labels)];
  if (!made) made = std::make_unique<Gauge>();
  return *made;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, Unit unit,
                               Labels labels) {
  const MutexLock lock(mutex_);
  auto& made = family(name, help, "histogram").histograms[std::move(labels)];
  if (!made) made = std::make_unique<Histogram>(unit);
  WEIR_CHECK(made->unit() == unit);
  return *made;
}

std::string Registry::to_prometheus() const {
  const MutexLock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escape(family->help, ""), name,
                       family->kind);
    for (const auto& [labels, counter] : family->counters) {
      out += fmt::format("{}{} {}\n", name, print(labels), counter->value());
    }
    for (const auto& [labels, gauge] : family->gauges) {
      out += fmt::format("{}{} {}\n", name, print(labels), gauge->value());
    }
    for (const auto& [labels, histogram] : family->histograms)
      print_histogram(out, name, labels, *histogram);
    if (family->histograms.empty()) continue;
    out += fmt::format("# HELP {}_max Largest of {}\n# TYPE {}_max gauge\n", name, name, name);
    for (const auto& [labels, histogram] : family->histograms) {
      out += fmt::format("{}_max{} {}\n", name, print(labels),
                         scaled(histogram->max(), histogram->unit()));
    }
  }
  return out;
}

std::string Registry::to_markdown() const {
  const MutexLock lock(mutex_);
  std::string out = "| Name | Kind | Meaning |\n|---|---|---|\n";
  for (const auto& [name, family] : families_) {
    out += fmt::format("| `{}` | {} | {} |\n", name, family->kind, escape(family->help, "|"));
  }
  return out;
}

}  // namespace weir::metrics

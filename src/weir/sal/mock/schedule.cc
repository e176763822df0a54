#include "weir/sal/mock/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weir::sal::mock {
namespace {

constexpr double kGoldenRatio = 0.6180339887498949;  // multiples of it fill an interval evenly

uint64_t ticks_before(double limit_us, double phase_us, double period_us) {
  return limit_us > phase_us ? static_cast<uint64_t>(std::ceil((limit_us - phase_us) / period_us))
                             : 0;
}

}  // namespace

Schedule::Schedule(const std::vector<double>& rates_hz, std::optional<Duration> length) {
  topics_.reserve(rates_hz.size());
  for (size_t i = 0; i < rates_hz.size(); ++i) {
    Topic topic{1e6 / rates_hz[i], 0, std::numeric_limits<uint64_t>::max()};
    const double turns = static_cast<double>(i) * kGoldenRatio;
    topic.phase_us = (turns - std::floor(turns)) * topic.period_us;
    if (length) {
      topic.total =
          ticks_before(static_cast<double>(length->count()), topic.phase_us, topic.period_us);
    }
    topics_.push_back(topic);
    push(i, 0);
  }
}

void Schedule::push(size_t topic, uint64_t number) {
  const Topic& its = topics_[topic];
  if (number >= its.total) return;
  queue_.push({its.phase_us + static_cast<double>(number) * its.period_us, topic, number});
}

std::optional<Schedule::Tick> Schedule::next() const {
  if (queue_.empty()) return std::nullopt;
  const Entry& entry = queue_.top();
  return Tick{Duration(static_cast<int64_t>(entry.due_us)), entry.topic, entry.number};
}

void Schedule::take() {
  const Entry entry = queue_.top();
  queue_.pop();
  push(entry.topic, entry.number + 1);
}

uint64_t Schedule::due_by(size_t topic, Duration elapsed) const {
  const Topic& its = topics_[topic];
  return std::min(its.total, ticks_before(static_cast<double>(elapsed.count()) + 1, its.phase_us,
                                          its.period_us));
}

}  // namespace weir::sal::mock

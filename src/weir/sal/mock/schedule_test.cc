#include "weir/sal/mock/schedule.h"

#include <gtest/gtest.h>

#include <map>

namespace weir::sal::mock {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, GivesEveryTickOnceInOrderOfTimeAtItsRate) {
  Schedule schedule({1, 10, 100}, 2s);
  std::map<size_t, uint64_t> counts;
  Duration last{0};
  while (const auto tick = schedule.next()) {
    EXPECT_GE(tick->due, last);
    EXPECT_EQ(tick->number, counts[tick->topic]);
    EXPECT_LT(tick->due, 2s);
    last = tick->due;
    ++counts[tick->topic];
    schedule.take();
  }
  EXPECT_EQ(counts[0], 2u);
  EXPECT_EQ(counts[1], 20u);
  EXPECT_EQ(counts[2], 200u);
}

TEST(Schedule, CountsTheSameTicksThatItGives) {
  const std::vector<double> rates = {0.3, 7, 99.9, 33};
  Schedule schedule(rates, 5s);
  std::vector<uint64_t> given(rates.size(), 0);
  for (Duration now{0}; now < 6s; now += 17ms) {
    for (auto tick = schedule.next(); tick && tick->due <= now; tick = schedule.next()) {
      ++given[tick->topic];
      schedule.take();
    }
    for (size_t i = 0; i < rates.size(); ++i) EXPECT_EQ(schedule.due_by(i, now), given[i]);
  }
}

TEST(Schedule, SpreadsTheTopicsOverThePeriod) {
  Schedule schedule(std::vector<double>(1000, 1.0), 1s);
  std::vector<int> tenths(10, 0);
  for (; const auto tick = schedule.next(); schedule.take())
    ++tenths[static_cast<size_t>(tick->due / 100ms)];
  for (const int count : tenths) EXPECT_NEAR(count, 100, 3);
}

TEST(Schedule, DoesNotDriftOverADay) {
  Schedule schedule({3.0}, std::nullopt);
  EXPECT_EQ(schedule.due_by(0, 24h), 3u * 86'400u + 1);
}

}  // namespace
}  // namespace weir::sal::mock

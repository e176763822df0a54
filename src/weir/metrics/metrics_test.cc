#include "weir/metrics/metrics.h"

#include <gmock/gmock.h>

#include <thread>

namespace weir::metrics {
namespace {

using ::testing::HasSubstr;

TEST(Histogram, GivesQuantilesWithinThreePercentAndAnExactMaximum) {
  Histogram histogram;
  for (uint64_t value = 1; value <= 100'000; ++value) histogram.record(value);
  EXPECT_EQ(histogram.count(), 100'000u);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5)), 50'000, 1'600);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.99)), 99'000, 3'100);
  EXPECT_EQ(histogram.quantile(1), 100'000u);
  EXPECT_EQ(histogram.max(), 100'000u);
}

TEST(Histogram, IsExactForSmallValuesAndTakesTheLargest) {
  Histogram histogram(Unit::items);
  for (uint64_t value : {0u, 1u, 2u, 40u}) histogram.record(value);
  EXPECT_EQ(histogram.quantile(0), 0u);
  EXPECT_EQ(histogram.quantile(0.5), 1u);
  EXPECT_EQ(histogram.quantile(0.75), 2u);
  EXPECT_EQ(histogram.quantile(0.76), 40u);
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.quantile(1), UINT64_MAX);
}

TEST(Histogram, NeverFallsBelowTheValueAtAnyPowerOfTwo) {
  for (int power = 0; power < 64; ++power) {
    for (const uint64_t value :
         {(uint64_t{1} << power) - 1, uint64_t{1} << power, (uint64_t{1} << power) + 1}) {
      Histogram histogram;
      histogram.record(value);
      histogram.record(UINT64_MAX);
      EXPECT_GE(histogram.quantile(0.5), value);
      EXPECT_LE(static_cast<double>(histogram.quantile(0.5)), static_cast<double>(value) * 1.032);
    }
  }
}

TEST(Histogram, OfNothingIsZeroAndSpansBelowZeroCountAsZero) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0u);
  histogram.record(std::chrono::microseconds(-5));
  EXPECT_EQ(histogram.max(), 0u);
  EXPECT_EQ(histogram.count(), 1u);
}

TEST(Histogram, LosesNothingUnderThreads) {
  Histogram histogram;
  Counter counter;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (uint64_t value = 0; value < 10'000; ++value) {
        histogram.record(value);
        counter.add();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(histogram.count(), 40'000u);
  EXPECT_EQ(histogram.sum(), 4u * 49'995'000);
  EXPECT_EQ(counter.value(), 40'000u);
}

TEST(Registry, PrintsPrometheusText) {
  Registry registry;
  registry.counter("weir_records_total", "Records\nseen", {{"topic", "a\"b\\c"}}).add(3);
  registry.gauge("weir_connections", "Connections open").set(-2);
  EXPECT_EQ(registry.to_prometheus(),
            "# HELP weir_connections Connections open\n"
            "# TYPE weir_connections gauge\n"
            "weir_connections -2\n"
            "# HELP weir_records_total Records\\nseen\n"
            "# TYPE weir_records_total counter\n"
            "weir_records_total{topic=\"a\\\"b\\\\c\"} 3\n");
}

TEST(Registry, PrintsSpansInSecondsWithCumulativeBuckets) {
  Registry registry;
  Histogram& sync = registry.histogram("weir_sync_seconds", "Time of a sync", Unit::seconds);
  sync.record(std::chrono::microseconds(63));
  sync.record(std::chrono::microseconds(64));
  sync.record(std::chrono::seconds(100));
  const std::string text = registry.to_prometheus();
  EXPECT_THAT(text, HasSubstr("weir_sync_seconds_bucket{le=\"6.3e-05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("weir_sync_seconds_bucket{le=\"0.000127\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("weir_sync_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("weir_sync_seconds_sum 100.000127\n"));
  EXPECT_THAT(text, HasSubstr("weir_sync_seconds_count 3\n"));
  EXPECT_THAT(text, HasSubstr("weir_sync_seconds_max 100\n"));
}

TEST(Registry, GivesTheSameMetricForTheSameNameAndLabels) {
  Registry registry;
  Counter& one = registry.counter("weir_a_total", "A", {{"topic", "x"}});
  EXPECT_EQ(&one, &registry.counter("weir_a_total", "A", {{"topic", "x"}}));
  EXPECT_NE(&one, &registry.counter("weir_a_total", "A", {{"topic", "y"}}));
}

TEST(Registry, AbortsWhenOneNameIsUsedForTwoKinds) {
  Registry registry;
  registry.counter("weir_a", "A");
  EXPECT_DEATH(registry.gauge("weir_a", "A"), "should not happen");
}

}  // namespace
}  // namespace weir::metrics

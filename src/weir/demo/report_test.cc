#include "weir/demo/report.h"

#include <gmock/gmock.h>

namespace weir::demo {
namespace {

Report good() {
  Report report;
  report.topics = 2;
  report.scheduled = report.sent = report.acknowledged = report.proof.stored = 10;
  report.seconds = 5;
  return report;
}

TEST(Report, HoldsOnlyWhenWhatWasSentIsStoredOnce) {
  EXPECT_TRUE(good().holds());
  EXPECT_FALSE(Report().holds()) << "nothing sent proves nothing";
  Report lost = good();
  lost.proof.lost = 1;
  EXPECT_FALSE(lost.holds());
  Report unacknowledged = good();
  unacknowledged.acknowledged = 9;
  EXPECT_FALSE(unacknowledged.holds());
  Report dead = good();
  dead.dead_lettered = 1;
  EXPECT_FALSE(dead.holds());
}

TEST(Report, HasTheKeysThatScriptsRead) {
  const Json json = to_json(good());
  for (const char* key : {"topics", "scheduled", "sent", "acknowledged", "dead_lettered", "stored",
                          "lost", "duplicated", "late", "rate_msg_s", "values_s", "latency_ms",
                          "cpu_s", "rss_mb", "bytes_per_value"}) {
    EXPECT_NE(json.find(key), nullptr) << key;
  }
  EXPECT_EQ(json.find("rate_msg_s")->as_double(), 2.0);
}

TEST(CpuByPart, AddsThreadsUpByThePartInTheirNames) {
  const auto parts =
      cpu_by_part({{"broker", 1}, {"broker.flush", 2}, {"tx.read", 4}, {"transform", 8}}, 20);
  EXPECT_THAT(parts, ::testing::UnorderedElementsAre(::testing::Pair("broker", 3),
                                                     ::testing::Pair("transform", 12),
                                                     ::testing::Pair("other", 5)));
}

}  // namespace
}  // namespace weir::demo

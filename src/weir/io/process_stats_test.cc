#include "weir/io/process_stats.h"

#include <gmock/gmock.h>

#include <thread>

#include "weir/io/thread.h"
#include "weir/testing/matchers.h"

namespace weir::io {
namespace {

TEST(ProcessStats, CountsMemoryAndNamesThreads) {
  Result<ProcessStats> stats = Error(ErrorCode::internal, "not run");
  std::thread([&] {
    set_thread_name("a name far too long for Linux");
    stats = process_stats();
  }).join();
  ASSERT_OK(stats);
  EXPECT_GT(stats->resident_bytes, 100'000u);
  EXPECT_GE(stats->peak_resident_bytes, stats->resident_bytes / 2);
  EXPECT_THAT(stats->thread_seconds,
              ::testing::Contains(::testing::Key("a name far too long for Linux")));
}

}  // namespace
}  // namespace weir::io

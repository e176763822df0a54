#include "weir/demo/live_view.h"

#include <gmock/gmock.h>

namespace weir::demo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(LiveView, ShowsCountersLagAndRate) {
  LiveView view(20);
  view.add({.seconds = 1, .scheduled = 100, .sent = 100, .acknowledged = 90, .stored = 50});
  view.add(
      {.seconds = 2, .scheduled = 220, .sent = 210, .acknowledged = 200, .stored = 150, .late = 3});
  const std::vector<std::string> lines = view.block({.unicode = false});
  EXPECT_THAT(lines, Contains(HasSubstr("late 3")));
  EXPECT_THAT(lines, Contains(::testing::AllOf(HasSubstr("acked"), HasSubstr("lag 10"))));
  EXPECT_THAT(lines, Contains(::testing::AllOf(HasSubstr("stored"), HasSubstr("lag 50"))));
  EXPECT_THAT(lines, Contains(HasSubstr("100/s")));
  EXPECT_THAT(view.line(), HasSubstr("stored 150"));
}

TEST(LiveView, TheBlockKeepsItsHeightSoThatItCanBeDrawnOver) {
  LiveView view(20);
  view.add({.seconds = 1});
  const size_t height = view.block({}).size();
  view.add({.seconds = 2, .waiting_for = "store: broker unreachable"});
  EXPECT_EQ(view.block({}).size(), height);
}

}  // namespace
}  // namespace weir::demo

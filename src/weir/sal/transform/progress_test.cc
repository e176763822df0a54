#include "weir/sal/transform/progress.h"

#include <gmock/gmock.h>

namespace weir::sal::transform {
namespace {

Positions at(int64_t offset) { return {{{"Dome_telemetry", 0}, offset}}; }

TEST(Progress, PositionsAreSafeOnlyWhenAllEarlierOutputsAreDone) {
  Progress progress;
  Progress::Epoch* first = progress.begin();
  progress.close(at(10));
  Progress::Epoch* second = progress.begin();
  progress.close(at(20));

  second->done();
  EXPECT_EQ(progress.take_safe(), std::nullopt) << "the first output is still under way";
  EXPECT_EQ(progress.pending(), 2u);
  first->done();
  EXPECT_EQ(progress.take_safe(), at(20));
  EXPECT_EQ(progress.take_safe(), std::nullopt) << "each position is handed out once";
  EXPECT_EQ(progress.pending(), 0u);
}

TEST(Progress, AnEpochWithoutOutputsIsSafeAtOnce) {
  Progress progress;
  progress.close(at(3));
  EXPECT_EQ(progress.take_safe(), at(3));
}

TEST(Progress, OutputsOfTheOpenEpochHoldNothingBack) {
  Progress progress;
  progress.close(at(5));
  progress.begin();
  EXPECT_EQ(progress.take_safe(), at(5));
}

}  // namespace
}  // namespace weir::sal::transform

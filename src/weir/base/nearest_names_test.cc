#include "weir/base/nearest_names.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> kNames = {"MTMount_elevation", "MTMount_azimuth", "MTDome_azimuth",
                                         "Scheduler_logevent"};

TEST(NearestNames, FindsATypingErrorInAnyCase) {
  EXPECT_THAT(nearest_names("mtmount_elevatoin", kNames, 1), ElementsAre("MTMount_elevation"));
}

TEST(NearestNames, FindsNamesThatContainWhatWasTyped) {
  EXPECT_THAT(nearest_names("azimuth", kNames), ElementsAre("MTDome_azimuth", "MTMount_azimuth"));
}

TEST(NearestNames, SaysNothingWhenNothingIsNear) {
  EXPECT_THAT(nearest_names("zzzz", kNames), IsEmpty());
  EXPECT_EQ(did_you_mean("zzzz", kNames), "");
}

TEST(NearestNames, MakesTheEndOfASentence) {
  EXPECT_EQ(did_you_mean("azimuth", kNames), " (did you mean MTDome_azimuth or MTMount_azimuth?)");
}

}  // namespace
}  // namespace weir

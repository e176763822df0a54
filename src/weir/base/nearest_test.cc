#include "weir/base/nearest.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> near(std::string_view wanted, std::vector<std::string> candidates) {
  return nearest_names(wanted, candidates);
}

TEST(NearestNames, FindsMisspeltWordsBestFirst) {
  EXPECT_THAT(near("convret", {"connect", "convert", "query"}), ElementsAre("convert"));
  EXPECT_THAT(near("elevatoin", {"elevations", "elevation", "azimuth"}),
              ElementsAre("elevation", "elevations"));
}

TEST(NearestNames, IgnoresCaseAndFindsContainedWords) {
  EXPECT_THAT(near("ELEVATION", {"lsst.sal.MTMount_elevation", "elevation"}),
              ElementsAre("elevation", "lsst.sal.MTMount_elevation"));
}

TEST(NearestNames, SaysNothingWhenNothingIsNear) {
  EXPECT_THAT(near("xyzzy", {"broker", "query"}), IsEmpty());
  EXPECT_THAT(near("", {"broker"}), IsEmpty());
}

TEST(NearestNames, GivesAtMostThreeAndEachOnce) {
  EXPECT_THAT(near("aaaa", {"aaab", "aaac", "aaad", "aaae", "aaab"}),
              ElementsAre("aaab", "aaac", "aaad"));
}

TEST(NearestNames, ReadsAsASentence) {
  const std::vector<std::string> names = {"on", "an", "one", "query"};
  EXPECT_EQ(did_you_mean("on", std::span(names).first(1)), "; did you mean 'on'?");
  EXPECT_EQ(did_you_mean("on", names), "; did you mean 'on', 'an' or 'one'?");
  EXPECT_EQ(did_you_mean("xyzzy", names), "");
}

}  // namespace
}  // namespace weir

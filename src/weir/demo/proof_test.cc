#include "weir/demo/proof.h"

#include <gmock/gmock.h>

namespace weir::demo {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Proof, HoldsWhenEveryNumberIsThereOnceInWhateverOrder) {
  Proof proof;
  compare("a", {3, 1, 2}, 3, proof);
  compare("b", {}, 0, proof);
  EXPECT_EQ(proof.stored, 3u);
  EXPECT_EQ(proof.lost, 0u);
  EXPECT_EQ(proof.duplicated, 0u);
  EXPECT_THAT(proof.examples, IsEmpty());
}

TEST(Proof, CountsWhatIsMissingAndWhatIsThereTooOften) {
  Proof proof;
  compare("a", {1, 3, 3, 3}, 4, proof);
  EXPECT_EQ(proof.stored, 4u);
  EXPECT_EQ(proof.lost, 2u) << "2 and 4";
  EXPECT_EQ(proof.duplicated, 2u);
  EXPECT_THAT(proof.examples, SizeIs(1));
}

TEST(Proof, ANumberThatWasNeverSentIsOneTooMany) {
  Proof proof;
  compare("a", {0, 1, 2}, 1, proof);
  EXPECT_EQ(proof.lost, 0u);
  EXPECT_EQ(proof.duplicated, 2u);
}

}  // namespace
}  // namespace weir::demo

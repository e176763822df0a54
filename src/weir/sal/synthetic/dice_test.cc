#include "weir/sal/synthetic/dice.h"

#include <gmock/gmock.h>

#include <map>

namespace weir::sal::synthetic {
namespace {

TEST(Dice, ASeedAlwaysThrowsTheSameNumbers) {
  // The first outputs of SplitMix64 from state 0, as its authors publish them.
  Dice dice(0);
  EXPECT_EQ(dice.next(), UINT64_C(0xe220a8397b1dcdaf));
  EXPECT_EQ(dice.next(), UINT64_C(0x6e789e6aa1b965f4));
  EXPECT_EQ(dice.next(), UINT64_C(0x06c45d188009454f));
}

TEST(Dice, StayWithinBothEnds) {
  Dice dice(1);
  std::map<int64_t, int> seen;
  for (int i = 0; i < 600; ++i) ++seen[dice.between(-1, 4)];
  ASSERT_EQ(seen.size(), 6u);
  EXPECT_EQ(seen.begin()->first, -1);
  EXPECT_EQ(seen.rbegin()->first, 4);
  for (const auto& [number, times] : seen) EXPECT_NEAR(times, 100, 40) << number;
}

TEST(Deck, HoldsItsSharesExactlyEveryTimeRound) {
  constexpr Card<char> kTable[] = {{5, 'a'}, {2, 'b'}, {1, 'c'}};
  Deck<char> deck(kTable, 7);
  for (int round = 0; round < 3; ++round) {
    std::map<char, int> seen;
    for (int i = 0; i < 8; ++i) ++seen[deck.draw()];
    EXPECT_EQ(seen, (std::map<char, int>{{'a', 5}, {'b', 2}, {'c', 1}}));
  }
}

TEST(Deck, IsShuffledAnewEveryTimeRound) {
  constexpr Card<int> kTable[] = {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}, {1, 8}};
  Deck<int> deck(kTable, 7);
  std::vector<int> first, second;
  for (int i = 0; i < 8; ++i) first.push_back(deck.draw());
  for (int i = 0; i < 8; ++i) second.push_back(deck.draw());
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace weir::sal::synthetic

#include "weir/broker/server/memory_budget.h"

#include <gmock/gmock.h>

#include <thread>

namespace weir::broker::server {
namespace {

TEST(MemoryBudget, GivesSharesUntilItIsUsedUp) {
  io::EventLoop loop;
  MemoryBudget budget(loop, 100, [] {});
  auto first = budget.take(60);
  auto second = budget.take(40);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(budget.take(1), nullptr);
  first.reset();
  EXPECT_EQ(budget.used(), 40u);
  EXPECT_NE(budget.take(60), nullptr);
}

TEST(MemoryBudget, TakesAnOversizeRequestWhenItIsAlone) {
  io::EventLoop loop;
  MemoryBudget budget(loop, 100, [] {});
  const auto huge = budget.take(1000);
  EXPECT_NE(huge, nullptr);
  EXPECT_EQ(budget.take(1), nullptr);
}

TEST(MemoryBudget, TellsTheLoopWhenThereIsRoomAgainFromAnyThread) {
  io::EventLoop loop;
  int told = 0;
  MemoryBudget budget(loop, 100, [&] {
    ++told;
    loop.stop();
  });
  auto all = budget.take(100);
  EXPECT_EQ(budget.take(1), nullptr);
  std::thread([&] { all.reset(); }).join();
  loop.run();
  EXPECT_EQ(told, 1);
  EXPECT_NE(budget.take(1), nullptr);
}

}  // namespace
}  // namespace weir::broker::server

#include "weir/broker/handlers/fetch_waiters.h"

#include <gmock/gmock.h>

namespace weir::broker::handlers {
namespace {

// A partition of which only the amount of durable bytes matters; counts how often it is asked.
class FakePartition : public log::Partition {
 public:
  const std::string& topic() const override { return topic_; }
  int32_t index() const override { return 0; }
  void append(Bytes, log::AppendCallback) override {}
  void delete_before(int64_t, log::DeleteCallback) override {}
  Result<log::FetchSlice> read(int64_t, size_t, log::AtLeastOne) const override {
    return log::FetchSlice{};
  }
  int64_t start_offset() const override { return 0; }
  int64_t high_watermark() const override { return 0; }
  uint64_t available_bytes(int64_t) const override {
    ++looks;
    return available;
  }
  uint64_t size_bytes() const override { return available; }
  Result<std::optional<log::OffsetAndTime>> offset_for_time(int64_t) const override {
    return std::nullopt;
  }
  Result<std::optional<log::OffsetAndTime>> offset_of_max_timestamp() const override {
    return std::nullopt;
  }

  uint64_t available = 0;
  mutable int looks = 0;

 private:
  std::string topic_ = "t";
};

class RecordedFetch : public WaitingFetch {
 public:
  RecordedFetch(std::vector<FetchInterest> interests, uint64_t min_bytes, int& completed)
      : WaitingFetch(std::move(interests), min_bytes), completed_(completed) {}
  void complete() override { ++completed_; }

 private:
  int& completed_;
};

class FetchWaitersTest : public ::testing::Test {
 protected:
  FetchWaitersTest() {
    for (int i = 0; i < 1300; ++i) partitions.push_back(std::make_shared<FakePartition>());
  }
  std::vector<FetchInterest> interest_in(size_t from, size_t to) const {
    std::vector<FetchInterest> interests(to - from);
    for (size_t i = from; i < to; ++i) interests[i - from].partition = partitions[i];
    return interests;
  }
  void append(size_t index, uint64_t bytes) {
    partitions[index]->available += bytes;
    const log::PartitionRef advanced = partitions[index];
    waiters.on_advanced(std::span(&advanced, 1));
  }
  int looks() const {
    int sum = 0;
    for (const auto& partition : partitions) sum += partition->looks;
    return sum;
  }

  std::vector<std::shared_ptr<FakePartition>> partitions;
  FetchWaiters waiters;
  int completed = 0;
};

TEST_F(FetchWaitersTest, CompletesOnceItsPartitionsTogetherHoldEnough) {
  waiters.add(std::make_unique<RecordedFetch>(interest_in(0, 3), 100, completed));
  append(0, 60);
  append(1, 39);
  EXPECT_EQ(completed, 0);
  append(2, 1);
  EXPECT_EQ(completed, 1);
  EXPECT_EQ(waiters.size(), 0u);
  append(2, 100);
  EXPECT_EQ(completed, 1);
}

TEST_F(FetchWaitersTest, AnAppendCostsOneLookHoweverManyPartitionsWait) {
  waiters.add(std::make_unique<RecordedFetch>(interest_in(0, 1300), 1000, completed));
  for (size_t i = 0; i < 100; ++i) append(i, 1);
  EXPECT_EQ(looks(), 100);
  EXPECT_EQ(completed, 0);
}

TEST_F(FetchWaitersTest, SeveralFetchesOnOnePartitionAllWake) {
  int other = 0;
  waiters.add(std::make_unique<RecordedFetch>(interest_in(0, 2), 10, completed));
  waiters.add(std::make_unique<RecordedFetch>(interest_in(1, 3), 10, completed));
  waiters.add(std::make_unique<RecordedFetch>(interest_in(2, 4), 10, other));
  append(1, 10);
  EXPECT_EQ(completed, 2);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(waiters.size(), 1u);
}

TEST_F(FetchWaitersTest, EndingAFetchInTheMiddleOfAListLeavesTheOthersLinked) {
  std::vector<WaitingFetch*> fetches;
  for (int i = 0; i < 3; ++i) {
    fetches.push_back(
        &waiters.add(std::make_unique<RecordedFetch>(interest_in(0, 1), 10, completed)));
  }
  waiters.finish(*fetches[1]);
  EXPECT_EQ(completed, 1);
  append(0, 10);
  EXPECT_EQ(completed, 3);
  waiters.finish_all();
  EXPECT_EQ(completed, 3);
}

TEST_F(FetchWaitersTest, AFetchThatNamesAPartitionTwiceIsCompletedOnce) {
  auto interests = interest_in(0, 1);
  interests.push_back(interests[0]);
  waiters.add(std::make_unique<RecordedFetch>(std::move(interests), 10, completed));
  append(0, 10);
  EXPECT_EQ(completed, 1);
}

TEST_F(FetchWaitersTest, FinishAllEndsEveryWait) {
  for (size_t i = 0; i < 5; ++i) {
    waiters.add(std::make_unique<RecordedFetch>(interest_in(i, i + 2), 10, completed));
  }
  waiters.finish_all();
  EXPECT_EQ(completed, 5);
  EXPECT_EQ(waiters.size(), 0u);
}

}  // namespace
}  // namespace weir::broker::handlers

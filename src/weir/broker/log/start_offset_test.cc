// Records deleted from the front of a partition, for good.
#include <gmock/gmock.h>

#include <thread>

#include "weir/broker/log/storage.h"
#include "weir/broker/log/storage_test_support.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/sim_file_system.h"

namespace weir::broker::log {
namespace {

using kafka::protocol::KafkaError;
using ::testing::ElementsAre;

constexpr int64_t kTime = 1'700'000'000'000;

class StartOffset : public ::testing::Test {
 protected:
  void open(StorageOptions options = tiny_options()) {
    storage_.reset();
    auto opened = Storage::open(*disk_, clock_, "data", options);
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    storage_ = std::move(*opened);
    if (!storage_->find_topic("a")) {
      ASSERT_OK(storage_->create_topic({.name = "a", .id = topic_id(1)}));
    }
    log_ = storage_->find_topic("a")->partitions[0];
  }
  // Batches of two records, "0" and "1", "2" and "3", …, each of about 500 bytes, a second apart.
  void fill(int batches) {
    Answers answers;
    const int64_t end = log_->high_watermark();
    for (int i = 0; i < batches; ++i) {
      const int64_t offset = end + 2 * i;
      log_->append(make_batch({std::to_string(offset) + std::string(250, ' '),
                               std::to_string(offset + 1) + std::string(250, ' ')},
                              {}, kTime + 1000 * offset),
                   answers.next());
    }
    answers.wait();
  }
  void cut_power(uint64_t seed = 1) {
    auto image = disk_->take_image(seed);
    log_.reset();
    storage_.reset();
    disk_ = std::move(image);
  }
  void take_new_disk() {
    log_.reset();
    storage_.reset();
    disk_ = std::make_unique<testing::SimFileSystem>();
  }
  std::vector<std::string> files() const {
    return disk_->list("data/topics/1-0-a").value_or(std::vector<std::string>{});
  }
  void wait_until_removed(const std::string& file) const {
    while (disk_->exists("data/topics/1-0-a/" + file)) std::this_thread::yield();
  }
  void expect_kept(int64_t start, int64_t end) {
    EXPECT_EQ(log_->start_offset(), start);
    EXPECT_EQ(log_->high_watermark(), end);
    ASSERT_OK_AND_ASSIGN(const auto values, read_values(*log_, start));
    ASSERT_EQ(static_cast<int64_t>(values.size()), end - start);
    for (int64_t i = start; i < end; ++i)
      EXPECT_EQ(std::stoll(values[static_cast<size_t>(i - start)]), i);
    EXPECT_ERROR(ErrorCode::invalid_argument, log_->read(start - 1, 100, AtLeastOne::yes));
  }

  testing::ManualClock clock_;
  std::unique_ptr<testing::SimFileSystem> disk_ = std::make_unique<testing::SimFileSystem>();
  std::unique_ptr<Storage> storage_;
  PartitionRef log_;
};

TEST_F(StartOffset, ReadersFindNothingBelowItAlsoAfterARestart) {
  open();
  fill(50);
  const DeleteResult result = delete_and_wait(*log_, 31);
  EXPECT_EQ(result.error, KafkaError::none);
  EXPECT_EQ(result.start_offset, 31);
  expect_kept(31, 100);
  ASSERT_OK_AND_ASSIGN(const FetchSlice slice, log_->read(31, 1, AtLeastOne::yes));
  EXPECT_EQ(slice.start_offset, 31);
  EXPECT_EQ(load_be<int64_t>(slice.pieces[0]->data()), 30) << "the whole batch that holds it";
  ASSERT_OK(storage_->close());
  open();
  expect_kept(31, 100);
  cut_power();
  open();
  expect_kept(31, 100);
  fill(1);
  expect_kept(31, 102);
}

TEST_F(StartOffset, ItOnlyGrowsAndEndsAtTheHighWatermark) {
  open();
  fill(5);
  EXPECT_EQ(delete_and_wait(*log_, 4).start_offset, 4);
  EXPECT_EQ(delete_and_wait(*log_, 2).start_offset, 4);
  EXPECT_EQ(delete_and_wait(*log_, 11).error, KafkaError::offset_out_of_range);
  EXPECT_EQ(delete_and_wait(*log_, -1).error, KafkaError::offset_out_of_range);
  expect_kept(4, 10);
  ASSERT_OK(storage_->delete_topic("a"));
  EXPECT_EQ(delete_and_wait(*log_, 6).error, KafkaError::unknown_topic_or_partition);
}

TEST_F(StartOffset, WholeSegmentsBelowItLeaveTheDisk) {
  open();
  fill(60);
  ASSERT_OK(storage_->close());  // all is in segments now
  open();
  const std::vector<std::string> before = files();
  ASSERT_GT(before.size(), 4u);
  const uint64_t size_before = log_->size_bytes();
  delete_and_wait(*log_, std::stoll(before[2]) + 1);
  wait_until_removed(before[1]);
  EXPECT_FALSE(disk_->exists("data/topics/1-0-a/" + before[0]));
  EXPECT_TRUE(disk_->exists("data/topics/1-0-a/" + before[2])) << "it holds kept records";
  EXPECT_LT(log_->size_bytes(), size_before);
  expect_kept(std::stoll(before[2]) + 1, 120);
  ASSERT_OK(storage_->close());
  EXPECT_EQ(storage_->stats().removed_segments, 2u);
  EXPECT_EQ(storage_->stats().removed_bytes, size_before - log_->size_bytes());
}

// For each place that the start can have, with parts in segments, in memory and in the journal.
TEST_F(StartOffset, NothingKeptIsLostWhereverTheStartLies) {
  for (int64_t start = 1; start <= 60; ++start) {
    SCOPED_TRACE(start);
    take_new_disk();
    open();
    fill(20);
    ASSERT_OK(storage_->close());
    open();
    fill(10);
    EXPECT_EQ(delete_and_wait(*log_, start).error, KafkaError::none);
    if (start % 3 == 0) fill(1);
    const int64_t end = log_->high_watermark();
    if (start % 2 == 0) {
      ASSERT_OK(storage_->close());
    } else {
      cut_power(static_cast<uint64_t>(start));
    }
    open();
    expect_kept(start, end);
    fill(3);
    cut_power(static_cast<uint64_t>(start));
    open();
    expect_kept(start, end + 6);
  }
}

TEST_F(StartOffset, AnEmptiedPartitionGoesOnAtItsEnd) {
  open();
  fill(30);
  EXPECT_EQ(delete_and_wait(*log_, 60).start_offset, 60);
  expect_kept(60, 60);
  ASSERT_OK(storage_->close());
  EXPECT_EQ(files(), std::vector<std::string>{});
  EXPECT_EQ(log_->size_bytes(), 0u);
  open();
  expect_kept(60, 60);
  fill(1);
  ASSERT_OK(storage_->close());
  EXPECT_THAT(files(), ElementsAre("00000000000000000060.log"));
  open();
  expect_kept(60, 62);
}

TEST_F(StartOffset, TimesOfDeletedRecordsAreNotFound) {
  for (const bool cold : {false, true}) {
    SCOPED_TRACE(cold);
    take_new_disk();
    open();
    append_and_wait(*log_, make_batch({"late", "later"}, {}, kTime + 1'000'000));
    append_and_wait(*log_, make_batch({"early"}, {}, kTime));
    if (cold) {
      ASSERT_OK(storage_->close());
      open();
    }
    delete_and_wait(*log_, 1);
    ASSERT_OK_AND_ASSIGN(auto found, log_->offset_for_time(kTime));
    EXPECT_EQ(found->offset, 1);
    ASSERT_OK_AND_ASSIGN(found, log_->offset_of_max_timestamp());
    EXPECT_EQ(found->offset, 1);
    delete_and_wait(*log_, 2);
    ASSERT_OK_AND_ASSIGN(found, log_->offset_for_time(kTime));
    EXPECT_EQ(found->offset, 2);
    EXPECT_EQ(*log_->offset_for_time(kTime + 1), std::nullopt);
    ASSERT_OK_AND_ASSIGN(found, log_->offset_of_max_timestamp());
    EXPECT_EQ(found->offset, 2) << "the largest time of the segment is of a deleted record";
    EXPECT_EQ(found->timestamp_ms, kTime);
  }
}

TEST_F(StartOffset, AFullDiskDeletesNothing) {
  open();
  fill(5);
  disk_->set_capacity(10);
  int tries = 0;
  while (append_and_wait(*log_, make_batch({std::string(5000, 'x')})).error == KafkaError::none)
    ASSERT_LT(++tries, 100);
  disk_->fail_sync(1);
  EXPECT_EQ(delete_and_wait(*log_, 4).error, KafkaError::kafka_storage_error);
  EXPECT_EQ(log_->start_offset(), 0);
}

}  // namespace
}  // namespace weir::broker::log

// Old segments go by themselves, by the rules of their topic.
#include <gmock/gmock.h>

#include "weir/broker/log/storage.h"
#include "weir/broker/log/storage_test_support.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/sim_file_system.h"

namespace weir::broker::log {
namespace {

using std::chrono::hours;

constexpr int64_t kHour = 3'600'000;

class Retention : public ::testing::Test {
 protected:
  void open(StorageOptions options = tiny_options()) {
    storage_.reset();
    auto opened = Storage::open(disk_, clock_, "data", options);
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    storage_ = std::move(*opened);
    if (const TopicRef topic = storage_->find_topic("a")) log_ = topic->partitions[0];
  }
  void make_topic(TopicConfig config) {
    ASSERT_OK_AND_ASSIGN(
        const TopicRef topic,
        storage_->create_topic({.name = "a", .id = topic_id(1), .config = std::move(config)}));
    log_ = topic->partitions[0];
  }
  // Batches of one record of about 1 kB with the present time; six fill a segment.
  void fill(int batches, int64_t ahead_ms = 0) {
    Answers answers;
    for (int i = 0; i < batches; ++i) {
      log_->append(make_batch({std::string(900, 'x')}, {}, to_millis(clock_.now()) + ahead_ms),
                   answers.next());
    }
    answers.wait();
  }
  // All to segments, as a clean stop does.
  void restart() {
    ASSERT_OK(storage_->close());
    open();
  }
  int64_t start_after_cleanup() {
    EXPECT_OK(storage_->clean_up());
    return log_->start_offset();
  }
  size_t segment_files() const {
    size_t count = 0;
    for (const std::string& name :
         disk_.list("data/topics/1-0-a").value_or(std::vector<std::string>{}))
      count += name.ends_with(".log") ? 1u : 0u;
    return count;
  }

  testing::ManualClock clock_;
  testing::SimFileSystem disk_;
  std::unique_ptr<Storage> storage_;
  PartitionRef log_;
};

TEST_F(Retention, SegmentsGoWhenTheirLatestRecordIsTooOld) {
  open();
  make_topic({{"retention.ms", std::to_string(10 * kHour)}});
  fill(12);
  restart();
  const size_t files = segment_files();
  ASSERT_GE(files, 2u);
  clock_.advance(hours(5));
  fill(6);
  EXPECT_EQ(start_after_cleanup(), 0);
  clock_.advance(hours(6));
  fill(1);
  const int64_t start = start_after_cleanup();
  EXPECT_GT(start, 0);
  EXPECT_LE(start, 12) << "whole segments only, and none with a younger record";
  EXPECT_LT(segment_files(), files);
  EXPECT_GT(storage_->stats().removed_segments, 0u);
  EXPECT_EQ(storage_->stats().removed_offsets, static_cast<uint64_t>(start));
  EXPECT_EQ(storage_->stats().start_moves, 1u);
  restart();
  EXPECT_EQ(log_->start_offset(), start);
  ASSERT_OK_AND_ASSIGN(const auto values, read_values(*log_, start));
  EXPECT_EQ(values.size(), static_cast<size_t>(19 - start));
}

TEST_F(Retention, AQuietTopicIsEmptiedWhereverItsRecordsAre) {
  for (const bool cold : {false, true}) {
    SCOPED_TRACE(cold);
    open();
    if (!cold) make_topic({{"retention.ms", std::to_string(kHour)}});
    const int64_t before = log_->high_watermark();
    fill(3);
    if (cold) restart();
    clock_.advance(std::chrono::minutes(59));
    EXPECT_EQ(start_after_cleanup(), before);
    clock_.advance(std::chrono::minutes(2));
    EXPECT_EQ(start_after_cleanup(), before + 3);
    EXPECT_EQ(log_->size_bytes(), 0u);
    EXPECT_EQ(segment_files(), 0u);
    fill(1);
    EXPECT_EQ(start_after_cleanup(), before + 3);
    clock_.advance(hours(2));
    EXPECT_EQ(start_after_cleanup(), before + 4);
  }
}

TEST_F(Retention, ATopicWithFewRecordsLosesTheOldOnesThroughSegmentMs) {
  open();
  make_topic(
      {{"retention.ms", std::to_string(24 * kHour)}, {"segment.ms", std::to_string(6 * kHour)}});
  for (int i = 0; i < 48; ++i) {  // one an hour, for two days, all in one segment by size
    append_and_wait(*log_, make_batch({"x"}, {}, to_millis(clock_.now())));
    clock_.advance(hours(1));
    ASSERT_OK(storage_->clean_up());
  }
  EXPECT_GE(log_->start_offset(), 48 - 24 - 7);
  EXPECT_LE(log_->start_offset(), 48 - 24);
}

TEST_F(Retention, TheOldestGoWhileWhatStaysIsLargeEnough) {
  open();
  make_topic({{"retention.bytes", "20000"}, {"retention.ms", "-1"}});
  fill(60);
  EXPECT_GT(start_after_cleanup(), 0);
  restart();
  EXPECT_GT(start_after_cleanup(), 0);
  EXPECT_GE(log_->size_bytes(), 20'000u);
  EXPECT_LT(log_->size_bytes(), 20'000u + 6200u) << "not a whole segment more";
  clock_.advance(hours(100'000));
  const int64_t start = log_->start_offset();
  EXPECT_EQ(start_after_cleanup(), start) << "-1 is for ever";
}

TEST_F(Retention, ARecordOfTheFutureKeepsItsSegment) {
  open();
  make_topic({{"retention.ms", std::to_string(kHour)}});
  fill(1, 10 * kHour);
  fill(1);
  clock_.advance(hours(5));
  EXPECT_EQ(start_after_cleanup(), 0);
  clock_.advance(hours(7));
  EXPECT_EQ(start_after_cleanup(), 2);
}

TEST_F(Retention, ChangedRulesAndDefaultsActWithoutARestart) {
  StorageOptions options = tiny_options();
  options.rules.retention_ms = kHour;
  open(options);
  make_topic({{"cleanup.policy", "compact"}});
  fill(5);
  clock_.advance(hours(2));
  EXPECT_EQ(start_after_cleanup(), 0) << "only `delete` deletes";
  ASSERT_OK(storage_->set_topic_config("a", {{"retention.ms", "-1"}}));
  EXPECT_EQ(start_after_cleanup(), 0);
  ASSERT_OK(storage_->set_topic_config("a", {}));
  EXPECT_EQ(start_after_cleanup(), 5) << "the broker's default";
  ASSERT_OK(storage_->set_topic_config("a", {{"segment.bytes", "1000"}}));
  fill(4);
  restart();
  EXPECT_EQ(segment_files(), 4u);
}

TEST_F(Retention, TheBackgroundThreadLooksByItself) {
  StorageOptions options = tiny_options();
  options.cleanup_interval = std::chrono::minutes(5);
  open(options);
  make_topic({{"retention.ms", "1000"}});
  fill(1);
  clock_.advance(std::chrono::minutes(6));
  // Any flush makes it look at the clock.
  while (log_->start_offset() == 0) storage_->change_state({{"k", "v"}}, [](const Status&) {});
  EXPECT_EQ(log_->start_offset(), 1);
}

TEST(CleanupRules, NonsenseLeavesTheDefault) {
  const CleanupRules defaults{.retention_ms = 5, .segment_ms = 7};
  const CleanupRules rules = cleanup_rules(
      {{"retention.ms", "-2"}, {"segment.ms", "0"}, {"segment.bytes", "12x"}, {"x", "1"}},
      defaults);
  EXPECT_EQ(rules.retention_ms, 5);
  EXPECT_EQ(rules.segment_ms, 7);
  EXPECT_EQ(rules.segment_bytes, defaults.segment_bytes);
  EXPECT_TRUE(rules.deletes);
  EXPECT_FALSE(cleanup_rules({{"cleanup.policy", "compact"}}, defaults).deletes);
  EXPECT_TRUE(cleanup_rules({{"cleanup.policy", "compact,delete"}}, defaults).deletes);
}

}  // namespace
}  // namespace weir::broker::log

// What the storage does when the disk does not: full, failing, damaged, written by others.
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
using ::testing::HasSubstr;

class StorageFaults : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Storage>> try_open(StorageOptions options = tiny_options()) {
    storage_.reset();
    return Storage::open(*disk_, clock_, "data", options);
  }
  void open(StorageOptions options = tiny_options()) {
    auto opened = try_open(options);
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    storage_ = std::move(*opened);
  }
  PartitionRef make_topic() {
    auto topic = storage_->create_topic({.name = "a", .id = topic_id(1)});
    EXPECT_TRUE(topic.has_value());
    return (*topic)->partitions[0];
  }
  PartitionRef partition() { return storage_->find_topic("a")->partitions[0]; }
  // Pulls the plug without a clean stop; what is not synced is lost or not, by the seed.
  void cut_power(uint64_t seed = 1) {
    auto image = disk_->take_image(seed);
    storage_.reset();
    disk_ = std::move(image);
  }
  void overwrite(const std::string& path, uint64_t at, BytesView bytes) {
    ASSERT_OK_AND_ASSIGN(const auto file, disk_->open(path, io::OpenMode::write));
    ASSERT_OK(file->write_at(at, bytes));
  }

  testing::ManualClock clock_;
  std::unique_ptr<testing::SimFileSystem> disk_ = std::make_unique<testing::SimFileSystem>();
  std::unique_ptr<Storage> storage_;
};

TEST_F(StorageFaults, AFullDiskRefusesAppendsUntilThereIsRoom) {
  open();
  const PartitionRef log = make_topic();
  EXPECT_EQ(append_and_wait(*log, make_batch({"first"}, {7, 0, 0})).base_offset, 0);
  disk_->set_capacity(10);
  int64_t accepted = 1;
  AppendResult result;
  while ((result = append_and_wait(
              *log, make_batch({std::string(5000, 'x')}, {7, 0, static_cast<int32_t>(accepted)})))
             .error == KafkaError::none) {
    ++accepted;
    ASSERT_LT(accepted, 100);
  }
  EXPECT_EQ(result.error, KafkaError::kafka_storage_error);
  EXPECT_EQ(log->high_watermark(), accepted);
  ASSERT_OK_AND_ASSIGN(auto values, read_values(*log));
  EXPECT_EQ(values.size(), static_cast<size_t>(accepted));
  EXPECT_FALSE(storage_->stats().failed);

  disk_->set_capacity(std::nullopt);
  // The refused batch was never there: the same sequence comes again, at the offset it would have
  // had.
  while ((result =
              append_and_wait(*log, make_batch({"again"}, {7, 0, static_cast<int32_t>(accepted)})))
             .error != KafkaError::none) {
    ASSERT_EQ(result.error, KafkaError::kafka_storage_error);
  }
  EXPECT_EQ(result.base_offset, accepted);
  cut_power();
  open();
  ASSERT_OK_AND_ASSIGN(values, read_values(*partition()));
  EXPECT_EQ(values.size(), static_cast<size_t>(accepted) + 1);
}

TEST_F(StorageFaults, AFailedSyncIsFinalForWritersAndNotForReaders) {
  open();
  const PartitionRef log = make_topic();
  EXPECT_EQ(append_and_wait(*log, make_batch({"kept"})).base_offset, 0);
  disk_->fail_sync(1);
  EXPECT_EQ(append_and_wait(*log, make_batch({"lost"})).error, KafkaError::kafka_storage_error);
  const uint64_t syncs = disk_->sync_count();
  EXPECT_EQ(append_and_wait(*log, make_batch({"later"})).error, KafkaError::kafka_storage_error);
  EXPECT_ERROR(ErrorCode::unavailable, storage_->create_topic({.name = "b", .id = topic_id(2)}));
  EXPECT_TRUE(storage_->stats().failed);
  ASSERT_OK_AND_ASSIGN(const auto values, read_values(*log));
  EXPECT_THAT(values, ElementsAre("kept"));
  EXPECT_ERROR(ErrorCode::unavailable, storage_->close());
  EXPECT_EQ(disk_->sync_count(), syncs) << "a failed sync is never tried again";
}

TEST_F(StorageFaults, AFailedWriteOfTheJournalIsFinalToo) {
  open();
  const PartitionRef log = make_topic();
  EXPECT_EQ(append_and_wait(*log, make_batch({"kept"})).base_offset, 0);
  disk_->fail_write(1);
  EXPECT_EQ(append_and_wait(*log, make_batch({"lost"})).error, KafkaError::kafka_storage_error);
  EXPECT_TRUE(storage_->stats().failed);
  cut_power();
  open();
  EXPECT_EQ(partition()->high_watermark(), 1);
}

TEST_F(StorageFaults, AnUnknownFormatVersionIsRefusedByName) {
  open();
  ASSERT_OK(storage_->close());
  storage_.reset();
  overwrite("data/checkpoint", 8, BytesView("\x04", 1));
  const auto opened = try_open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), ErrorCode::unsupported);
  EXPECT_THAT(opened.error().message(), HasSubstr("data/checkpoint"));
  overwrite("data/checkpoint", 8, BytesView("\x03", 1));
  overwrite("data/journal/slot-0", 8, BytesView("\x02", 1));
  EXPECT_ERROR(ErrorCode::unsupported, try_open());
}

TEST_F(StorageFaults, ASecondOpenIsRefused) {
  open();
  EXPECT_ERROR(ErrorCode::already_exists, Storage::open(*disk_, clock_, "data", tiny_options()));
}

TEST_F(StorageFaults, ATornTailIsCutAndDamageInTheMiddleIsAnError) {
  open({});
  const PartitionRef log = make_topic();
  for (int i = 0; i < 10; ++i) append_and_wait(*log, make_batch({"value " + std::to_string(i)}));
  cut_power();
  ASSERT_OK_AND_ASSIGN(const Bytes journal, io::read_file(*disk_, "data/journal/slot-0"));
  const size_t third = journal.find("value 3");
  const size_t last = journal.find("value 9");
  ASSERT_NE(third, Bytes::npos);
  // The last frame: nothing proves that it was ever whole.
  disk_->flip_bit("data/journal/slot-0", last * 8);
  open({});
  EXPECT_EQ(partition()->high_watermark(), 9);
  cut_power();
  // One in the middle: later groups prove that it was durable.
  disk_->flip_bit("data/journal/slot-0", third * 8);
  const auto opened = try_open({});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), ErrorCode::corrupt);
  EXPECT_THAT(opened.error().message(), HasSubstr("data/journal/slot-0 at byte "));
}

TEST_F(StorageFaults, ADamagedSegmentIsAnErrorOfThatReadOnly) {
  open();
  const PartitionRef log = make_topic();
  for (int i = 0; i < 40; ++i)
    append_and_wait(*log, make_batch({"value " + std::to_string(i) + std::string(300, 'x')}));
  ASSERT_OK(storage_->close());
  storage_.reset();
  const std::string segment = "data/topics/1-0-a/00000000000000000000.log";
  ASSERT_OK_AND_ASSIGN(const Bytes contents, io::read_file(*disk_, segment));
  disk_->flip_bit(segment, contents.find("value 2") * 8);
  open();
  const auto read = partition()->read(2, 100, AtLeastOne::yes);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code(), ErrorCode::corrupt);
  EXPECT_THAT(read.error().message(), HasSubstr(segment + " at byte "));
  EXPECT_OK(partition()->read(39, 100, AtLeastOne::yes));
}

TEST_F(StorageFaults, AMissingCheckpointBesideDataIsAnError) {
  open();
  append_and_wait(*make_topic(), make_batch({"x"}));
  ASSERT_OK(storage_->close());
  storage_.reset();
  ASSERT_OK(disk_->remove("data/checkpoint"));
  EXPECT_ERROR(ErrorCode::corrupt, try_open());
}

TEST_F(StorageFaults, ALostIndexIsRebuilt) {
  StorageOptions options = tiny_options();
  options.rules.segment_bytes = 1 << 20;
  open(options);
  const PartitionRef log = make_topic();
  for (int i = 0; i < 300; ++i)
    append_and_wait(*log, make_batch({std::to_string(i) + std::string(400, 'x')}));
  ASSERT_OK(storage_->close());
  const std::string index = "data/topics/1-0-a/00000000000000000000.index";
  ASSERT_TRUE(disk_->exists(index));
  disk_->flip_bit(index, 100);
  open(options);
  ASSERT_OK_AND_ASSIGN(const auto values, read_values(*partition(), 250));
  EXPECT_THAT(values[0], ::testing::StartsWith("250x"));
}

TEST_F(StorageFaults, ATopicWhoseFilesWentBeforeTheCheckpointDidIsNoTrouble) {
  StorageOptions options = tiny_options();
  options.journal_file_bytes = 1u << 20;
  open(options);
  append_and_wait(*make_topic(), make_batch({std::string(300, 'x')}));
  ASSERT_OK(storage_->close());  // the checkpoint knows a segment of the topic
  open(options);
  for (int i = 0; i < 60; ++i) append_and_wait(*partition(), make_batch({std::string(300, 'x')}));
  ASSERT_OK(storage_->delete_topic("a"));
  const std::string folder = "data/topics/1-0-a";
  while (disk_->exists(folder)) std::this_thread::yield();  // the background thread removes it
  cut_power(2);
  open(options);
  EXPECT_EQ(storage_->find_topic("a"), nullptr);
}

TEST_F(StorageFaults, ThousandsOfPartitionsComeBackAfterAPowerCut) {
  open({});
  ASSERT_OK_AND_ASSIGN(
      const TopicRef topic,
      storage_->create_topic({.name = "wide", .id = topic_id(1), .partition_count = 3000}));
  Answers answers;
  for (const PartitionRef& log : topic->partitions)
    log->append(make_batch({std::to_string(log->index())}), answers.next());
  answers.wait();
  cut_power();
  open({});
  EXPECT_GE(storage_->stats().replayed_frames, 3000u);
  const TopicRef back = storage_->find_topic("wide");
  ASSERT_EQ(back->partitions.size(), 3000u);
  for (const PartitionRef& log : back->partitions) {
    ASSERT_OK_AND_ASSIGN(const auto values, read_values(*log));
    ASSERT_THAT(values, ElementsAre(std::to_string(log->index())));
  }
}

}  // namespace
}  // namespace weir::broker::log

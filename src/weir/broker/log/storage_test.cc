#include "weir/broker/log/storage.h"

#include <gmock/gmock.h>

#include "weir/broker/log/storage_test_support.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/sim_file_system.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::log {
namespace {

using kafka::protocol::KafkaError;
using ::testing::ElementsAre;

class StorageTest : public ::testing::Test {
 protected:
  void open(StorageOptions options = tiny_options()) {
    storage_.reset();
    auto opened = Storage::open(disk_, clock_, "data", options);
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    storage_ = std::move(*opened);
  }
  PartitionRef make_topic(const std::string& name, uint8_t id = 1, int32_t partitions = 1) {
    auto topic =
        storage_->create_topic({.name = name, .id = topic_id(id), .partition_count = partitions});
    EXPECT_TRUE(topic.has_value());
    return (*topic)->partitions[0];
  }
  PartitionRef partition(const std::string& topic) {
    return storage_->find_topic(topic)->partitions[0];
  }

  testing::ManualClock clock_;
  testing::SimFileSystem disk_;
  std::unique_ptr<Storage> storage_;
};

TEST_F(StorageTest, AppendedBatchesAreReadBackAtTheirOffsets) {
  open();
  const PartitionRef log = make_topic("a");
  EXPECT_EQ(append_and_wait(*log, make_batch({"x", "y"})).base_offset, 0);
  const AppendResult second = append_and_wait(*log, make_batch({"z"}));
  EXPECT_EQ(second.error, KafkaError::none);
  EXPECT_EQ(second.base_offset, 2);
  EXPECT_EQ(second.append_time, clock_.now());
  EXPECT_EQ(log->high_watermark(), 3);
  ASSERT_OK_AND_ASSIGN(const auto values, read_values(*log));
  EXPECT_THAT(values, ElementsAre("x", "y", "z"));
}

TEST_F(StorageTest, AnOffsetInsideABatchGivesTheWholeBatch) {
  open();
  const PartitionRef log = make_topic("a");
  append_and_wait(*log, make_batch({"x", "y", "z"}));
  ASSERT_OK_AND_ASSIGN(const FetchSlice slice, log->read(1, 1, AtLeastOne::yes));
  EXPECT_EQ(slice.size, log->size_bytes());
  ASSERT_OK_AND_ASSIGN(const FetchSlice none, log->read(1, 1, AtLeastOne::no));
  EXPECT_TRUE(none.pieces.empty());
  ASSERT_OK_AND_ASSIGN(const FetchSlice end, log->read(3, 1, AtLeastOne::yes));
  EXPECT_TRUE(end.pieces.empty());
  EXPECT_ERROR(ErrorCode::invalid_argument, log->read(4, 1, AtLeastOne::yes));
  EXPECT_ERROR(ErrorCode::invalid_argument, log->read(-1, 1, AtLeastOne::yes));
}

TEST_F(StorageTest, EverythingSurvivesRollingCheckpointsAndACleanRestart) {
  open();
  const PartitionRef log = make_topic("a", 1, 2);
  std::vector<std::string> expected;
  Answers answers;
  for (int i = 0; i < 600; ++i) {
    expected.push_back("value " + std::to_string(i) +
                       std::string(static_cast<size_t>(i % 300), 'x'));
    log->append(make_batch({expected.back()}), answers.next());
    if (i % 50 == 0) answers.wait();
  }
  answers.wait();
  EXPECT_GT(storage_->stats().checkpoints, 0u);
  ASSERT_OK_AND_ASSIGN(auto values, read_values(*log));
  EXPECT_EQ(values, expected);
  const std::string cluster = storage_->cluster_id();
  EXPECT_EQ(cluster.size(), 22u);
  ASSERT_OK(storage_->close());

  open();
  EXPECT_EQ(storage_->stats().replayed_frames, 0u) << "a clean stop leaves nothing to replay";
  EXPECT_EQ(storage_->cluster_id(), cluster);
  EXPECT_EQ(storage_->find_topic("a")->partitions.size(), 2u);
  ASSERT_OK_AND_ASSIGN(values, read_values(*partition("a")));
  EXPECT_EQ(values, expected);
  ASSERT_OK_AND_ASSIGN(values, read_values(*partition("a"), 333, 100));
  EXPECT_EQ(values, std::vector<std::string>(expected.begin() + 333, expected.end()));
  EXPECT_EQ(append_and_wait(*partition("a"), make_batch({"more"})).base_offset, 600);
}

TEST_F(StorageTest, RepeatsGetTheOriginalOffsetAndGapsAreRefused) {
  open();
  PartitionRef log = make_topic("a");
  ASSERT_OK_AND_ASSIGN(const int64_t id, storage_->allocate_producer_id());
  EXPECT_EQ(append_and_wait(*log, make_batch({"0", "1"}, {id, 0, 0})).base_offset, 0);
  EXPECT_EQ(append_and_wait(*log, make_batch({"2"}, {id, 0, 2})).base_offset, 2);
  EXPECT_EQ(append_and_wait(*log, make_batch({"0", "1"}, {id, 0, 0})).base_offset, 0);
  EXPECT_EQ(append_and_wait(*log, make_batch({"4"}, {id, 0, 4})).error,
            KafkaError::out_of_order_sequence_number);
  ASSERT_OK(storage_->close());
  open();
  log = partition("a");
  EXPECT_EQ(append_and_wait(*log, make_batch({"0", "1"}, {id, 0, 0})).base_offset, 0);
  EXPECT_EQ(append_and_wait(*log, make_batch({"3"}, {id, 0, 3})).base_offset, 3);
  EXPECT_EQ(append_and_wait(*log, make_batch({"5"}, {id, 0, 5})).error,
            KafkaError::out_of_order_sequence_number);
  EXPECT_EQ(append_and_wait(*log, make_batch({"n"}, {id, 1, 0})).base_offset, 4);
  EXPECT_EQ(append_and_wait(*log, make_batch({"o"}, {id, 0, 4})).error,
            KafkaError::invalid_producer_epoch);
  EXPECT_EQ(log->high_watermark(), 5);
}

TEST_F(StorageTest, ARepeatOfAPendingBatchIsAnsweredAfterIt) {
  open();
  const PartitionRef log = make_topic("a");
  Answers answers;
  for (int i = 0; i < 20; ++i) {
    log->append(make_batch({"x"}, {7, 0, i}), answers.next());
    log->append(make_batch({"x"}, {7, 0, i}), answers.next());
  }
  const auto results = answers.wait();
  for (size_t i = 0; i < results.size(); ++i)
    EXPECT_EQ(results[i].base_offset, static_cast<int64_t>(i / 2));
}

TEST_F(StorageTest, ProducerIdsAreNeverHandedOutTwice) {
  std::set<int64_t> ids;
  for (int round = 0; round < 3; ++round) {
    open();
    for (int i = 0; i < 1500; ++i) {
      ASSERT_OK_AND_ASSIGN(const int64_t id, storage_->allocate_producer_id());
      EXPECT_TRUE(ids.insert(id).second);
    }
  }
}

TEST_F(StorageTest, TopicsAreCreatedChangedAndDeletedForGood) {
  open();
  const PartitionRef log = make_topic("a");
  make_topic("b", 2);
  EXPECT_ERROR(ErrorCode::already_exists, storage_->create_topic({.name = "a", .id = topic_id(9)}));
  EXPECT_ERROR(ErrorCode::invalid_argument,
               storage_->create_topic({.name = "c", .id = topic_id(9), .partition_count = 0}));
  EXPECT_EQ(append_and_wait(*log, make_batch({"x"})).base_offset, 0);
  ASSERT_OK(storage_->set_topic_config("b", {{"retention.ms", "1000"}}));
  ASSERT_OK(storage_->set_partition_count("b", 3));
  EXPECT_ERROR(ErrorCode::invalid_argument, storage_->set_partition_count("b", 2));
  ASSERT_OK(storage_->delete_topic("a"));
  EXPECT_ERROR(ErrorCode::not_found, storage_->delete_topic("a"));
  EXPECT_EQ(append_and_wait(*log, make_batch({"y"})).error, KafkaError::unknown_topic_or_partition);
  EXPECT_ERROR(ErrorCode::not_found, log->read(0, 100, AtLeastOne::yes));
  EXPECT_EQ(make_topic("a", 3)->high_watermark(), 0) << "the new topic is not the old one";
  open();
  ASSERT_EQ(storage_->topics().size(), 2u);
  const TopicRef b = storage_->find_topic(topic_id(2));
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->partitions.size(), 3u);
  EXPECT_EQ(b->config.at("retention.ms"), "1000");
  EXPECT_EQ(storage_->find_topic("a")->id, topic_id(3));
  EXPECT_EQ(partition("a")->high_watermark(), 0);
}

TEST_F(StorageTest, FindsRecordsByTimeExactly) {
  for (const size_t hot_bytes : {size_t{1} << 20, size_t{1} << 10}) {
    SCOPED_TRACE(hot_bytes);
    StorageOptions options = tiny_options();
    options.hot_bytes = hot_bytes;
    open(options);
    const std::string name = "t" + std::to_string(hot_bytes);
    const PartitionRef log = make_topic(name, hot_bytes > 2000 ? 1 : 2);
    EXPECT_EQ(*log->offset_for_time(0), std::nullopt);
    for (int i = 0; i < 100; ++i)
      append_and_wait(*log, make_batch({std::string(200, 'v'), "b", "c"}, {}, 1000 + i * 10));
    for (int64_t time = 990; time <= 2000; ++time) {
      ASSERT_OK_AND_ASSIGN(const auto found, log->offset_for_time(time));
      const int64_t batch = std::max<int64_t>(0, (time - 1000) / 10);
      const int64_t in_batch = time <= 1000 ? 0 : (time - 1000) % 10;
      const int64_t offset = in_batch <= 2 ? batch * 3 + in_batch : (batch + 1) * 3;
      if (offset >= 300) {
        EXPECT_FALSE(found.has_value());
        continue;
      }
      ASSERT_TRUE(found.has_value()) << time;
      EXPECT_EQ(found->offset, offset) << time;
    }
    ASSERT_OK_AND_ASSIGN(const auto latest, log->offset_of_max_timestamp());
    EXPECT_EQ(latest->offset, 299);
    EXPECT_EQ(latest->timestamp_ms, 1992);
  }
}

TEST_F(StorageTest, AvailableBytesCountWhatAReaderCouldFetch) {
  open();
  const PartitionRef log = make_topic("a");
  const Bytes batch = make_batch({std::string(500, 'x')});
  for (int i = 0; i < 100; ++i) append_and_wait(*log, batch);
  EXPECT_EQ(log->available_bytes(100), 0u);
  EXPECT_EQ(log->available_bytes(99), batch.size());
  EXPECT_EQ(log->available_bytes(0), batch.size() * 100);
  EXPECT_EQ(log->size_bytes(), batch.size() * 100);
  open();
  EXPECT_EQ(partition("a")->available_bytes(0), batch.size() * 100);
}

TEST_F(StorageTest, TheListenerHearsOfEachPartitionThatMoved) {
  open();
  Mutex mutex;
  std::map<std::string, int64_t> seen;
  storage_->set_listener([&](std::span<const PartitionRef> moved) {
    MutexLock lock(mutex);
    for (const PartitionRef& log : moved) seen[log->topic()] = log->high_watermark();
  });
  append_and_wait(*make_topic("a"), make_batch({"x"}));
  append_and_wait(*make_topic("b", 2), make_batch({"x", "y"}));
  ASSERT_OK(storage_->close());
  EXPECT_EQ(seen, (std::map<std::string, int64_t>{{"a", 1}, {"b", 2}}));
}

TEST_F(StorageTest, ABatchThatFitsNoJournalFileIsRefused) {
  open();
  const PartitionRef log = make_topic("a");
  EXPECT_EQ(append_and_wait(*log, make_batch({std::string(30000, 'x')})).error,
            KafkaError::message_too_large);
  EXPECT_EQ(append_and_wait(*log, make_batch({std::string(15000, 'x')})).base_offset, 0);
  EXPECT_EQ(append_and_wait(*log, make_batch({std::string(15000, 'x')})).base_offset, 1);
}

TEST_F(StorageTest, ManyTopicsAreCreatedInOneFlushWithoutFolders) {
  open({});
  std::vector<NewTopic> topics;
  for (int i = 0; i < 1500; ++i) {
    TopicId id = topic_id(0);
    store_be<int32_t>(reinterpret_cast<char*>(id.data()) + 4, i);
    topics.push_back({.name = "topic-" + std::to_string(i), .id = id});
  }
  const uint64_t before = disk_.sync_count();
  for (const auto& result : storage_->create_topics(std::move(topics)))
    EXPECT_TRUE(result.has_value());
  EXPECT_LE(disk_.sync_count() - before, 2u);
  EXPECT_FALSE(disk_.exists("data/topics"));
  Answers answers;
  for (const TopicRef& topic : storage_->topics())
    topic->partitions[0]->append(make_batch({topic->name}), answers.next());
  answers.wait();
  open({});
  EXPECT_EQ(storage_->topics().size(), 1500u);
  for (const TopicRef& topic : storage_->topics()) {
    ASSERT_OK_AND_ASSIGN(const auto values, read_values(*topic->partitions[0]));
    EXPECT_THAT(values, ElementsAre(topic->name));
  }
}

TEST(StorageOnARealDisk, WorksAndLocksItsFolder) {
  const testing::TempFolder folder;
  const testing::ManualClock clock;
  const std::string path = folder.path() + "/broker";
  {
    ASSERT_OK_AND_ASSIGN(const auto storage,
                         Storage::open(io::real_file_system(), clock, path, tiny_options()));
    const auto second = Storage::open(io::real_file_system(), clock, path, tiny_options());
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code(), ErrorCode::already_exists);
    EXPECT_THAT(second.error().message(), ::testing::HasSubstr(path));
    ASSERT_OK_AND_ASSIGN(const TopicRef topic,
                         storage->create_topic({.name = "a", .id = topic_id(1)}));
    for (int i = 0; i < 200; ++i)
      append_and_wait(*topic->partitions[0], make_batch({std::string(400, 'x')}));
    ASSERT_OK(storage->delete_topic("a"));
    ASSERT_OK(storage->create_topic({.name = "a", .id = topic_id(2)}));
    append_and_wait(*storage->find_topic("a")->partitions[0], make_batch({"kept"}));
  }
  ASSERT_OK_AND_ASSIGN(const auto storage,
                       Storage::open(io::real_file_system(), clock, path, tiny_options()));
  ASSERT_OK_AND_ASSIGN(const auto values, read_values(*storage->find_topic("a")->partitions[0]));
  EXPECT_THAT(values, ElementsAre("kept"));
}

}  // namespace
}  // namespace weir::broker::log

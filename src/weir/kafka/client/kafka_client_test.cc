#include <gmock/gmock.h>
#include <librdkafka/rdkafka.h>
// (the mock needs the library's own header first)
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "weir/io/clock.h"
#include "weir/kafka/client/admin.h"
#include "weir/kafka/client/consumer.h"
#include "weir/kafka/client/group_consumer.h"
#include "weir/kafka/client/producer.h"
#include "weir/kafka/client/rdkafka_handle.h"
#include "weir/testing/matchers.h"

namespace weir::kafka::client {
namespace {

using namespace std::chrono_literals;

// librdkafka's own mock cluster, which can be told to answer wrongly.
class MockCluster {
 public:
  MockCluster() {
    char reason[256];
    owner_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof(reason));
    cluster_ = rd_kafka_mock_cluster_new(owner_, 1);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(owner_);
  }

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create(const char* topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic, partitions, 1);
  }
  void down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void up() { rd_kafka_mock_broker_set_up(cluster_, 1); }
  void fail_produce(rd_kafka_resp_err_t code) {
    rd_kafka_mock_push_request_errors(cluster_, 0, 1, code);
  }

 private:
  rd_kafka_t* owner_;
  rd_kafka_mock_cluster_t* cluster_;
};

class KafkaClient : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Producer>> open_producer(ProducerOptions options = {}) {
    options.client.brokers = mock_.brokers();
    options.client.label = "test.kafka";
    return Producer::open(std::move(options));
  }
  Result<std::unique_ptr<Consumer>> open_consumer() {
    return Consumer::open(
        {.client = {.brokers = mock_.brokers(), .label = "test.kafka"}, .fetch_wait = 20ms});
  }

  // All values of one partition from the start, until `count` are there.
  static std::vector<std::string> read(Consumer& consumer, size_t count) {
    std::vector<std::string> values;
    for (int tries = 0; tries < 200 && values.size() < count; ++tries) {
      const auto records = consumer.poll(1000, 100ms);
      if (!records) {
        ADD_FAILURE() << records.error().to_string();
        break;
      }
      for (const IncomingRecord& record : *records)
        values.emplace_back(record.value.value_or("(null)"));
    }
    return values;
  }

  MockCluster mock_;
};

std::vector<std::string> numbers(int count) {
  std::vector<std::string> values;
  for (int i = 0; i < count; ++i) values.push_back(std::to_string(i));
  return values;
}

TEST_F(KafkaClient, WritesARecordWithEverythingAndReadsItBack) {
  mock_.create("t", 3);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  const std::vector<HeaderView> headers = {
      {"source", "a"}, {"empty", ""}, {"null", std::nullopt}, {"source", "b"}};
  std::atomic<int64_t> offset = -1;
  std::atomic<int32_t> partition = -1;
  const Timestamp stamp = from_millis(1'700'000'000'123);
  ASSERT_OK(producer->produce({.topic = "t",
                               .partition = 2,
                               .key = "k",
                               .value = "v",
                               .headers = headers,
                               .timestamp = stamp},
                              [&](const Delivery& delivery) {
                                EXPECT_TRUE(delivery.ok());
                                EXPECT_FALSE(delivery.may_repeat);
                                partition = delivery.partition;
                                offset = delivery.offset;
                              }));
  ASSERT_OK(producer->flush(10s));
  EXPECT_EQ(partition, 2);
  EXPECT_EQ(offset, 0);

  ASSERT_OK_AND_ASSIGN(auto consumer, open_consumer());
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"t", 2}, 0}}));
  Result<std::span<const IncomingRecord>> records = std::span<const IncomingRecord>();
  for (int tries = 0; tries < 100 && records && records->empty(); ++tries)
    records = consumer->poll(10, 100ms);
  ASSERT_OK(records);
  ASSERT_EQ(records->size(), 1u);
  const IncomingRecord& record = records->front();
  EXPECT_EQ(record.topic, "t");
  EXPECT_EQ(record.partition, 2);
  EXPECT_EQ(record.offset, 0);
  EXPECT_EQ(record.timestamp, stamp);
  EXPECT_EQ(record.key, "k");
  EXPECT_EQ(record.value, "v");
  ASSERT_EQ(record.headers.size(), 4u);
  EXPECT_EQ(record.headers[1].value, "");
  EXPECT_EQ(record.headers[2].value, std::nullopt);
  EXPECT_EQ(record.header("source"), "b");
  EXPECT_EQ(record.header("none"), std::nullopt);
}

TEST_F(KafkaClient, KeepsNullAndEmptyApart) {
  mock_.create("t", 1);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  ASSERT_OK(producer->produce({.topic = "t", .value = ""}, [](const Delivery&) {}));
  ASSERT_OK(producer->produce({.topic = "t", .key = ""}, [](const Delivery&) {}));
  ASSERT_OK(producer->flush(10s));
  ASSERT_OK_AND_ASSIGN(auto consumer, open_consumer());
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"t", 0}, kEarliestOffset}}));
  EXPECT_THAT(read(*consumer, 2), ::testing::ElementsAre("", "(null)"));
}

TEST_F(KafkaClient, StartsWhereItIsToldAndAddsPartitionsLater) {
  mock_.create("a", 1);
  mock_.create("b", 1);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  for (const std::string& value : numbers(10)) {
    ASSERT_OK(producer->produce({.topic = "a", .value = value}, [](const Delivery&) {}));
    ASSERT_OK(producer->produce({.topic = "b", .value = value}, [](const Delivery&) {}));
  }
  ASSERT_OK(producer->flush(10s));
  ASSERT_OK_AND_ASSIGN(auto consumer, open_consumer());
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"a", 0}, 8}}));
  EXPECT_ERROR(ErrorCode::already_exists, consumer->add(std::vector<StartPosition>{{{"a", 0}, 0}}));
  EXPECT_THAT(read(*consumer, 2), ::testing::ElementsAre("8", "9"));
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"b", 0}, 7}}));
  EXPECT_THAT(read(*consumer, 3), ::testing::ElementsAre("7", "8", "9"));
  ASSERT_OK(consumer->remove({"a", 0}));
  EXPECT_ERROR(ErrorCode::not_found, consumer->remove({"a", 0}));
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"a", 0}, 9}}));
  EXPECT_THAT(read(*consumer, 1), ::testing::ElementsAre("9"));
}

TEST_F(KafkaClient, NamesAPositionThatTheBrokerDoesNotHave) {
  mock_.create("t", 1);
  ASSERT_OK_AND_ASSIGN(auto consumer, open_consumer());
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"t", 0}, 77}}));
  Result<std::span<const IncomingRecord>> records = std::span<const IncomingRecord>();
  for (int tries = 0; tries < 100 && records; ++tries) records = consumer->poll(10, 100ms);
  EXPECT_ERROR(ErrorCode::refused, records);
  EXPECT_THAT(records.error().message(), ::testing::HasSubstr("77"));
}

TEST_F(KafkaClient, KeepsOrderAndLosesNothingWhenTheBrokerGoesAwayForAWhile) {
  mock_.create("t", 1);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  std::atomic<int> failed = 0;
  const auto count_failure = [&](const Delivery& delivery) { failed += delivery.ok() ? 0 : 1; };
  const std::vector<std::string> values = numbers(3000);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i == 1000) mock_.down();
    if (i == 2000) {
      for (int tries = 0; tries < 500 && producer->stats().connection.reachable; ++tries) {
        std::this_thread::sleep_for(10ms);  // polls a state that only the library's threads change
      }
      EXPECT_FALSE(producer->stats().connection.reachable);
      EXPECT_THAT(to_string(producer->stats().connection),
                  ::testing::HasSubstr("broker unreachable since"));
      EXPECT_ERROR(ErrorCode::timeout, producer->flush(50ms));
      mock_.up();
    }
    ASSERT_OK(producer->produce({.topic = "t", .value = values[i]}, count_failure));
  }
  ASSERT_OK(producer->flush(30s));
  EXPECT_EQ(failed, 0);
  EXPECT_TRUE(producer->stats().connection.reachable);
  ASSERT_OK_AND_ASSIGN(auto consumer, open_consumer());
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"t", 0}, 0}}));
  EXPECT_EQ(read(*consumer, values.size()), values);
}

TEST_F(KafkaClient, SendsAgainInOrderWhenTheSessionBreaks) {
  mock_.create("t", 1);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  std::atomic<int> failed = 0;
  std::atomic<int> acknowledged = 0;
  const auto count = [&](const Delivery& delivery) { ++(delivery.ok() ? acknowledged : failed); };
  std::vector<std::string> values;
  const std::vector<HeaderView> headers = {{"h", "x"}};
  // Goes on writing across the break, so that `produce` meets it in every state.
  while (values.size() < 2000 || producer->stats().rebuilds == 0) {
    if (values.size() == 500) {
      ASSERT_OK(producer->flush(10s));
      mock_.fail_produce(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    }
    values.push_back(std::to_string(values.size()));
    ASSERT_OK(producer->produce({.topic = "t", .value = values.back(), .headers = headers}, count));
  }
  ASSERT_OK(producer->flush(60s));
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(static_cast<size_t>(acknowledged), values.size());
  EXPECT_GE(producer->stats().rebuilds, 1u);
  EXPECT_GE(producer->stats().may_repeat, 1u);
  ASSERT_OK_AND_ASSIGN(auto consumer, open_consumer());
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{{"t", 0}, 0}}));
  EXPECT_EQ(read(*consumer, values.size()), values);
}

TEST_F(KafkaClient, BlocksWhileTheQueueIsFullAndSaysSo) {
  mock_.create("t", 1);
  mock_.down();
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer({.queue_messages = 10}));
  std::atomic<int> accepted = 0;
  std::thread writer([&] {
    for (const std::string& value : numbers(25)) {
      EXPECT_OK(producer->produce({.topic = "t", .value = value}, [](const Delivery&) {}));
      ++accepted;
    }
  });
  while (!producer->stats().full) std::this_thread::yield();
  EXPECT_EQ(accepted, 10);
  EXPECT_EQ(producer->stats().queued_messages, 10u);
  mock_.up();
  writer.join();
  ASSERT_OK(producer->flush(10s));
  EXPECT_EQ(producer->stats().acknowledged, 25u);
  EXPECT_EQ(producer->stats().queued_bytes, 0u);
}

TEST_F(KafkaClient, ReportsWhatIsNotAcknowledgedWhenItCloses) {
  mock_.down();
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  std::atomic<int> failed = 0;
  for (int i = 0; i < 10; ++i) {
    ASSERT_OK(producer->produce({.topic = "t", .value = "x"}, [&](const Delivery& delivery) {
      EXPECT_FALSE(delivery.ok());
      EXPECT_EQ(delivery.error->code(), ErrorCode::unavailable);
      ++failed;
    }));
  }
  producer.reset();
  EXPECT_EQ(failed, 10);
}

TEST_F(KafkaClient, GivesUpOnlyWhenADeadlineWasAskedFor) {
  mock_.down();
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer({.delivery_deadline = 100ms}));
  std::atomic<int> timed_out = 0;
  ASSERT_OK(producer->produce({.topic = "t", .value = "x"}, [&](const Delivery& delivery) {
    timed_out += !delivery.ok() && delivery.error->code() == ErrorCode::timeout ? 1 : 0;
  }));
  ASSERT_OK(producer->flush(20s));
  EXPECT_EQ(timed_out, 1);
}

TEST_F(KafkaClient, RefusesARecordThatIsTooLarge) {
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer({.max_record_bytes = 1000}));
  EXPECT_ERROR(
      ErrorCode::invalid_argument,
      producer->produce({.topic = "t", .value = std::string(2000, 'x')}, [](const Delivery&) {}));
  EXPECT_EQ(producer->stats().queued_messages, 0u);
}

TEST_F(KafkaClient, NamesAWrongProperty) {
  const auto opened =
      Producer::open({.client = {.brokers = "x", .properties = {{"no.such", "1"}}}});
  EXPECT_ERROR(ErrorCode::invalid_argument, opened);
  EXPECT_THAT(opened.error().message(), ::testing::HasSubstr("no.such"));
}

TEST_F(KafkaClient, ListsTopicsAndOffsetsWithinTheDeadline) {
  mock_.create("b", 2);
  mock_.create("a", 1);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK(
        producer->produce({.topic = "b", .partition = 1, .value = "x"}, [](const Delivery&) {}));
  }
  ASSERT_OK(producer->flush(10s));
  ASSERT_OK_AND_ASSIGN(auto admin,
                       Admin::open({.brokers = mock_.brokers(), .label = "test.kafka"}));
  ASSERT_OK_AND_ASSIGN(const auto topics, admin->topics(10s));
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_EQ(topics[0].name, "a");
  EXPECT_THAT(topics[1].partitions,
              ::testing::ElementsAre(::testing::Field(&PartitionMetadata::id, 0),
                                     ::testing::Field(&PartitionMetadata::id, 1)));
  const std::vector<TopicPartition> asked = {{"b", 0}, {"b", 1}, {"a", 0}};
  ASSERT_OK_AND_ASSIGN(const auto marks, admin->watermarks(asked, 10s));
  EXPECT_EQ(marks[0].high, 0);
  EXPECT_EQ(marks[1].low, 0);
  EXPECT_EQ(marks[1].high, 5);
  ASSERT_OK_AND_ASSIGN(const std::string id, admin->cluster_id(10s));
  EXPECT_FALSE(id.empty());
  EXPECT_ERROR(ErrorCode::not_found, admin->watermarks(std::vector<TopicPartition>{{"b", 9}}, 10s));
  mock_.down();
  EXPECT_FALSE(admin->topics(200ms));
}

TEST_F(KafkaClient, TellsWhenAPartitionWasReadToItsEnd) {
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  for (int i = 0; i < 3; ++i)
    ASSERT_OK(producer->produce({.topic = "t", .partition = 0, .value = "v"}, [](const auto&) {}));
  ASSERT_OK(producer->flush(10s));
  ASSERT_OK_AND_ASSIGN(auto consumer, Consumer::open({.client = {.brokers = mock_.brokers()},
                                                      .fetch_wait = 20ms,
                                                      .report_ends = true}));
  const TopicPartition partition{"t", 0};
  ASSERT_OK(consumer->add(std::vector<StartPosition>{{partition, kEarliestOffset}}));
  EXPECT_FALSE(consumer->at_end(partition));
  EXPECT_EQ(read(*consumer, 3).size(), 3u);
  for (int tries = 0; tries < 200 && !consumer->at_end(partition); ++tries)
    ASSERT_OK(consumer->poll(100, 100ms));
  EXPECT_TRUE(consumer->at_end(partition));
  ASSERT_OK(producer->produce({.topic = "t", .partition = 0, .value = "v"}, [](const auto&) {}));
  EXPECT_EQ(read(*consumer, 1).size(), 1u);
}

TEST_F(KafkaClient, AMemberOfAGroupGoesOnBehindWhatWasDone) {
  mock_.create("t", 1);
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  for (const char* value : {"1", "2", "3", "4"})
    ASSERT_OK(
        producer->produce({.topic = "t", .partition = 0, .value = value}, [](const auto&) {}));
  ASSERT_OK(producer->flush(10s));
  const auto next = [&](GroupConsumer& member) -> std::string {
    for (int tries = 0; tries < 300; ++tries) {
      const auto record = member.poll(100ms);
      if (!record) return record.error().to_string();
      if (*record) return std::string((*record)->value.value_or("(null)"));
    }
    return "(nothing)";
  };
  const GroupConsumerOptions options{
      .client = {.brokers = mock_.brokers()}, .group = "g", .topics = {"t"}};
  {
    ASSERT_OK_AND_ASSIGN(auto member, GroupConsumer::open(options));
    EXPECT_EQ(next(*member), "1");
    EXPECT_EQ(next(*member), "2");
    member->done();
    EXPECT_EQ(next(*member), "3");  // not done with
    EXPECT_FALSE(member->at_end());
  }
  ASSERT_OK_AND_ASSIGN(auto member, GroupConsumer::open(options));
  EXPECT_EQ(next(*member), "3");
  EXPECT_EQ(next(*member), "4");
  for (int tries = 0; tries < 300 && !member->at_end(); ++tries) ASSERT_OK(member->poll(100ms));
  EXPECT_TRUE(member->at_end());
}

TEST_F(KafkaClient, NamesItsThreads) {
  ASSERT_OK_AND_ASSIGN(auto producer, open_producer());
  ASSERT_OK(producer->warm_up(std::vector<std::string>{"t"}, 10s));
  size_t named = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream comm(task.path() / "comm");
    std::string name;
    if (std::getline(comm, name) && name == "test.kafka") ++named;
  }
  EXPECT_GE(named, 3u);  // delivery, main and at least one broker thread
}

}  // namespace
}  // namespace weir::kafka::client

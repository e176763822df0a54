// The bus over weir's own broker, on real sockets and a real folder.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <thread>

#include "facility_broker.h"
#include "weir/bus/publisher.h"
#include "weir/bus/subscriber.h"
#include "weir/kafka/client/admin.h"

namespace weir::bus {
namespace {

using namespace std::chrono_literals;

class Bus : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK(broker_.start()); }

  // The values of each topic in the order of reading, until there are `count` in all.
  std::map<std::string, std::vector<std::string>> read(const std::vector<std::string>& topics,
                                                       size_t count) {
    std::map<std::string, std::vector<std::string>> values;
    auto subscriber = Subscriber::connect({.brokers = broker_.brokers(), .label = "test.read"});
    EXPECT_TRUE(subscriber.has_value());
    for (const std::string& topic : topics) EXPECT_OK((*subscriber)->add({{{topic, 0}, 0}}));
    size_t got = 0;
    for (int tries = 0; tries < 300 && got < count; ++tries) {
      const auto records = (*subscriber)->poll(1000, 100ms);
      if (!records) continue;
      for (const IncomingRecord& record : *records) {
        EXPECT_EQ(record.offset, static_cast<int64_t>(values[std::string(record.topic)].size()));
        values[std::string(record.topic)].emplace_back(record.value.value_or(""));
        ++got;
      }
    }
    return values;
  }

  testing::FacilityBroker broker_;
};

TEST_F(Bus, CarriesRecordsWithKeysHeadersAndTimes) {
  ASSERT_OK_AND_ASSIGN(auto publisher,
                       Publisher::connect({.brokers = broker_.brokers(), .label = "test.write"}));
  const std::vector<HeaderView> headers = {{"weir.source.topic", "a"}, {"null", std::nullopt}};
  const Timestamp stamp = from_millis(1'700'000'000'250);
  std::atomic<int64_t> offset = -1;
  ASSERT_OK(publisher->publish(
      {.topic = "t", .key = "k", .value = "v", .headers = headers, .timestamp = stamp},
      [&](const Delivery& delivery) { offset = delivery.ok() ? delivery.offset : -2; }));
  ASSERT_OK(publisher->flush(10s));
  EXPECT_EQ(offset, 0);
  ASSERT_OK_AND_ASSIGN(auto subscriber,
                       Subscriber::connect({.brokers = broker_.brokers(), .label = "test.read"}));
  ASSERT_OK(subscriber->add({{{"t", 0}, kEarliestOffset}}));
  Result<std::span<const IncomingRecord>> records = std::span<const IncomingRecord>();
  for (int tries = 0; tries < 100 && records && records->empty(); ++tries)
    records = subscriber->poll(10, 100ms);
  ASSERT_OK(records);
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->front().key, "k");
  EXPECT_EQ(records->front().value, "v");
  EXPECT_EQ(records->front().timestamp, stamp);
  EXPECT_EQ(records->front().header("weir.source.topic"), "a");
}

TEST_F(Bus, LosesAndRepeatsNothingWhenTheBrokerRestartsInTheMiddle) {
  constexpr int kPerTopic = 3000;
  const std::vector<std::string> topics = {"a", "b", "c"};
  ASSERT_OK_AND_ASSIGN(
      auto publisher,
      Publisher::connect(
          {.brokers = broker_.brokers(), .label = "test.write", .lanes = 2, .linger = 1ms}));
  std::atomic<int> acknowledged = 0;
  std::atomic<int> failed = 0;
  std::thread writer([&] {
    for (int i = 0; i < kPerTopic; ++i) {
      for (const std::string& topic : topics) {
        EXPECT_OK(publisher->publish(
            {.topic = topic, .value = std::to_string(i)},
            [&](const Delivery& delivery) { ++(delivery.ok() ? acknowledged : failed); }));
      }
    }
  });
  for (const int threshold : {1000, 4000}) {
    while (acknowledged < threshold) std::this_thread::yield();
    broker_.stop();
    ASSERT_OK(broker_.start());
  }
  writer.join();
  ASSERT_OK(publisher->flush(60s));
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(acknowledged, 3 * kPerTopic);
  EXPECT_EQ(publisher->state().may_repeat, 0u);

  const auto values = read(topics, 3 * kPerTopic);
  std::vector<std::string> expected;
  for (int i = 0; i < kPerTopic; ++i) expected.push_back(std::to_string(i));
  for (const std::string& topic : topics) EXPECT_EQ(values.at(topic), expected) << topic;
}

TEST_F(Bus, GoesOnReadingAfterARestart) {
  ASSERT_OK_AND_ASSIGN(auto publisher,
                       Publisher::connect({.brokers = broker_.brokers(), .label = "test.write"}));
  ASSERT_OK_AND_ASSIGN(auto subscriber,
                       Subscriber::connect({.brokers = broker_.brokers(), .label = "test.read"}));
  std::vector<std::string> values;
  const auto read_until = [&](size_t count) {
    for (int tries = 0; tries < 300 && values.size() < count; ++tries) {
      const auto records = subscriber->poll(1000, 100ms);
      if (!records) continue;
      for (const IncomingRecord& record : *records) values.emplace_back(*record.value);
    }
  };
  ASSERT_OK(publisher->publish({.topic = "t", .value = "before"}, [](const Delivery&) {}));
  ASSERT_OK(publisher->flush(10s));
  ASSERT_OK(subscriber->add({{{"t", 0}, 0}}));
  read_until(1);
  broker_.stop();
  for (int tries = 0; tries < 300 && subscriber->state().reachable; ++tries) {
    ASSERT_OK(subscriber->poll(10, 50ms));
  }
  EXPECT_THAT(subscriber->state().reason, ::testing::HasSubstr("broker unreachable since"));
  ASSERT_OK(broker_.start());
  ASSERT_OK(publisher->publish({.topic = "t", .value = "after"}, [](const Delivery&) {}));
  ASSERT_OK(publisher->flush(30s));
  read_until(2);
  EXPECT_THAT(values, ::testing::ElementsAre("before", "after"));
}

TEST_F(Bus, NamesAnOffsetThatIsNotThere) {
  ASSERT_OK_AND_ASSIGN(auto publisher,
                       Publisher::connect({.brokers = broker_.brokers(), .label = "test.write"}));
  ASSERT_OK(publisher->publish({.topic = "t", .value = "x"}, [](const Delivery&) {}));
  ASSERT_OK(publisher->flush(10s));
  ASSERT_OK_AND_ASSIGN(auto subscriber,
                       Subscriber::connect({.brokers = broker_.brokers(), .label = "test.read"}));
  ASSERT_OK(subscriber->add({{{"t", 0}, 99}}));
  Result<std::span<const IncomingRecord>> records = std::span<const IncomingRecord>();
  for (int tries = 0; tries < 100 && records; ++tries) records = subscriber->poll(10, 100ms);
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().code(), ErrorCode::refused);
  EXPECT_THAT(records.error().message(),
              ::testing::HasSubstr("offset 99 is not there, the broker has 0 to 1"));
}

TEST_F(Bus, MakesTopicsOnceAndKnowsThemAhead) {
  ASSERT_OK_AND_ASSIGN(auto admin, kafka::client::Admin::open(
                                       {.brokers = broker_.brokers(), .label = "test.admin"}));
  std::vector<kafka::client::NewTopic> topics;
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) {
    names.push_back("topic-" + std::to_string(i));
    topics.push_back(
        {.name = names.back(), .partitions = 2, .config = {{"cleanup.policy", "delete"}}});
  }
  ASSERT_OK(admin->create_topics(topics, 20s));
  ASSERT_OK(admin->create_topics(topics, 20s));
  ASSERT_OK_AND_ASSIGN(const auto listed, admin->topics(10s));
  ASSERT_EQ(listed.size(), 300u);
  using kafka::client::PartitionMetadata;
  EXPECT_THAT(listed.front().partitions,
              ::testing::ElementsAre(::testing::Field(&PartitionMetadata::id, 0),
                                     ::testing::Field(&PartitionMetadata::id, 1)));
  ASSERT_OK_AND_ASSIGN(const std::string id, admin->cluster_id(10s));
  EXPECT_FALSE(id.empty());

  ASSERT_OK_AND_ASSIGN(
      auto publisher,
      Publisher::connect({.brokers = broker_.brokers(), .label = "test.write", .lanes = 4}));
  ASSERT_OK(publisher->warm_up(names, 20s));
  std::vector<kafka::client::TopicPartition> partitions;
  for (const std::string& name : names) {
    ASSERT_OK(
        publisher->publish({.topic = name, .partition = 1, .value = "x"}, [](const Delivery&) {}));
    partitions.push_back({name, 1});
  }
  ASSERT_OK(publisher->flush(20s));
  ASSERT_OK_AND_ASSIGN(const auto marks, admin->watermarks(partitions, 10s));
  for (const auto& mark : marks) EXPECT_EQ(mark.high, 1);
}

}  // namespace
}  // namespace weir::bus

#include <gmock/gmock.h>

#include <set>

#include "weir/broker/handlers/harness.h"
#include "weir/broker/handlers/metadata.h"
#include "weir/broker/handlers/topic_rules.h"
#include "weir/kafka/protocol/messages/api_versions.h"
#include "weir/kafka/protocol/messages/create_topics.h"
#include "weir/kafka/protocol/messages/delete_topics.h"
#include "weir/kafka/protocol/messages/init_producer_id.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::handlers {
namespace {

using namespace kafka::protocol;  // NOLINT: the messages

class TopicHandlers : public ::testing::Test {
 protected:
  void start(BrokerSettings settings = {}) {
    ASSERT_OK_AND_ASSIGN(harness,
                         Harness::make(settings, io::real_file_system(), clock, folder.path()));
  }
  MetadataResponse metadata(const MetadataRequest& request, int16_t version) {
    auto response = harness->call<MetadataResponse>(request, version);
    EXPECT_OK(response);
    return response ? *response : MetadataResponse();
  }
  static MetadataRequest about(std::optional<std::string> name) {
    MetadataRequest request;
    request.topics.emplace().emplace_back().name = std::move(name);
    return request;
  }
  static CreateTopicsRequest::Topic topic(const std::string& name, int32_t partitions = -1,
                                          int16_t replicas = -1) {
    CreateTopicsRequest::Topic wish;
    wish.name = name;
    wish.num_partitions = partitions;
    wish.replication_factor = replicas;
    return wish;
  }
  CreateTopicsResponse::Topic create(CreateTopicsRequest::Topic wish, int16_t version = 7) {
    CreateTopicsRequest request;
    request.topics.push_back(std::move(wish));
    auto response = harness->call<CreateTopicsResponse>(request, version);
    EXPECT_OK(response);
    return response && response->topics.size() == 1 ? response->topics[0]
                                                    : CreateTopicsResponse::Topic();
  }

  testing::TempFolder folder;
  testing::ManualClock clock;
  std::unique_ptr<Harness> harness;
};

TEST_F(TopicHandlers, ApiVersionsAdvertisesWhatTheTableServes) {
  start();
  ApiVersionsRequest request;
  request.client_software_name = "librdkafka";
  request.client_software_version = "2.0.2";
  for (int16_t version = 0; version <= 4; ++version) {
    ASSERT_OK_AND_ASSIGN(const auto response, harness->call<ApiVersionsResponse>(request, version));
    EXPECT_EQ(response.error_code, KafkaError::none);
    ASSERT_EQ(response.api_keys.size(), handler_table().size());
    for (const auto& row : response.api_keys) {
      ASSERT_NE(find_handler(row.api_key), nullptr);
      EXPECT_EQ(row.max_version, find_handler(row.api_key)->api->max_version);
    }
    // Old librdkafka takes the codecs for missing unless Produce begins at 0.
    EXPECT_EQ(response.api_keys[0].api_key, 0);
    EXPECT_EQ(response.api_keys[0].min_version, 0);
  }
}

TEST_F(TopicHandlers, ApiVersionsRefusesAClientNameOutOfTheRules) {
  start();
  for (const char* bad : {"", "-x", "x-", "a b", "ä"}) {
    ApiVersionsRequest request;
    request.client_software_name = bad;
    request.client_software_version = "1";
    ASSERT_OK_AND_ASSIGN(const auto response, harness->call<ApiVersionsResponse>(request, 3));
    EXPECT_EQ(response.error_code, KafkaError::invalid_request) << bad;
  }
}

TEST_F(TopicHandlers, MetadataNamesThisBrokerAndCreatesTopicsAtOnce) {
  start({.num_partitions = 3});
  for (int16_t version = 0; version <= 12; ++version) {
    const std::string name = "made.by.v" + std::to_string(version);
    const auto response = metadata(about(name), version);
    ASSERT_EQ(response.brokers.size(), 1u);
    EXPECT_EQ(response.brokers[0].host, "10.1.2.3");
    EXPECT_EQ(response.brokers[0].port, 9092);
    ASSERT_EQ(response.topics.size(), 1u);
    EXPECT_EQ(response.topics[0].error_code, KafkaError::none);
    EXPECT_EQ(response.topics[0].name, name);
    ASSERT_EQ(response.topics[0].partitions.size(), 3u);
    EXPECT_EQ(response.topics[0].partitions[2].leader_id, response.brokers[0].node_id);
    if (version >= 2) {
      EXPECT_EQ(response.cluster_id, harness->storage().cluster_id());
    }
    if (version >= 10) {
      EXPECT_EQ(response.topics[0].topic_id, harness->storage().find_topic(name)->id);
    }
  }
  MetadataRequest all;
  EXPECT_EQ(metadata(all, 12).topics.size(), 13u);
  all.topics.emplace();
  EXPECT_EQ(metadata(all, 12).topics.size(), 0u);
  EXPECT_EQ(metadata(all, 0).topics.size(), 13u);
}

TEST_F(TopicHandlers, MetadataTellsWhatIsMissingOrWrongPerTopic) {
  start();
  MetadataRequest request = about("not.there");
  request.topics->emplace_back().name = "not a name";
  request.allow_auto_topic_creation = false;
  auto response = metadata(request, 9);
  EXPECT_EQ(response.topics[0].error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(response.topics[1].error_code, KafkaError::invalid_topic_exception);
  request = about(std::nullopt);
  request.topics->front().topic_id = draw_topic_id();
  EXPECT_EQ(metadata(request, 12).topics[0].error_code, KafkaError::unknown_topic_id);
  EXPECT_TRUE(harness->storage().topics().empty());
}

TEST_F(TopicHandlers, MetadataCreatesNothingWhenTheBrokerForbidsIt) {
  start({.auto_create_topics = false});
  EXPECT_EQ(metadata(about("x"), 1).topics[0].error_code, KafkaError::unknown_topic_or_partition);
}

TEST_F(TopicHandlers, MetadataFindsATopicByItsId) {
  start();
  const auto made = create(topic("t"));
  MetadataRequest request = about(std::nullopt);
  request.topics->front().topic_id = made.topic_id;
  EXPECT_EQ(metadata(request, 12).topics[0].name, "t");
}

TEST(AdvertisedAddress, IsTheSettingOrTheAddressTheClientCameBy) {
  EXPECT_EQ(advertised_address({}, {"10.0.0.1", 1}), (io::TcpAddress{"10.0.0.1", 1}));
  EXPECT_EQ(advertised_address({}, {"::1", 1}), (io::TcpAddress{"localhost", 1}));
  EXPECT_EQ(advertised_address({.advertise = io::TcpAddress{"kafka", 2}}, {"::1", 1}),
            (io::TcpAddress{"kafka", 2}));
}

TEST_F(TopicHandlers, CreateTopicsMakesKeepsConfigsAndAnswersThem) {
  start({.num_partitions = 2});
  auto wish = topic("t");
  auto& config = wish.configs.emplace_back();
  config.name = "cleanup.policy";
  config.value = "compact";
  const auto answer = create(wish);
  EXPECT_EQ(answer.error_code, KafkaError::none);
  EXPECT_EQ(answer.num_partitions, 2);
  EXPECT_EQ(answer.replication_factor, 1);
  ASSERT_TRUE(answer.configs);
  EXPECT_EQ(answer.configs->front().value, "compact");
  const auto made = harness->storage().find_topic("t");
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->id, answer.topic_id);
  EXPECT_EQ(made->config.at("cleanup.policy"), "compact");
}

TEST_F(TopicHandlers, CreateTopicsRefusesEachMistakeWithItsOwnCode) {
  start();
  ASSERT_EQ(create(topic("t", 1, 1)).error_code, KafkaError::none);
  EXPECT_EQ(create(topic("t")).error_code, KafkaError::topic_already_exists);
  EXPECT_EQ(create(topic("a/b")).error_code, KafkaError::invalid_topic_exception);
  EXPECT_EQ(create(topic("p", 0)).error_code, KafkaError::invalid_partitions);
  EXPECT_EQ(create(topic("p", 1'000'000)).error_code, KafkaError::invalid_partitions);
  EXPECT_EQ(create(topic("r", 1, 0)).error_code, KafkaError::invalid_replication_factor);
  auto wish = topic("c");
  wish.configs.emplace_back().name = "no.such.config";
  EXPECT_EQ(create(wish).error_code, KafkaError::invalid_config);
  wish.configs[0].value = "1";
  const auto answer = create(wish);
  EXPECT_EQ(answer.error_code, KafkaError::invalid_config);
  EXPECT_EQ(answer.error_message, "unknown topic config 'no.such.config'");
}

TEST_F(TopicHandlers, CreateTopicsClampsReplicasOrRefusesThemByPolicy) {
  start();
  const auto clamped = create(topic("t", 1, 3));
  EXPECT_EQ(clamped.error_code, KafkaError::none);
  EXPECT_EQ(clamped.replication_factor, 1);
  harness.reset();
  start({.replication = ReplicationPolicy::refuse});
  EXPECT_EQ(create(topic("u", 1, 3)).error_code, KafkaError::invalid_replication_factor);
  EXPECT_EQ(create(topic("u", 1, -1)).error_code, KafkaError::none);
}

TEST_F(TopicHandlers, CreateTopicsTakesAssignmentsToThisBrokerOnly) {
  start();
  auto wish = topic("t");
  for (int32_t i = 0; i < 2; ++i) {
    auto& assignment = wish.assignments.emplace_back();
    assignment.partition_index = i;
    assignment.broker_ids = {1};
  }
  EXPECT_EQ(create(wish).num_partitions, 2);
  wish.name = "u";
  wish.assignments[1].broker_ids = {1, 2};
  EXPECT_EQ(create(wish).error_code, KafkaError::invalid_replica_assignment);
  wish.assignments[1].broker_ids = {1};
  wish.assignments[1].partition_index = 2;
  EXPECT_EQ(create(wish).error_code, KafkaError::invalid_replica_assignment);
  wish.num_partitions = 2;
  EXPECT_EQ(create(wish).error_code, KafkaError::invalid_request);
}

TEST_F(TopicHandlers, CreateTopicsOnlyValidatesWhenAsked) {
  start();
  CreateTopicsRequest request;
  request.topics = {topic("t", 4), topic("bad/name")};
  request.validate_only = true;
  ASSERT_OK_AND_ASSIGN(const auto response, harness->call<CreateTopicsResponse>(request, 7));
  EXPECT_EQ(response.topics[0].error_code, KafkaError::none);
  EXPECT_EQ(response.topics[0].num_partitions, 4);
  EXPECT_EQ(response.topics[1].error_code, KafkaError::invalid_topic_exception);
  EXPECT_TRUE(harness->storage().topics().empty());
}

TEST_F(TopicHandlers, CreateTopicsAnswersANameGivenTwiceOnce) {
  start();
  CreateTopicsRequest request;
  request.topics = {topic("twice"), topic("once"), topic("twice")};
  for (int16_t version = 0; version <= 7; ++version) {
    ASSERT_OK_AND_ASSIGN(const auto response,
                         harness->call<CreateTopicsResponse>(request, version));
    ASSERT_EQ(response.topics.size(), 2u);
    EXPECT_EQ(response.topics[0].error_code, KafkaError::invalid_request);
    EXPECT_EQ(response.topics[1].error_code,
              version == 0 ? KafkaError::none : KafkaError::topic_already_exists);
  }
}

TEST_F(TopicHandlers, DeleteTopicsWorksByNameAndById) {
  start();
  create(topic("by.name"));
  const auto id = create(topic("by.id")).topic_id;
  DeleteTopicsRequest names;
  names.topic_names = {"by.name", "not.there"};
  ASSERT_OK_AND_ASSIGN(auto response, harness->call<DeleteTopicsResponse>(names, 5));
  EXPECT_EQ(response.responses[0].error_code, KafkaError::none);
  EXPECT_EQ(response.responses[1].error_code, KafkaError::unknown_topic_or_partition);
  DeleteTopicsRequest ids;
  ids.topics.resize(3);
  ids.topics[0].topic_id = id;
  ids.topics[1].topic_id = id;
  ids.topics[2].topic_id = id;
  ids.topics[2].name = "both";
  ASSERT_OK_AND_ASSIGN(response, harness->call<DeleteTopicsResponse>(ids, 6));
  EXPECT_EQ(response.responses[0].error_code, KafkaError::none);
  EXPECT_EQ(response.responses[0].name, "by.id");
  EXPECT_EQ(response.responses[1].error_code, KafkaError::unknown_topic_id);
  EXPECT_EQ(response.responses[2].error_code, KafkaError::invalid_request);
  EXPECT_TRUE(harness->storage().topics().empty());
}

TEST_F(TopicHandlers, InitProducerIdGivesEachProducerItsOwn) {
  start();
  std::set<int64_t> ids;
  for (int16_t version = 0; version <= 4; ++version) {
    ASSERT_OK_AND_ASSIGN(const auto response,
                         harness->call<InitProducerIdResponse>(InitProducerIdRequest(), version));
    EXPECT_EQ(response.error_code, KafkaError::none);
    EXPECT_EQ(response.producer_epoch, 0);
    EXPECT_TRUE(ids.insert(response.producer_id).second);
  }
}

TEST_F(TopicHandlers, InitProducerIdRefusesTransactions) {
  start();
  InitProducerIdRequest request;
  request.transactional_id = "tx";
  ASSERT_OK_AND_ASSIGN(const auto response, harness->call<InitProducerIdResponse>(request, 4));
  EXPECT_EQ(response.error_code, KafkaError::transactional_id_authorization_failed);
  EXPECT_EQ(response.producer_id, -1);
}

TEST_F(TopicHandlers, ARequestThatCannotBeDecodedClosesTheConnection) {
  start();
  for (const HandlerEntry& entry : handler_table()) {
    if (entry.api->key == ApiVersionsRequest::kApiKey) continue;
    const auto outcome = harness->start(entry.api->key, entry.api->max_version, "\x01").get();
    EXPECT_EQ(outcome.kind, Harness::Outcome::Kind::closed) << entry.api->name;
  }
}

}  // namespace
}  // namespace weir::broker::handlers

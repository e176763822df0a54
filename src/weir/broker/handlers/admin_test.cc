// What admin clients ask and change: configurations, partitions, the cluster, the data folder.
#include <gmock/gmock.h>

#include "weir/broker/handlers/harness.h"
#include "weir/kafka/protocol/messages/alter_configs.h"
#include "weir/kafka/protocol/messages/create_partitions.h"
#include "weir/kafka/protocol/messages/delete_records.h"
#include "weir/kafka/protocol/messages/describe_cluster.h"
#include "weir/kafka/protocol/messages/describe_configs.h"
#include "weir/kafka/protocol/messages/describe_log_dirs.h"
#include "weir/kafka/protocol/messages/describe_topic_partitions.h"
#include "weir/kafka/protocol/messages/incremental_alter_configs.h"
#include "weir/kafka/protocol/messages/list_partition_reassignments.h"
#include "weir/kafka/protocol/messages/offset_for_leader_epoch.h"
#include "weir/kafka/protocol/record_batch.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::handlers {
namespace {

using namespace kafka::protocol;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int8_t kTopic = 2;
constexpr int8_t kBroker = 4;

class Admin : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(harness, Harness::make({.num_partitions = 3}, io::real_file_system(),
                                                clock, folder.path() + "/data"));
    make_topic("t", 2);
  }
  void make_topic(const std::string& name, int32_t partitions) {
    ASSERT_OK(harness->storage().create_topic(
        {.name = name, .id = draw_topic_id(), .partition_count = partitions}));
  }
  template <typename Response, typename Message>
  Response ask(const Message& request, int16_t version) {
    auto response = harness->call<Response>(request, version);
    EXPECT_OK(response);
    return response ? *response : Response();
  }

  DescribeConfigsResponse::Resource describe(int8_t type, const std::string& name,
                                             std::optional<std::vector<std::string>> keys = {}) {
    DescribeConfigsRequest request;
    request.resources.push_back(
        {.resource_type = type, .resource_name = name, .configuration_keys = std::move(keys)});
    request.include_synonyms = true;
    return ask<DescribeConfigsResponse>(request, 4).results.at(0);
  }
  std::string value_of(const std::string& config) {
    return describe(kTopic, "t", {{config}}).configs.at(0).value.value_or("");
  }
  IncrementalAlterConfigsResponse::Resource change(int8_t operation, const std::string& config,
                                                   std::optional<std::string> value) {
    IncrementalAlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = kTopic;
    resource.resource_name = "t";
    resource.configs.push_back(
        {.name = config, .config_operation = operation, .value = std::move(value)});
    return ask<IncrementalAlterConfigsResponse>(request, 1).responses.at(0);
  }
  KafkaError grow(const std::string& topic, int32_t count, bool validate_only = false) {
    CreatePartitionsRequest request;
    request.topics.push_back({.name = topic, .count = count});
    request.validate_only = validate_only;
    return ask<CreatePartitionsResponse>(request, 3).results.at(0).error_code;
  }
  size_t partition_count() { return harness->storage().find_topic("t")->partitions.size(); }

  testing::TempFolder folder;
  testing::ManualClock clock;
  std::unique_ptr<Harness> harness;
};

// ---- records deleted

TEST_F(Admin, RecordsAreDeletedPartitionByPartition) {
  const log::TopicRef topic = harness->storage().find_topic("t");
  for (const log::PartitionRef& partition : topic->partitions) {
    for (int i = 0; i < 5; ++i) {
      RecordBatchBuilder batch;
      batch.add({.timestamp = 1, .key = "k", .value = "v"});
      std::promise<void> done;
      partition->append(*batch.build(), [&](log::AppendResult) { done.set_value(); });
      done.get_future().get();
    }
  }
  DeleteRecordsRequest request;
  request.topics.push_back({.name = "t", .partitions = {{0, 3}, {1, -1}, {2, 0}}});
  request.topics.push_back({.name = "absent", .partitions = {{0, 0}}});
  const auto answer = ask<DeleteRecordsResponse>(request, 2);
  ASSERT_THAT(answer.topics, SizeIs(2));
  const auto& rows = answer.topics[0].partitions;
  EXPECT_EQ(rows[0].error_code, KafkaError::none);
  EXPECT_EQ(rows[0].low_watermark, 3);
  EXPECT_EQ(rows[1].low_watermark, 5) << "-1 stands for the high watermark";
  EXPECT_EQ(rows[2].error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(rows[2].low_watermark, -1);
  EXPECT_EQ(answer.topics[1].partitions[0].error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(topic->partitions[0]->start_offset(), 3);

  request.topics = {{.name = "t", .partitions = {{0, 6}, {1, -2}}}};
  for (const auto& row : ask<DeleteRecordsResponse>(request, 0).topics.at(0).partitions)
    EXPECT_EQ(row.error_code, KafkaError::offset_out_of_range);
  request.topics.clear();
  EXPECT_THAT(ask<DeleteRecordsResponse>(request, 1).topics, IsEmpty());
}

TEST_F(Admin, ACompactedTopicKeepsItsRecords) {
  DeleteRecordsRequest request;
  request.topics.push_back({.name = "t", .partitions = {{0, 0}}});
  const auto verdict = [&] {
    return ask<DeleteRecordsResponse>(request, 2).topics.at(0).partitions.at(0).error_code;
  };
  change(0, "cleanup.policy", "compact");
  EXPECT_EQ(verdict(), KafkaError::policy_violation);
  change(0, "cleanup.policy", "compact,delete");
  EXPECT_EQ(verdict(), KafkaError::none);
}

// ---- configurations

TEST_F(Admin, EverySettingOfATopicIsDescribedWithItsSource) {
  const auto all = describe(kTopic, "t");
  EXPECT_EQ(all.error_code, KafkaError::none);
  EXPECT_THAT(all.configs, SizeIs(topic_config_entries().size()));
  ASSERT_EQ(change(0, "retention.ms", "1000").error_code, KafkaError::none);
  const auto one = describe(kTopic, "t", {{"retention.ms"}}).configs.at(0);
  EXPECT_EQ(one.value, "1000");
  EXPECT_EQ(one.config_source, 1);
  EXPECT_EQ(one.config_type, 5);
  EXPECT_FALSE(one.read_only);
  ASSERT_THAT(one.synonyms, SizeIs(2));
  EXPECT_EQ(one.synonyms[0].value, "1000");
  EXPECT_EQ(one.synonyms[1].value, "604800000");
  EXPECT_EQ(one.synonyms[1].source, 5);
}

TEST_F(Admin, TheFirstVersionSaysWhatIsADefaultInItsOwnWay) {
  change(0, "retention.ms", "1000");
  DescribeConfigsRequest request;
  request.resources.push_back({.resource_type = kTopic,
                               .resource_name = "t",
                               .configuration_keys = {{"retention.ms", "segment.ms"}}});
  const auto configs = ask<DescribeConfigsResponse>(request, 0).results.at(0).configs;
  EXPECT_FALSE(configs.at(0).is_default);
  EXPECT_TRUE(configs.at(1).is_default);
}

TEST_F(Admin, TheBrokersOwnSettingsAreDescribedAndCannotBeChanged) {
  const auto broker = describe(kBroker, "1", {{"num.partitions"}});
  EXPECT_EQ(broker.configs.at(0).value, "3");
  EXPECT_EQ(broker.configs.at(0).config_source, 4);
  EXPECT_TRUE(broker.configs.at(0).read_only);
  EXPECT_EQ(describe(kBroker, "").error_code, KafkaError::none);
  EXPECT_EQ(describe(kBroker, "2").error_code, KafkaError::invalid_request);
  AlterConfigsRequest request;
  request.resources.push_back({.resource_type = kBroker, .resource_name = "1", .configs = {}});
  const auto answer = ask<AlterConfigsResponse>(request, 2).responses.at(0);
  EXPECT_EQ(answer.error_code, KafkaError::invalid_request);
  EXPECT_THAT(answer.error_message.value_or(""), HasSubstr("configuration file"));
}

TEST_F(Admin, WhatHasNoConfigurationIsRefusedByName) {
  EXPECT_EQ(describe(kTopic, "nope").error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(describe(kTopic, "no/topic").error_code, KafkaError::invalid_topic_exception);
  EXPECT_EQ(describe(8, "1").error_code, KafkaError::invalid_request);
}

TEST_F(Admin, AWholeConfigurationReplacesTheOldOne) {
  change(0, "retention.ms", "1000");
  AlterConfigsRequest request;
  request.resources.push_back({.resource_type = kTopic,
                               .resource_name = "t",
                               .configs = {{.name = "segment.ms", .value = "5000"}}});
  request.validate_only = true;
  EXPECT_EQ(ask<AlterConfigsResponse>(request, 1).responses.at(0).error_code, KafkaError::none);
  EXPECT_EQ(value_of("retention.ms"), "1000");
  request.validate_only = false;
  EXPECT_EQ(ask<AlterConfigsResponse>(request, 1).responses.at(0).error_code, KafkaError::none);
  EXPECT_EQ(value_of("retention.ms"), "604800000");
  EXPECT_EQ(value_of("segment.ms"), "5000");
  request.resources[0].configs[0].value = "soon";
  EXPECT_EQ(ask<AlterConfigsResponse>(request, 1).responses.at(0).error_code,
            KafkaError::invalid_config);
  EXPECT_EQ(value_of("segment.ms"), "5000");
}

TEST_F(Admin, SingleSettingsAreSetResetExtendedAndShortened) {
  EXPECT_EQ(change(2, "cleanup.policy", "compact").error_code, KafkaError::none);
  EXPECT_EQ(value_of("cleanup.policy"), "delete,compact");
  EXPECT_EQ(change(3, "cleanup.policy", "delete").error_code, KafkaError::none);
  EXPECT_EQ(value_of("cleanup.policy"), "compact");
  EXPECT_EQ(change(1, "cleanup.policy", std::nullopt).error_code, KafkaError::none);
  EXPECT_EQ(value_of("cleanup.policy"), "delete");
  EXPECT_EQ(change(2, "retention.ms", "1").error_code, KafkaError::invalid_config);
  EXPECT_EQ(change(0, "retention.ms", std::nullopt).error_code, KafkaError::invalid_config);
  EXPECT_EQ(change(0, "no.such.thing", "1").error_code, KafkaError::invalid_config);
  EXPECT_EQ(change(9, "retention.ms", "1").error_code, KafkaError::invalid_request);
}

// ---- partitions

TEST_F(Admin, PartitionsAreAddedAndNeverTakenAway) {
  EXPECT_EQ(grow("t", 5, true), KafkaError::none);
  EXPECT_EQ(partition_count(), 2u);
  EXPECT_EQ(grow("t", 5), KafkaError::none);
  EXPECT_EQ(partition_count(), 5u);
  EXPECT_EQ(grow("t", 5), KafkaError::invalid_partitions);
  EXPECT_EQ(grow("t", 1), KafkaError::invalid_partitions);
  EXPECT_EQ(grow("t", kMaxPartitions + 1), KafkaError::invalid_partitions);
  EXPECT_EQ(grow("nope", 5), KafkaError::unknown_topic_or_partition);
}

TEST_F(Admin, NewPartitionsCanOnlyBeAssignedToThisBroker) {
  CreatePartitionsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.count = 3;
  topic.assignments = {{{.broker_ids = {2}}}};
  const auto error = [&] {
    return ask<CreatePartitionsResponse>(request, 3).results.at(0).error_code;
  };
  EXPECT_EQ(error(), KafkaError::invalid_replica_assignment);
  topic.assignments = {{{.broker_ids = {1}}, {.broker_ids = {1}}}};
  EXPECT_EQ(error(), KafkaError::invalid_replica_assignment);
  topic.assignments = {{{.broker_ids = {1}}}};
  EXPECT_EQ(error(), KafkaError::none);
}

TEST_F(Admin, PartitionsAreToldPageByPage) {
  make_topic("s", 3);
  DescribeTopicPartitionsRequest request;
  request.response_partition_limit = 2;
  std::vector<std::string> seen;
  for (int page = 0; page < 10; ++page) {
    const auto response = ask<DescribeTopicPartitionsResponse>(request, 0);
    for (const auto& topic : response.topics) {
      for (const auto& partition : topic.partitions) {
        seen.push_back(*topic.name + std::to_string(partition.partition_index));
      }
    }
    if (!response.next_cursor) break;
    request.cursor = {.topic_name = response.next_cursor->topic_name,
                      .partition_index = response.next_cursor->partition_index};
  }
  EXPECT_THAT(seen, ElementsAre("s0", "s1", "s2", "t0", "t1"));
  request.cursor.reset();
  request.topics.push_back({.name = "nope"});
  EXPECT_EQ(ask<DescribeTopicPartitionsResponse>(request, 0).topics.at(0).error_code,
            KafkaError::unknown_topic_or_partition);
}

TEST_F(Admin, TheOneEpochEndsWhereThePartitionEnds) {
  OffsetForLeaderEpochRequest request;
  request.topics.push_back({.topic = "t",
                            .partitions = {{.partition = 0, .leader_epoch = 0},
                                           {.partition = 0, .leader_epoch = 7},
                                           {.partition = 0, .current_leader_epoch = 3},
                                           {.partition = 9}}});
  const auto rows = ask<OffsetForLeaderEpochResponse>(request, 4).topics.at(0).partitions;
  EXPECT_EQ(rows.at(0).leader_epoch, 0);
  EXPECT_EQ(rows.at(0).end_offset, 0);
  EXPECT_EQ(rows.at(1).error_code, KafkaError::none);
  EXPECT_EQ(rows.at(1).end_offset, -1);
  EXPECT_EQ(rows.at(2).error_code, KafkaError::unknown_leader_epoch);
  EXPECT_EQ(rows.at(3).error_code, KafkaError::unknown_topic_or_partition);
}

// ---- the cluster

TEST_F(Admin, ThisBrokerIsTheCluster) {
  const auto cluster = ask<DescribeClusterResponse>(DescribeClusterRequest(), 1);
  EXPECT_EQ(cluster.cluster_id, harness->storage().cluster_id());
  EXPECT_EQ(cluster.controller_id, 1);
  ASSERT_THAT(cluster.brokers, SizeIs(1));
  EXPECT_EQ(cluster.brokers[0].host, "10.1.2.3");
  DescribeClusterRequest controllers;
  controllers.endpoint_type = 2;
  EXPECT_EQ(ask<DescribeClusterResponse>(controllers, 1).error_code,
            KafkaError::mismatched_endpoint_type);
}

TEST_F(Admin, NothingIsEverReassigned) {
  const auto answer =
      ask<ListPartitionReassignmentsResponse>(ListPartitionReassignmentsRequest(), 0);
  EXPECT_EQ(answer.error_code, KafkaError::none);
  EXPECT_THAT(answer.topics, IsEmpty());
}

TEST_F(Admin, TheDataFolderListsThePartitionsThatAreAskedFor) {
  DescribeLogDirsRequest request;
  const auto all = ask<DescribeLogDirsResponse>(request, 4).results.at(0);
  EXPECT_EQ(all.log_dir, folder.path() + "/data");
  ASSERT_THAT(all.topics, SizeIs(1));
  EXPECT_THAT(all.topics[0].partitions, SizeIs(2));
  request.topics = {{{.topic = "t", .partitions = {1}}, {.topic = "nope", .partitions = {0}}}};
  const auto some = ask<DescribeLogDirsResponse>(request, 4).results.at(0);
  ASSERT_THAT(some.topics, SizeIs(1));
  EXPECT_THAT(some.topics[0].partitions, SizeIs(1));
}

}  // namespace
}  // namespace weir::broker::handlers

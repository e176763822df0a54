#include <gmock/gmock.h>

#include "weir/broker/handlers/harness.h"
#include "weir/broker/handlers/topic_rules.h"
#include "weir/kafka/protocol/messages/fetch.h"
#include "weir/kafka/protocol/messages/list_offsets.h"
#include "weir/kafka/protocol/messages/produce.h"
#include "weir/kafka/protocol/record_batch.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::handlers {
namespace {

using namespace kafka::protocol;  // NOLINT: the messages
using std::chrono::milliseconds;

constexpr int64_t kNow = 1'700'000'000'000;

struct BatchOf {
  std::vector<std::string> values = {"v"};
  Compression compression = Compression::none;
  int64_t timestamp = kNow;  // of the first; each further one is 10 ms later
  bool keyed = false;
  int64_t producer_id = kNoProducerId;
  int32_t base_sequence = -1;
  bool transactional = false;
};

Bytes make_batch(const BatchOf& what) {
  RecordBatchBuilder builder({.compression = what.compression,
                              .producer_id = what.producer_id,
                              .producer_epoch = static_cast<int16_t>(what.producer_id < 0 ? -1 : 0),
                              .base_sequence = what.base_sequence,
                              .transactional = what.transactional});
  int64_t time = what.timestamp;
  for (const std::string& value : what.values) {
    RecordToWrite record;
    record.timestamp = time;
    if (what.keyed) record.key = "k";
    record.value = value;
    builder.add(record);
    time += 10;
  }
  return *builder.build();
}

class RecordHandlers : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(harness, Harness::make({}, io::real_file_system(), clock, folder.path()));
    make_topic("t", {});
  }
  void make_topic(const std::string& name, log::TopicConfig config, int32_t partitions = 2) {
    ASSERT_OK(harness->storage().create_topic({.name = name,
                                               .id = draw_topic_id(),
                                               .partition_count = partitions,
                                               .config = std::move(config)}));
  }
  static ProduceRequest to_produce(const std::string& topic, BytesView records,
                                   int32_t partition = 0) {
    ProduceRequest request;
    request.acks = -1;
    auto& row = request.topics.emplace_back();
    row.name = topic;
    auto& part = row.partitions.emplace_back();
    part.index = partition;
    part.records = records;
    return request;
  }
  ProduceResponse::Topic::Partition produce(BytesView records, const std::string& topic = "t",
                                            int16_t version = 11, int32_t partition = 0) {
    auto response = harness->call<ProduceResponse>(to_produce(topic, records, partition), version);
    EXPECT_OK(response);
    return response ? response->topics[0].partitions[0] : ProduceResponse::Topic::Partition();
  }
  static FetchRequest to_fetch(const std::string& topic, int64_t offset,
                               milliseconds wait = milliseconds(0), int32_t min_bytes = 1) {
    FetchRequest request;
    request.max_wait_ms = static_cast<int32_t>(wait.count());
    request.min_bytes = min_bytes;
    auto& row = request.topics.emplace_back();
    row.topic = topic;
    add(request, 0, offset);
    return request;
  }
  static void add(FetchRequest& request, int32_t partition, int64_t offset) {
    auto& part = request.topics[0].partitions.emplace_back();
    part.partition = partition;
    part.fetch_offset = offset;
    part.partition_max_bytes = 1 << 20;
  }
  FetchResponse fetch(const FetchRequest& request, int16_t version = 12) {
    auto response = harness->call<FetchResponse>(request, version);
    EXPECT_OK(response);
    return response ? *response : FetchResponse();
  }
  // The values of all records in the batches of one partition.
  static std::vector<std::string> values(const FetchResponse::Topic::Partition& partition) {
    std::vector<std::string> found;
    BytesView rest = partition.records.value_or(BytesView());
    while (!rest.empty()) {
      const auto batch = RecordBatchView::parse(rest);
      EXPECT_OK(batch);
      if (!batch) break;
      EXPECT_TRUE(batch->verify_crc());
      auto reader = RecordReader::open(*batch);
      for (auto record = reader->next(); record && *record; record = reader->next()) {
        found.emplace_back((*record)->value.value_or("(null)"));
      }
      rest.remove_prefix(batch->size());
    }
    return found;
  }
  ListOffsetsResponse::Topic::Partition offset_at(int64_t time, int16_t version = 8) {
    ListOffsetsRequest request;
    auto& row = request.topics.emplace_back();
    row.name = "t";
    row.partitions.emplace_back().timestamp = time;
    auto response = harness->call<ListOffsetsResponse>(request, version);
    EXPECT_OK(response);
    return response->topics[0].partitions[0];
  }

  testing::TempFolder folder;
  testing::ManualClock clock{from_millis(kNow)};
  std::unique_ptr<Harness> harness;
};

TEST_F(RecordHandlers, WhatIsProducedIsFetchedInEveryVersion) {
  int64_t offset = 0;
  for (int16_t version = 3; version <= 11; ++version) {
    const auto answer = produce(make_batch({.values = {"a", "b"}}), "t", version);
    EXPECT_EQ(answer.error_code, KafkaError::none);
    EXPECT_EQ(answer.base_offset, offset);
    offset += 2;
  }
  for (int16_t version = 4; version <= 16; ++version) {
    FetchRequest request = to_fetch("t", 16);
    request.topics[0].topic_id = harness->storage().find_topic("t")->id;
    const auto response = fetch(request, version);
    const auto& partition = response.topics[0].partitions[0];
    EXPECT_EQ(partition.error_code, KafkaError::none) << version;
    EXPECT_EQ(partition.high_watermark, 18);
    EXPECT_EQ(partition.last_stable_offset, 18);
    EXPECT_THAT(values(partition), ::testing::ElementsAre("a", "b")) << version;
  }
}

TEST_F(RecordHandlers, EveryCodecComesBackAsItWas) {
  for (const auto codec :
       {Compression::gzip, Compression::snappy, Compression::lz4, Compression::zstd}) {
    const Bytes batch = make_batch({.values = {"x", "y"}, .compression = codec});
    const auto answer = produce(batch);
    ASSERT_EQ(answer.error_code, KafkaError::none);
    const auto response = fetch(to_fetch("t", answer.base_offset));
    EXPECT_EQ(response.topics[0].partitions[0].records->substr(17), BytesView(batch).substr(17));
  }
}

TEST_F(RecordHandlers, ProduceAnswersEachPartitionForItself) {
  const Bytes good = make_batch({});
  Bytes damaged = good;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  ProduceRequest request = to_produce("t", good);
  for (const auto& [index, records] :
       {std::pair<int32_t, BytesView>(1, damaged), {2, good}, {-1, good}}) {
    auto& part = request.topics[0].partitions.emplace_back();
    part.index = index;
    part.records = records;
  }
  request.topics.push_back(to_produce("not.there", good).topics[0]);
  ASSERT_OK_AND_ASSIGN(const auto response, harness->call<ProduceResponse>(request, 8));
  const auto& partitions = response.topics[0].partitions;
  EXPECT_EQ(partitions[0].error_code, KafkaError::none);
  EXPECT_EQ(partitions[0].base_offset, 0);
  EXPECT_EQ(partitions[1].error_code, KafkaError::corrupt_message);
  EXPECT_EQ(partitions[1].base_offset, -1);
  EXPECT_TRUE(partitions[1].error_message);
  EXPECT_EQ(partitions[2].error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(partitions[3].error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(response.topics[1].partitions[0].error_code, KafkaError::unknown_topic_or_partition);
}

TEST_F(RecordHandlers, ProduceRefusesWhatTheTopicDoesNotTake) {
  make_topic("small", {{"max.message.bytes", "100"}});
  make_topic("compacted", {{"cleanup.policy", "compact"}});
  EXPECT_EQ(produce(make_batch({.values = {Bytes(200, 'x')}}), "small").error_code,
            KafkaError::message_too_large);
  const auto refused = produce(make_batch({}), "compacted");
  EXPECT_EQ(refused.error_code, KafkaError::invalid_record);
  ASSERT_FALSE(refused.record_errors.empty()) << "the client is told which records are wrong";
  EXPECT_EQ(refused.record_errors[0].batch_index, 0);
  EXPECT_EQ(produce(make_batch({.keyed = true}), "compacted").error_code, KafkaError::none);
  EXPECT_EQ(produce(make_batch({.timestamp = kNow + 3'600'001})).error_code,
            KafkaError::invalid_timestamp);
  EXPECT_EQ(produce(make_batch({.timestamp = kNow + 3'600'000})).error_code, KafkaError::none);
  EXPECT_EQ(
      produce(make_batch({.producer_id = 5, .base_sequence = 0, .transactional = true})).error_code,
      KafkaError::invalid_txn_state);
  EXPECT_EQ(produce("").error_code, KafkaError::invalid_record);
}

TEST_F(RecordHandlers, ProduceStampsRecordsWhereTheTopicSaysSo) {
  make_topic("stamped", {{"message.timestamp.type", "LogAppendTime"}});
  const auto answer = produce(make_batch({.timestamp = 1}), "stamped");
  ASSERT_EQ(answer.error_code, KafkaError::none);
  EXPECT_EQ(answer.log_append_time_ms, kNow);
  const auto response = fetch(to_fetch("stamped", 0));
  ASSERT_OK_AND_ASSIGN(const auto batch,
                       RecordBatchView::parse(*response.topics[0].partitions[0].records));
  EXPECT_TRUE(batch.uses_log_append_time());
  EXPECT_EQ(batch.max_timestamp(), kNow);
  EXPECT_TRUE(batch.verify_crc());
}

TEST_F(RecordHandlers, AProducersRepeatKeepsItsOffsetAndAGapIsRefused) {
  const Bytes first = make_batch({.producer_id = 7, .base_sequence = 0});
  EXPECT_EQ(produce(first).base_offset, 0);
  EXPECT_EQ(produce(make_batch({})).base_offset, 1);
  const auto repeat = produce(first);
  EXPECT_EQ(repeat.error_code, KafkaError::none);
  EXPECT_EQ(repeat.base_offset, 0);
  EXPECT_EQ(produce(make_batch({.producer_id = 7, .base_sequence = 5})).error_code,
            KafkaError::out_of_order_sequence_number);
  EXPECT_EQ(produce(make_batch({.producer_id = 7, .base_sequence = 1})).base_offset, 2);
}

TEST_F(RecordHandlers, ProduceWithoutAcksIsSilentUnlessItIsWrong) {
  const Bytes batch = make_batch({});
  ProduceRequest request = to_produce("t", batch);
  request.acks = 0;
  EXPECT_EQ(harness->start(request, 9).get().kind, Harness::Outcome::Kind::nothing);
  request.topics[0].partitions[0].index = 99;
  EXPECT_EQ(harness->start(request, 9).get().kind, Harness::Outcome::Kind::closed);
  request.acks = 2;
  ASSERT_OK_AND_ASSIGN(const auto response, harness->call<ProduceResponse>(request, 9));
  EXPECT_EQ(response.topics[0].partitions[0].error_code, KafkaError::invalid_required_acks);
}

TEST_F(RecordHandlers, FetchSaysWhatIsWrongWithAPartitionAtOnce) {
  produce(make_batch({}));
  FetchRequest request = to_fetch("t", 2, std::chrono::minutes(1));
  add(request, 1, 0);
  add(request, 7, 0);
  auto response = fetch(request);
  EXPECT_EQ(response.session_id, 0);
  EXPECT_EQ(response.topics[0].partitions[0].error_code, KafkaError::offset_out_of_range);
  EXPECT_EQ(response.topics[0].partitions[1].error_code, KafkaError::none);
  EXPECT_EQ(response.topics[0].partitions[2].error_code, KafkaError::unknown_topic_or_partition);
  request = to_fetch("t", -1, std::chrono::minutes(1));
  EXPECT_EQ(fetch(request).topics[0].partitions[0].error_code, KafkaError::offset_out_of_range);
  request = to_fetch("t", 0, std::chrono::minutes(1));
  request.topics[0].topic_id = draw_topic_id();
  EXPECT_EQ(fetch(request, 13).topics[0].partitions[0].error_code, KafkaError::unknown_topic_id);
  request = to_fetch("t", 0);
  request.session_id = 12;
  EXPECT_EQ(fetch(request).error_code, KafkaError::fetch_session_id_not_found);
  request = to_fetch("t", 0);
  request.topics[0].partitions[0].current_leader_epoch = 3;
  EXPECT_EQ(fetch(request).topics[0].partitions[0].error_code, KafkaError::unknown_leader_epoch);
}

TEST_F(RecordHandlers, FetchGivesAtLeastOneBatchAndOnlyTheFirstOverTheLimit) {
  const Bytes batch = make_batch({.values = {Bytes(1000, 'x')}});
  produce(batch);
  produce(batch);
  produce(batch, "t", 11, 1);
  FetchRequest request = to_fetch("t", 0);
  add(request, 1, 0);
  request.max_bytes = 10;
  auto response = fetch(request);
  EXPECT_EQ(values(response.topics[0].partitions[0]).size(), 1u);
  EXPECT_EQ(values(response.topics[0].partitions[1]).size(), 0u);
  request.max_bytes = INT32_MAX;
  request.topics[0].partitions[0].partition_max_bytes = 10;
  request.topics[0].partitions[1].partition_max_bytes = 10;
  response = fetch(request);
  EXPECT_EQ(values(response.topics[0].partitions[0]).size(), 1u);
  EXPECT_EQ(values(response.topics[0].partitions[1]).size(), 0u);
  request.topics[0].partitions[0].partition_max_bytes = 1 << 20;
  request.topics[0].partitions[1].partition_max_bytes = 1 << 20;
  response = fetch(request);
  EXPECT_EQ(values(response.topics[0].partitions[0]).size(), 2u);
  EXPECT_EQ(values(response.topics[0].partitions[1]).size(), 1u);
}

TEST_F(RecordHandlers, AnOffsetInsideABatchGivesTheWholeBatch) {
  produce(make_batch({.values = {"a", "b", "c"}, .compression = Compression::zstd}));
  EXPECT_THAT(values(fetch(to_fetch("t", 2)).topics[0].partitions[0]),
              ::testing::ElementsAre("a", "b", "c"));
}

TEST_F(RecordHandlers, FetchWaitsForRecordsAndWakesWhenTheyAreDurable) {
  auto outcome = harness->start(to_fetch("t", 0, std::chrono::minutes(1)), 12);
  EXPECT_EQ(harness->waiting_fetches(), 1u);
  produce(make_batch({.values = {"at last"}}));
  ASSERT_OK_AND_ASSIGN(const auto response, harness->decode<FetchResponse>(outcome.get(), 12));
  EXPECT_THAT(values(response.topics[0].partitions[0]), ::testing::ElementsAre("at last"));
  EXPECT_EQ(harness->counters().fetch_wakes.value(), 1u);
}

TEST_F(RecordHandlers, FetchAddsUpTheBytesOfItsPartitions) {
  const Bytes batch = make_batch({});
  FetchRequest request =
      to_fetch("t", 0, std::chrono::minutes(1), static_cast<int32_t>(2 * batch.size()));
  add(request, 1, 0);
  auto outcome = harness->start(request, 12);
  produce(batch);
  EXPECT_EQ(harness->waiting_fetches(), 1u);
  produce(batch, "t", 11, 1);
  ASSERT_OK_AND_ASSIGN(const auto response, harness->decode<FetchResponse>(outcome.get(), 12));
  EXPECT_EQ(values(response.topics[0].partitions[0]).size(), 1u);
  EXPECT_EQ(values(response.topics[0].partitions[1]).size(), 1u);
}

TEST_F(RecordHandlers, FetchGivesWhatThereIsWhenItsTimeIsOver) {
  produce(make_batch({}));
  const auto response = fetch(to_fetch("t", 0, milliseconds(5), 1 << 20));
  EXPECT_EQ(values(response.topics[0].partitions[0]).size(), 1u);
  EXPECT_EQ(harness->counters().fetch_waits.value(), 1u);
  EXPECT_EQ(harness->counters().fetch_wakes.value(), 0u);
}

TEST_F(RecordHandlers, ReadersOfCommittedRecordsGetAnEmptyListOfAbortedTransactions) {
  produce(make_batch({}));
  FetchRequest request = to_fetch("t", 0);
  EXPECT_FALSE(fetch(request).topics[0].partitions[0].aborted_transactions);
  request.isolation_level = 1;
  const auto response = fetch(request);
  EXPECT_TRUE(response.topics[0].partitions[0].aborted_transactions);
  EXPECT_EQ(values(response.topics[0].partitions[0]).size(), 1u);
}

TEST_F(RecordHandlers, ListOffsetsFindsEndsAndTimesExactToTheRecord) {
  EXPECT_EQ(offset_at(-1).offset, 0);
  EXPECT_EQ(offset_at(-3).offset, -1);
  produce(make_batch(
      {.values = {"a", "b", "c"}, .compression = Compression::gzip, .timestamp = kNow - 1000}));
  produce(make_batch({.values = {"d", "e"}, .timestamp = kNow - 2000}));
  EXPECT_EQ(offset_at(-1).offset, 5);
  EXPECT_EQ(offset_at(-2).offset, 0);
  EXPECT_EQ(offset_at(-4).offset, 0);
  EXPECT_EQ(offset_at(-3).offset, 2);
  EXPECT_EQ(offset_at(-3).timestamp, kNow - 980);
  EXPECT_EQ(offset_at(kNow - 995).offset, 1);
  EXPECT_EQ(offset_at(kNow - 995).timestamp, kNow - 990);
  EXPECT_EQ(offset_at(0).offset, 0);
  EXPECT_EQ(offset_at(kNow).offset, -1);
  EXPECT_EQ(offset_at(kNow).error_code, KafkaError::none);
  EXPECT_EQ(offset_at(-3, 6).error_code, KafkaError::unsupported_version);
  for (int16_t version = 1; version <= 8; ++version) EXPECT_EQ(offset_at(-1, version).offset, 5);
}

TEST_F(RecordHandlers, ListOffsetsAnswersUnknownPartitions) {
  ListOffsetsRequest request;
  auto& row = request.topics.emplace_back();
  row.name = "t";
  row.partitions.emplace_back().partition_index = 5;
  ASSERT_OK_AND_ASSIGN(const auto response, harness->call<ListOffsetsResponse>(request, 5));
  EXPECT_EQ(response.topics[0].partitions[0].error_code, KafkaError::unknown_topic_or_partition);
}

}  // namespace
}  // namespace weir::broker::handlers

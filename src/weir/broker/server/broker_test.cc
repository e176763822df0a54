#include "weir/broker/server/broker.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "weir/io/clock.h"
#include "weir/kafka/protocol/api_table.h"
#include "weir/kafka/protocol/messages/api_versions.h"
#include "weir/kafka/protocol/messages/fetch.h"
#include "weir/kafka/protocol/messages/metadata.h"
#include "weir/kafka/protocol/messages/produce.h"
#include "weir/kafka/protocol/record_batch.h"
#include "weir/kafka/protocol/request_header.h"
#include "weir/testing/matchers.h"
#include "weir/testing/tcp_client.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::server {
namespace {

using namespace kafka::protocol;  // NOLINT: the messages
using testing::TcpClient;

Bytes framed(BytesView body) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.be(static_cast<int32_t>(body.size()));
  writer.append(body);
  return bytes;
}

Bytes request_bytes(int16_t key, int16_t version, int32_t correlation, BytesView body,
                    int16_t header_version) {
  Bytes bytes;
  ByteWriter writer(bytes);
  RequestHeader{
      .api_key = key, .api_version = version, .correlation_id = correlation, .client_id = "test"}
      .encode(writer, header_version);
  writer.append(body);
  return framed(bytes);
}

template <typename Message>
Bytes request_bytes(const Message& request, int16_t version, int32_t correlation) {
  Bytes body;
  ByteWriter writer(body);
  request.encode(writer, version);
  return request_bytes(Message::kApiKey, version, correlation, body,
                       find_api(Message::kApiKey)->request_header_version(version));
}

struct RawResponse {
  int32_t correlation = 0;
  Bytes rest;  // tags of the header, body
};

Result<RawResponse> receive(TcpClient& client) {
  WEIR_TRY_ASSIGN(const Bytes size, client.receive(4));
  WEIR_TRY_ASSIGN(const Bytes frame,
                  client.receive(static_cast<size_t>(load_be<int32_t>(size.data()))));
  return RawResponse{.correlation = load_be<int32_t>(frame.data()), .rest = frame.substr(4)};
}

Bytes one_record(BytesView value) {
  RecordBatchBuilder builder;
  RecordToWrite record;
  record.timestamp = 1'700'000'000'000;
  record.value = value;
  builder.add(record);
  return *builder.build();
}

ProduceRequest to_produce(const std::string& topic, BytesView records, int16_t acks = -1) {
  ProduceRequest request;
  request.acks = acks;
  auto& row = request.topics.emplace_back();
  row.name = topic;
  row.partitions.emplace_back().records = records;
  return request;
}

FetchRequest to_fetch(const std::string& topic, int64_t offset, std::chrono::milliseconds wait) {
  FetchRequest request;
  request.max_wait_ms = static_cast<int32_t>(wait.count());
  request.min_bytes = 1;
  auto& row = request.topics.emplace_back();
  row.topic = topic;
  auto& part = row.partitions.emplace_back();
  part.fetch_offset = offset;
  part.partition_max_bytes = 1 << 20;
  return request;
}

MetadataRequest about(const std::string& topic) {
  MetadataRequest request;
  request.topics.emplace().emplace_back().name = topic;
  return request;
}

class BrokerTest : public ::testing::Test {
 protected:
  void start(BrokerOptions options = {}) {
    options.data_folder = folder.path() + "/data";
    options.listen = {.host = "127.0.0.1"};
    ASSERT_OK_AND_ASSIGN(broker, Broker::start(options, io::real_file_system(), io::real_clock()));
  }
  Result<TcpClient> connect() { return TcpClient::connect("127.0.0.1", broker->port()); }
  // True when a fresh client is served.
  bool alive() {
    auto client = connect();
    return client && client->send(request_bytes(about("alive"), 1, 1)) && receive(*client);
  }

  testing::TempFolder folder;
  std::unique_ptr<Broker> broker;
};

TEST_F(BrokerTest, AnswersInTheOrderOfTheRequestsHoweverLateEachIsReady) {
  start();
  ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
  ASSERT_OK(client.send(request_bytes(about("t"), 9, 1)));
  ASSERT_OK(receive(client));
  // A fetch that waits, a produce that must reach the disk, one without answer, and one ready at
  // once.
  const Bytes batch = one_record("x");
  Bytes all = request_bytes(to_fetch("t", 0, std::chrono::minutes(1)), 11, 10);
  all += request_bytes(to_produce("t", batch, 0), 9, 11);
  all += request_bytes(to_produce("t", batch), 9, 12);
  all += request_bytes(about("t"), 9, 13);
  ASSERT_OK(client.send(all));
  for (const int32_t expected : {10, 12, 13}) {
    ASSERT_OK_AND_ASSIGN(const RawResponse response, receive(client));
    EXPECT_EQ(response.correlation, expected);
  }
}

TEST_F(BrokerTest, ServesMorePipelinedRequestsThanItTakesAtOnce) {
  start({.limits = {.max_in_flight = 4}});
  ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
  Bytes all;
  for (int32_t i = 0; i < 1000; ++i) all += request_bytes(to_produce("t", one_record("x")), 7, i);
  ASSERT_OK(client.send(request_bytes(about("t"), 9, -1) + all));
  for (int32_t i = -1; i < 1000; ++i) {
    ASSERT_OK_AND_ASSIGN(const RawResponse response, receive(client));
    ASSERT_EQ(response.correlation, i);
  }
  EXPECT_EQ(broker->storage().find_topic("t")->partitions[0]->high_watermark(), 1000);
}

TEST_F(BrokerTest, TakesRequestsThatComeByteForByte) {
  start();
  ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
  for (const char byte : request_bytes(about("t"), 12, 5))
    ASSERT_OK(client.send(BytesView(&byte, 1)));
  ASSERT_OK_AND_ASSIGN(const RawResponse response, receive(client));
  EXPECT_EQ(response.correlation, 5);
}

TEST_F(BrokerTest, AnswersAnUnknownApiVersionsVersionInVersionZero) {
  start();
  ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
  ASSERT_OK(client.send(request_bytes(18, 99, 3, "\x01\x01\x00", 2)));
  ASSERT_OK_AND_ASSIGN(const RawResponse response, receive(client));
  EXPECT_EQ(response.correlation, 3);
  ByteReader reader(response.rest);
  ASSERT_OK_AND_ASSIGN(const auto versions, ApiVersionsResponse::decode(reader, 0));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(versions.error_code, KafkaError::unsupported_version);
  ASSERT_EQ(versions.api_keys.size(), 1u);
  EXPECT_EQ(versions.api_keys[0].api_key, 18);
  EXPECT_EQ(versions.api_keys[0].max_version, 4);
  // And the connection goes on.
  ApiVersionsRequest again;
  again.client_software_name = "test";
  again.client_software_version = "1";
  ASSERT_OK(client.send(request_bytes(again, 3, 4)));
  EXPECT_OK(receive(client));
}

TEST_F(BrokerTest, ClosesOnlyTheConnectionThatAsksForWhatIsNotServed) {
  start();
  ASSERT_OK_AND_ASSIGN(TcpClient bystander, connect());
  for (const auto& [key, version] :
       {std::pair<int16_t, int16_t>(999, 0), {0, 2}, {1, 3}, {3, 99}, {-1, 0}, {3, -1}}) {
    ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
    ASSERT_OK(client.send(request_bytes(key, version, 1, "", 1)));
    ASSERT_OK_AND_ASSIGN(const Bytes nothing, client.receive_all());
    EXPECT_EQ(nothing, "") << key;
  }
  ASSERT_OK(bystander.send(request_bytes(about("t"), 1, 2)));
  EXPECT_OK(receive(bystander));
}

TEST_F(BrokerTest, ClosesOnImpossibleLengthsWithoutTakingThemIn) {
  start();
  for (const int32_t length : {-1, INT32_MIN, (100 << 20) + 1, INT32_MAX}) {
    ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
    Bytes bytes(4, '\0');
    store_be(bytes.data(), length);
    ASSERT_OK(client.send(bytes));
    ASSERT_OK_AND_ASSIGN(const Bytes nothing, client.receive_all());
    EXPECT_EQ(nothing, "");
  }
  EXPECT_TRUE(alive());
}

TEST_F(BrokerTest, OutlivesRandomBytes) {
  start();
  std::mt19937 random(20261122);
  for (int round = 0; round < 200; ++round) {
    ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
    Bytes bytes(1 + random() % 300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (round % 2 == 0) {  // a plausible length and key, so that decoders are reached
      bytes = framed(Bytes("\0", 1) + Bytes(1, static_cast<char>(round % 23)) + Bytes("\0", 1) +
                     Bytes(1, static_cast<char>(random() % 12)) + bytes);
    }
    if (!client.send(bytes)) continue;
    client.finish_sending();
    EXPECT_OK(client.receive_all()) << "round " << round;
  }
  EXPECT_TRUE(alive());
}

TEST_F(BrokerTest, WaitsWithReadingWhenRequestMemoryIsUsedUpAndFailsNobody) {
  start({.request_memory = 64 << 10});
  constexpr int kClients = 8, kRequests = 40;
  std::vector<TcpClient> clients;
  for (int i = 0; i < kClients; ++i) {
    ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
    clients.push_back(std::move(client));
  }
  ASSERT_OK(clients[0].send(request_bytes(about("t"), 1, 0)));
  ASSERT_OK(receive(clients[0]));
  const Bytes batch = one_record(Bytes(40'000, 'x'));
  std::vector<std::thread> threads;
  for (TcpClient& client : clients) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRequests; ++i)
        ASSERT_OK(client.send(request_bytes(to_produce("t", batch), 7, i)));
      for (int i = 0; i < kRequests; ++i) ASSERT_OK(receive(client));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(broker->storage().find_topic("t")->partitions[0]->high_watermark(),
            kClients * kRequests);
  const std::string metrics = broker->metrics().to_prometheus();
  EXPECT_EQ(metrics.find("\nweir_broker_memory_waits_total 0\n"), std::string::npos);
}

TEST_F(BrokerTest, RefusesConnectionsOverTheLimit) {
  start({.max_connections = 1});
  ASSERT_OK_AND_ASSIGN(TcpClient first, connect());
  ASSERT_OK(first.send(request_bytes(about("t"), 1, 1)));
  ASSERT_OK(receive(first));
  ASSERT_OK_AND_ASSIGN(TcpClient second, connect());
  ASSERT_OK_AND_ASSIGN(const Bytes nothing, second.receive_all());
  EXPECT_EQ(nothing, "");
}

TEST_F(BrokerTest, StopAnswersWaitingFetchesAndKeepsWhatWasAcknowledged) {
  start();
  ASSERT_OK_AND_ASSIGN(TcpClient client, connect());
  ASSERT_OK(client.send(request_bytes(about("t"), 9, 1) +
                        request_bytes(to_produce("t", one_record("kept")), 9, 2)));
  ASSERT_OK(receive(client));
  ASSERT_OK(receive(client));
  ASSERT_OK(client.send(request_bytes(to_fetch("t", 1, std::chrono::minutes(1)), 11, 3)));
  while (broker->metrics().to_prometheus().find("weir_broker_fetch_waits_total 1") ==
         std::string::npos) {
    std::this_thread::yield();
  }
  ASSERT_OK(broker->stop());
  ASSERT_OK_AND_ASSIGN(const RawResponse last, receive(client));
  EXPECT_EQ(last.correlation, 3);
  ASSERT_OK(client.receive_all());
  broker.reset();

  start();
  ASSERT_OK_AND_ASSIGN(TcpClient reader, connect());
  ASSERT_OK(reader.send(request_bytes(to_fetch("t", 0, std::chrono::seconds(1)), 11, 4)));
  ASSERT_OK_AND_ASSIGN(const RawResponse response, receive(reader));
  EXPECT_NE(response.rest.find("kept"), Bytes::npos);
}

TEST_F(BrokerTest, SaysThatThePortOrTheFolderIsInUse) {
  start();
  BrokerOptions same_folder{.data_folder = folder.path() + "/data",
                            .listen = {.host = "127.0.0.1"}};
  EXPECT_ERROR(ErrorCode::already_exists,
               Broker::start(same_folder, io::real_file_system(), io::real_clock()));
  BrokerOptions same_port{.data_folder = folder.path() + "/other",
                          .listen = {.host = "127.0.0.1", .port = broker->port()}};
  EXPECT_ERROR(ErrorCode::already_exists,
               Broker::start(same_port, io::real_file_system(), io::real_clock()));
  EXPECT_TRUE(alive());
}

}  // namespace
}  // namespace weir::broker::server

#include <gmock/gmock.h>

#include "weir/kafka/protocol/api_table.h"
#include "weir/kafka/protocol/golden_bytes.h"
#include "weir/kafka/protocol/message_codec.h"
#include "weir/kafka/protocol/messages/api_versions.h"
#include "weir/kafka/protocol/messages/create_topics.h"
#include "weir/kafka/protocol/messages/fetch.h"
#include "weir/kafka/protocol/messages/init_producer_id.h"
#include "weir/kafka/protocol/messages/list_offsets.h"
#include "weir/kafka/protocol/messages/metadata.h"
#include "weir/kafka/protocol/messages/produce.h"
#include "weir/kafka/protocol/record_batch.h"
#include "weir/kafka/protocol/request_header.h"
#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::kafka::protocol {
namespace {

using testing::from_hex;

template <typename Request>
struct Decoded {
  RequestHeader header;
  Request request;
};

// Header and body as a broker reads them; all bytes must be used, and encoding must give them back.
template <typename Request>
Result<Decoded<Request>> decode_all(BytesView bytes) {
  ByteReader reader(bytes);
  Decoded<Request> decoded;
  WEIR_TRY_ASSIGN(decoded.header, RequestHeader::decode(reader));
  const int16_t version = decoded.header.api_version;
  if (decoded.header.api_key != Request::kApiKey) {
    return Error(ErrorCode::invalid_argument, "another API");
  }
  WEIR_TRY_ASSIGN(decoded.request, Request::decode(reader, version));
  if (!reader.at_end()) return Error(ErrorCode::corrupt, "bytes are left over");
  Bytes again;
  ByteWriter writer(again);
  decoded.header.encode(writer, find_api(Request::kApiKey)->request_header_version(version));
  decoded.request.encode(writer, version);
  if (again != bytes) return Error(ErrorCode::internal, "encodes to other bytes");
  return decoded;
}

TEST(RequestsOfLibrdkafka, ApiVersionsNamesTheClient) {
  ASSERT_OK_AND_ASSIGN(const auto got,
                       decode_all<ApiVersionsRequest>(from_hex(golden::kApiVersionsV3)));
  EXPECT_EQ(got.header.correlation_id, 1);
  EXPECT_EQ(got.header.client_id, "rdkafka");
  EXPECT_EQ(got.request.client_software_name, "librdkafka");
  EXPECT_EQ(got.request.client_software_version, "2.0.2");
}

TEST(RequestsOfLibrdkafka, MetadataAsksForOneTopic) {
  ASSERT_OK_AND_ASSIGN(const auto got, decode_all<MetadataRequest>(from_hex(golden::kMetadataV4)));
  ASSERT_TRUE(got.request.topics.has_value());
  ASSERT_EQ(got.request.topics->size(), 1u);
  EXPECT_EQ(got.request.topics->front().name, "t");
  EXPECT_TRUE(got.request.allow_auto_topic_creation);
}

TEST(RequestsOfLibrdkafka, InitProducerIdHasNoTransaction) {
  ASSERT_OK_AND_ASSIGN(const auto got,
                       decode_all<InitProducerIdRequest>(from_hex(golden::kInitProducerIdV1)));
  EXPECT_EQ(got.request.transactional_id, std::nullopt);
  EXPECT_EQ(got.request.transaction_timeout_ms, -1);
}

TEST(RequestsOfLibrdkafka, ProduceHoldsAnIdempotentBatchWithoutCopyingIt) {
  const Bytes bytes = from_hex(golden::kIdempotentProduceV7);
  ASSERT_OK_AND_ASSIGN(const auto got, decode_all<ProduceRequest>(bytes));
  EXPECT_EQ(got.request.acks, -1);
  EXPECT_EQ(got.request.timeout_ms, 30000);
  ASSERT_EQ(got.request.topics.size(), 1u);
  EXPECT_EQ(got.request.topics[0].name, "t");
  ASSERT_EQ(got.request.topics[0].partitions.size(), 1u);
  const auto& records = got.request.topics[0].partitions[0].records;
  ASSERT_TRUE(records.has_value());
  EXPECT_EQ(records->data() + records->size(), bytes.data() + bytes.size()) << "a view into them";
  const auto batch = validate_produced(*records, {.produce_version = 7});
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->producer_id(), 1000);
  EXPECT_EQ(batch->base_sequence(), 0);
  EXPECT_EQ(batch->last_sequence(), 3);
}

TEST(RequestsOfLibrdkafka, ListOffsetsAsksForTheStart) {
  ASSERT_OK_AND_ASSIGN(const auto got,
                       decode_all<ListOffsetsRequest>(from_hex(golden::kListOffsetsV2)));
  EXPECT_EQ(got.header.client_id, "reader");
  EXPECT_EQ(got.request.isolation_level, 1);
  ASSERT_EQ(got.request.topics.size(), 1u);
  EXPECT_EQ(got.request.topics[0].partitions.at(0).timestamp, -2);
}

TEST(RequestsOfLibrdkafka, FetchWaitsForOneByte) {
  ASSERT_OK_AND_ASSIGN(const auto got, decode_all<FetchRequest>(from_hex(golden::kFetchV11)));
  EXPECT_EQ(got.request.replica_id, -1);
  EXPECT_EQ(got.request.max_wait_ms, 500);
  EXPECT_EQ(got.request.min_bytes, 1);
  EXPECT_EQ(got.request.max_bytes, 52428800);
  EXPECT_EQ(got.request.isolation_level, 1);
  EXPECT_EQ(got.request.session_epoch, -1);
  EXPECT_EQ(got.request.topics.at(0).topic, "t");
  EXPECT_EQ(got.request.topics.at(0).partitions.at(0).partition_max_bytes, 1048576);
}

// As a Java client of 3.x asks: header version 2, compact strings, an all-zero topic id.
TEST(FlexibleRequests, MetadataV12IsReadByteForByte) {
  const Bytes bytes = from_hex(
      "0003 000c 00000007 0007 61646d696e2d31 00"
      "02 00000000000000000000000000000000 05 4d544d74 00 01 00 00");
  ASSERT_OK_AND_ASSIGN(const auto got, decode_all<MetadataRequest>(bytes));
  EXPECT_EQ(got.header.client_id, "admin-1");
  ASSERT_TRUE(got.request.topics.has_value());
  EXPECT_EQ(got.request.topics->at(0).name, "MTMt");
  EXPECT_EQ(got.request.topics->at(0).topic_id, Uuid{});
  EXPECT_TRUE(got.request.allow_auto_topic_creation);
}

TEST(FlexibleRequests, FetchV16CarriesTopicIdsAndOmitsDefaultTags) {
  const Bytes bytes = from_hex(
      "0001 0010 00000002 ffff 00"
      "000001f4 00000001 03200000 00 00000000 ffffffff"
      "02 000102030405060708090a0b0c0d0e0f"
      "02 00000003 ffffffff 000000000000002a ffffffff ffffffffffffffff 00100000 00 00"
      "01 01 00");
  ASSERT_OK_AND_ASSIGN(const auto got, decode_all<FetchRequest>(bytes));
  EXPECT_EQ(got.header.client_id, std::nullopt);
  EXPECT_EQ(got.request.topics.at(0).topic_id[15], 15);
  EXPECT_EQ(got.request.topics.at(0).partitions.at(0).fetch_offset, 42);
  EXPECT_EQ(got.request.replica_state.replica_id, -1);
}

TEST(FlexibleRequests, SkipTagsThatNobodyKnows) {
  const Bytes bytes = from_hex(
      "0012 0003 00000001 0001 78 01 63 02 abcd"  // the header has tag 99
      "02 61 02 62 02 07 01 ff 80 01 00");        // the body tags 7 and, empty, 128
  ByteReader reader(bytes);
  ASSERT_OK_AND_ASSIGN(const auto header, RequestHeader::decode(reader));
  ASSERT_OK_AND_ASSIGN(const auto request, ApiVersionsRequest::decode(reader, header.api_version));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(request.client_software_version, "b");
}

TEST(FlexibleRequests, RefuseATagWhoseSizeDoesNotFitItsField) {
  // Fetch tag 1 (replica state) takes 13 bytes; here it says 14 or 12.
  for (const char* size : {"0e", "0c"}) {
    Bytes bytes = from_hex("00000000 00000000 00000000 00 00000000 00000000 01 01 01 01 01");
    bytes += from_hex(size) + from_hex("00000001 0000000000000002 00 00 00 00");
    ByteReader reader(bytes);
    EXPECT_ERROR(ErrorCode::corrupt, FetchRequest::decode(reader, 16)) << size;
  }
}

TEST(Responses, ApiVersionsInVersionZeroIsWhatOldClientsRead) {
  ApiVersionsResponse response;
  response.error_code = KafkaError::unsupported_version;
  response.api_keys.push_back({.api_key = 18, .min_version = 0, .max_version = 4});
  response.throttle_time_ms = 7;  // not in version 0
  Bytes bytes;
  ByteWriter writer(bytes);
  ResponseHeader{.correlation_id = 9}.encode(writer, 0);
  response.encode(writer, 0);
  EXPECT_EQ(bytes, from_hex("00000009 0023 00000001 0012 0000 0004"));
}

TEST(Responses, ProduceV9IsCompactAndEndsStructsWithTags) {
  ProduceResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  topic.partitions.push_back({.index = 1, .base_offset = 5});
  Bytes bytes;
  ByteWriter writer(bytes);
  ResponseHeader{.correlation_id = 3}.encode(writer, 1);
  response.encode(writer, 9);
  EXPECT_EQ(bytes, from_hex("00000003 00"
                            "02 02 74 02 00000001 0000 0000000000000005 ffffffffffffffff"
                            "ffffffffffffffff 01 00 00 00 00000000 00"));
}

TEST(Responses, WriteTaggedFieldsThatDifferFromTheirDefault) {
  ProduceResponse response;
  response.topics.emplace_back().partitions.push_back({.current_leader = {.leader_id = 4}});
  Bytes bytes;
  ByteWriter writer(bytes);
  response.encode(writer, 10);
  // One tag, number 0, of nine bytes: leader 4, epoch -1, no tags.
  EXPECT_THAT(bytes, ::testing::HasSubstr(from_hex("01 00 09 00000004 ffffffff 00")));
}

TEST(Responses, FetchLeavesRecordsOutWhereSplicesAreWanted) {
  FetchResponse response;
  auto& topic = response.topics.emplace_back();
  topic.topic = "t";
  topic.partitions.push_back({.partition_index = 0, .records = BytesView("RECORDS")});
  topic.partitions.push_back({.partition_index = 1, .records = BytesView("MORE")});
  for (const int16_t version : {int16_t{4}, int16_t{16}}) {
    Bytes whole;
    ByteWriter whole_writer(whole);
    response.encode(whole_writer, version);

    Bytes rest;
    ByteWriter writer(rest);
    std::vector<RecordsSplice> splices;
    response.encode(writer, version, splices);
    ASSERT_EQ(splices.size(), 2u);
    EXPECT_EQ(rest.size() + 11, whole.size());
    for (size_t i = splices.size(); i-- > 0;) {
      rest.insert(splices[i].position, splices[i].records);
    }
    EXPECT_EQ(rest, whole);
  }
}

TEST(Decoding, NamesApiVersionAndField) {
  ByteReader reader(BytesView("\x00\x00\x00\x01\x00", 5));
  const auto request = CreateTopicsRequest::decode(reader, 2);
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().message(), "CreateTopics request v2: cannot read topics");
}

TEST(Decoding, RefusesCountsThatTheBytesCannotHold) {
  // 2^31-1 topics in a few bytes, plain and compact: refused before anything is reserved.
  const Bytes plain = from_hex("7fffffff 0001 74");
  ByteReader plain_reader(plain);
  EXPECT_ERROR(ErrorCode::corrupt, MetadataRequest::decode(plain_reader, 4));
  const Bytes compact = from_hex("ffffffff07 0001 74");
  ByteReader compact_reader(compact);
  EXPECT_ERROR(ErrorCode::corrupt, MetadataRequest::decode(compact_reader, 12));
  const Bytes huge = from_hex("ffffffffffffffffff01 0001 74");
  ByteReader huge_reader(huge);
  EXPECT_ERROR(ErrorCode::corrupt, MetadataRequest::decode(huge_reader, 12));
}

TEST(Decoding, RefusesNullWhereTheVersionHasNone) {
  const Bytes null_topics = from_hex("ffffffff");
  ByteReader v0(null_topics);
  EXPECT_ERROR(ErrorCode::corrupt, MetadataRequest::decode(v0, 0));
  ByteReader v1(null_topics);
  ASSERT_OK_AND_ASSIGN(const auto request, MetadataRequest::decode(v1, 1));
  EXPECT_EQ(request.topics, std::nullopt) << "all topics";
}

TEST(Decoding, RefusesStringsLongerThanKafkaAllows) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.uvarint(32768 + 1);
  bytes += Bytes(32768, 'x') + from_hex("02 61 00");
  ByteReader reader(bytes);
  EXPECT_ERROR(ErrorCode::corrupt, ApiVersionsRequest::decode(reader, 3));
}

TEST(RequestHeaders, OfUnknownApisAreUnsupported) {
  const Bytes bytes = from_hex("03e8 0000 00000001 ffff");
  ByteReader reader(bytes);
  EXPECT_ERROR(ErrorCode::unsupported, RequestHeader::decode(reader));
}

TEST(RequestHeaders, OfApiVersionsAreReadInVersionsFromTheFuture) {
  const Bytes bytes = from_hex("0012 0063 00000005 0001 78 00 ffff");
  ByteReader reader(bytes);
  ASSERT_OK_AND_ASSIGN(const auto header, RequestHeader::decode(reader));
  EXPECT_EQ(header.api_version, 99);
  EXPECT_EQ(header.correlation_id, 5);
}

TEST(RequestHeaders, CutAnywhereAreCorrupt) {
  const Bytes bytes = from_hex("0012 0003 00000005 0001 78 00");
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(BytesView(bytes).substr(0, size));
    EXPECT_ERROR(ErrorCode::corrupt, RequestHeader::decode(reader)) << size;
  }
}

}  // namespace
}  // namespace weir::kafka::protocol

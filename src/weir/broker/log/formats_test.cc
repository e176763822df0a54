// The byte formats of the room: journal frames, checkpoints, changes of state, segment indexes.
#include <gmock/gmock.h>

#include "weir/base/crc32c.h"
#include "weir/broker/log/checkpoint.h"
#include "weir/broker/log/journal_frame.h"
#include "weir/broker/log/segment_index.h"
#include "weir/testing/matchers.h"

namespace weir::broker::log {
namespace {

Bytes frame_bytes(Lsn lsn, Lsn group_lsn, BytesView payload) {
  FrameHeader header;
  header.lsn = lsn;
  header.group_lsn = group_lsn;
  header.chain = 7;
  header.topic = 3;
  header.partition = 2;
  header.base_offset = 100;
  Bytes out;
  append_frame_header(header, payload, out);
  return out.append(payload);
}

TEST(JournalFrame, ComesBackAsItWasWritten) {
  const Bytes bytes = frame_bytes(12, 10, "payload");
  EXPECT_EQ(bytes.size(), kFrameHeaderSize + 7);
  EXPECT_EQ(frame_size(bytes), bytes.size());
  const Bytes with_more = bytes + "more";
  ASSERT_OK_AND_ASSIGN(const Frame frame, decode_frame(with_more));
  EXPECT_EQ(frame.header.lsn, 12u);
  EXPECT_EQ(frame.header.group_lsn, 10u);
  EXPECT_EQ(frame.header.chain, 7u);
  EXPECT_EQ(frame.header.topic, 3u);
  EXPECT_EQ(frame.header.partition, 2u);
  EXPECT_EQ(frame.header.base_offset, 100);
  EXPECT_EQ(frame.payload, "payload");
}

TEST(JournalFrame, EveryChangedBitAndEveryCutIsNoticed) {
  const Bytes bytes = frame_bytes(12, 10, "payload");
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_frame(damaged)) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_frame(bytes.substr(0, size)));
  EXPECT_ERROR(ErrorCode::not_found, decode_frame(Bytes(100, '\0')));
}

// As printed in docs/internals/broker-log.md: change both or none.
TEST(JournalFrame, TheExampleOfTheDocumentationIsRight) {
  FrameHeader header;
  header.type = FrameType::producer_ids;
  header.lsn = header.group_lsn = 2;
  header.chain = 0x11223344;
  Bytes payload;
  ByteWriter(payload).le<int64_t>(1000);
  Bytes bytes;
  append_frame_header(header, payload, bytes);
  EXPECT_EQ(bytes.substr(0, 8), "\xf5WF1\x40\x0b\xc6\x13");
  EXPECT_EQ(bytes.substr(8, 8), Bytes("\x08\0\0\0\x05\0\0\0", 8));
}

TEST(JournalFrame, OnlyALaterGroupProvesALoss) {
  const Bytes zeros(100, '\0');
  EXPECT_EQ(find_proof_of_loss(zeros + frame_bytes(13, 12, "same group"), 12), BytesView::npos);
  EXPECT_EQ(find_proof_of_loss(zeros + frame_bytes(5, 5, "of an earlier life"), 12),
            BytesView::npos);
  EXPECT_EQ(find_proof_of_loss(zeros + frame_bytes(13, 13, "next group"), 12), zeros.size());
}

TEST(JournalFrame, FileHeadersTellUnusedFromDamagedFromLater) {
  const Bytes header = encode_journal_header({.journal_id = 99, .first_lsn = 5});
  EXPECT_EQ(header.size(), kJournalHeaderSize);
  ASSERT_OK_AND_ASSIGN(const JournalHeader back, decode_journal_header(header));
  EXPECT_EQ(back.journal_id, 99u);
  EXPECT_EQ(back.first_lsn, 5u);
  EXPECT_ERROR(ErrorCode::not_found, decode_journal_header(Bytes(kJournalHeaderSize, '\0')));
  Bytes other = header;
  other[8] = 2;
  EXPECT_ERROR(ErrorCode::unsupported, decode_journal_header(other));
  other = header;
  other[20] = 2;
  EXPECT_ERROR(ErrorCode::corrupt, decode_journal_header(other));
}

Checkpoint sample_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.cluster_id = "cluster";
  checkpoint.journal_id = 42;
  checkpoint.replay_from = 1000;
  checkpoint.clean_end =
      JournalPosition{.first_lsn = 900, .position = 5000, .chain = 77, .next_lsn = 1000};
  checkpoint.next_topic_number = 8;
  checkpoint.producer_id_limit = 3000;
  TopicRecord topic{
      .number = 7, .name = "a", .id = {1, 2}, .partition_count = 2, .config = {{"k", "v"}}};
  PartitionSnapshot partition{.start_offset = 5,
                              .end_offset = 30,
                              .segments = {{0, 10, 500, 99}, {10, 30, 700, -1}},
                              .producers = {{.producer_id = 1,
                                             .epoch = 2,
                                             .first_sequence = 0,
                                             .last_sequence = 9,
                                             .base_offset = 20,
                                             .time_ms = 1234}}};
  checkpoint.topics.push_back({topic, {partition, {}}});
  checkpoint.state = {{"group/a", "stable"}, {"offset/a", Bytes("\0\1", 2)}};
  return checkpoint;
}

TEST(CheckpointFormat, ComesBackAsItWasWritten) {
  const Bytes bytes = encode_checkpoint(sample_checkpoint());
  ASSERT_OK_AND_ASSIGN(const Checkpoint back, decode_checkpoint(bytes));
  EXPECT_EQ(encode_checkpoint(back), bytes);
  EXPECT_EQ(back.topics[0].record, sample_checkpoint().topics[0].record);
  EXPECT_EQ(back.topics[0].partitions[0].segments,
            sample_checkpoint().topics[0].partitions[0].segments);
  EXPECT_EQ(back.clean_end->next_lsn, 1000u);
  EXPECT_EQ(back.state, sample_checkpoint().state);
}

// One topic `a` (number 1, one partition) with one segment: offsets 0 to 1, 71 bytes, largest
// timestamp 5.
Checkpoint documented_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.cluster_id = std::string(22, 'A');
  checkpoint.journal_id = 0x0102030405060708;
  checkpoint.replay_from = 2;
  checkpoint.next_topic_number = 2;
  const TopicRecord topic{.number = 1, .name = "a", .id = {1}, .partition_count = 1, .config = {}};
  const PartitionSnapshot partition{
      .start_offset = 0, .end_offset = 1, .segments = {{0, 1, 71, 5}}, .producers = {}};
  checkpoint.topics.push_back({topic, {partition}});
  return checkpoint;
}

// As printed in docs/internals/broker-log.md: change both or none.
TEST(CheckpointFormat, TheExampleOfTheDocumentationIsRight) {
  const Bytes bytes = encode_checkpoint(documented_checkpoint());
  EXPECT_EQ(bytes.substr(0, 16), Bytes("WEIRCKPT\x03\0\0\0\x1e\x50\x86\xd2", 16));
  EXPECT_EQ(bytes.substr(0x4c), Bytes("\0\x02\x01\0\x02\x47\x0a\0\0", 9));
}

// What version 2 wrote of the same checkpoint; version 1 had no state, and so no count at the end.
TEST(CheckpointFormat, TheEarlierVersionsAreStillRead) {
  const Bytes old(
      "WEIRCKPT\x02\0\0\0\xf9\xa4\xcc\x52\x16"
      "AAAAAAAAAAAAAAAAAAAAAA\x08\x07\x06\x05\x04\x03\x02\x01\x02"
      "\0\x02\0\x01\x01\0\0\0\x01\x61\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\x01\0\x02"
      "\x47\x0a\0\0",
      0x54);
  ASSERT_OK_AND_ASSIGN(const Checkpoint second, decode_checkpoint(old));
  EXPECT_EQ(encode_checkpoint(second), encode_checkpoint(documented_checkpoint()));
  Bytes older = old.substr(0, old.size() - 1);
  store_le<uint32_t>(older.data() + 8, 1);
  store_le<uint32_t>(older.data() + 12, crc32c(BytesView(older).substr(16)));
  ASSERT_OK_AND_ASSIGN(const Checkpoint first, decode_checkpoint(older));
  EXPECT_EQ(encode_checkpoint(first), encode_checkpoint(documented_checkpoint()));
}

TEST(StateChanges, ComeBackAsTheyWereWritten) {
  const std::vector<StateChange> changes = {
      {"a", Bytes("1\0", 2)}, {"", Bytes()}, {Bytes("\0k", 2), std::nullopt}};
  const Bytes payload = encode_state_changes(changes);
  ASSERT_OK_AND_ASSIGN(const std::vector<StateChange> back, decode_state_changes(payload));
  EXPECT_EQ(back, changes);
  for (size_t size = 0; size < payload.size(); ++size) {
    EXPECT_ERROR(ErrorCode::corrupt, decode_state_changes(payload.substr(0, size)));
  }
  EXPECT_ERROR(ErrorCode::corrupt, decode_state_changes(payload + "x"));
}

TEST(StateTable, FindsEntriesByTheBeginningOfTheirKeys) {
  StateTable table;
  table.apply({{"a/1", "x"}, {"a/2", "y"}, {"b", "z"}, {"a", "w"}});
  table.apply({{"a/1", std::nullopt}, {"a/2", "Y"}, {"absent", std::nullopt}});
  EXPECT_THAT(table.entries("a/"), ::testing::ElementsAre(StateEntry{"a/2", "Y"}));
  EXPECT_EQ(table.entries("").size(), 3u);
  EXPECT_TRUE(table.entries("c").empty());
}

TEST(CheckpointFormat, EveryChangedBitIsNoticed) {
  const Bytes bytes = encode_checkpoint(sample_checkpoint());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_checkpoint(damaged)) << bit;
  }
}

TEST(SegmentIndex, FindsTheRunOfAnOffsetAndOfATime) {
  SegmentIndex index(100);
  for (int64_t i = 0; i < 100; ++i) index.add(100 + i * 2, 8 << 10, 1000 + i);
  ASSERT_OK_AND_ASSIGN(const SegmentIndex back, SegmentIndex::decode(index.encode()));
  EXPECT_EQ(back.covered(), 100u * (8 << 10));
  EXPECT_EQ(back.floor(99), nullptr);
  EXPECT_EQ(back.floor(100)->position, 0u);
  EXPECT_EQ(back.floor(107)->position, 0u);
  EXPECT_EQ(back.floor(108)->position, 32u << 10);
  EXPECT_EQ(back.floor(1'000'000)->relative_offset, 192u);
  EXPECT_EQ(back.first_at_or_after(1003)->position, 0u);
  EXPECT_EQ(back.first_at_or_after(1004)->position, 32u << 10);
  EXPECT_EQ(back.first_at_or_after(2000), nullptr);
}

TEST(SegmentIndex, EveryChangedBitIsNoticed) {
  SegmentIndex index(0);
  for (int64_t i = 0; i < 20; ++i) index.add(i, 20 << 10, i);
  const Bytes bytes = index.encode();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(SegmentIndex::decode(damaged)) << bit;
  }
}

}  // namespace
}  // namespace weir::broker::log

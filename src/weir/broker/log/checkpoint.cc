#include "weir/broker/log/checkpoint.h"

#include <fmt/format.h>

#include "weir/base/crc32c.h"

namespace weir::broker::log {
namespace {

constexpr BytesView kMagic = "WEIRCKPT";
constexpr uint32_t kVersionWithState = 2;
constexpr uint32_t kVersionWithEnds = 3;
constexpr uint32_t kVersion = 3;
constexpr size_t kCrcAt = 12;
constexpr size_t kBodyAt = 16;

void append_partition(const PartitionSnapshot& partition, ByteWriter& writer) {
  writer.varint(partition.start_offset);
  writer.varint(partition.end_offset);
  writer.uvarint(partition.segments.size());
  for (const SegmentInfo& segment : partition.segments) {
    writer.varint(segment.base_offset);
    writer.varint(segment.next_offset);
    writer.uvarint(segment.size);
    writer.varint(segment.max_timestamp);
  }
  writer.uvarint(partition.producers.size());
  for (const SequencedBatch& batch : partition.producers) {
    writer.varint(batch.producer_id);
    writer.varint(batch.epoch);
    writer.varint(batch.first_sequence);
    writer.varint(batch.last_sequence);
    writer.varint(batch.base_offset);
    writer.varint(batch.time_ms);
  }
}

PartitionSnapshot read_partition(ByteReader& reader, uint32_t version) {
  PartitionSnapshot partition;
  partition.start_offset = reader.varint();
  if (version >= kVersionWithEnds) partition.end_offset = reader.varint();
  int64_t end = partition.start_offset;
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    SegmentInfo segment;
    segment.base_offset = reader.varint();
    segment.next_offset = reader.varint();
    segment.size = reader.uvarint();
    segment.max_timestamp = reader.varint();
    // The first one may begin before the start offset; the others follow without a gap.
    const bool first = partition.segments.empty();
    if ((first ? segment.base_offset > end : segment.base_offset != end) ||
        segment.next_offset <= segment.base_offset || segment.base_offset < 0 ||
        segment.size == 0) {
      reader.fail();
    }
    end = segment.next_offset;
    partition.segments.push_back(segment);
  }
  // Nothing could be deleted before version 3, so that the start was never past the segments.
  if (version < kVersionWithEnds) {
    partition.end_offset = end;
    if (partition.start_offset > end) reader.fail();
  }
  if (partition.start_offset < 0 || partition.end_offset < 0) reader.fail();
  if (!partition.segments.empty() && partition.end_offset != end) reader.fail();
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    SequencedBatch batch;
    batch.producer_id = reader.varint();
    batch.epoch = static_cast<int16_t>(reader.varint());
    batch.first_sequence = static_cast<int32_t>(reader.varint());
    batch.last_sequence = static_cast<int32_t>(reader.varint());
    batch.base_offset = reader.varint();
    batch.time_ms = reader.varint();
    partition.producers.push_back(batch);
  }
  return partition;
}

std::vector<StateEntry> read_state(ByteReader& reader) {
  std::vector<StateEntry> state;
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    StateEntry& entry = state.emplace_back();
    entry.key = std::string(reader.view(reader.uvarint()));
    entry.value = Bytes(reader.view(reader.uvarint()));
  }
  return state;
}

}  // namespace

Bytes encode_checkpoint(const Checkpoint& checkpoint) {
  Bytes out(kMagic);
  ByteWriter writer(out);
  writer.le<uint32_t>(kVersion);
  writer.le<uint32_t>(0);
  writer.uvarint(checkpoint.cluster_id.size());
  writer.append(checkpoint.cluster_id);
  writer.le<uint64_t>(checkpoint.journal_id);
  writer.uvarint(checkpoint.replay_from);
  writer.byte(checkpoint.clean_end ? 1 : 0);
  if (checkpoint.clean_end) {
    writer.uvarint(checkpoint.clean_end->first_lsn);
    writer.uvarint(checkpoint.clean_end->position);
    writer.le<uint32_t>(checkpoint.clean_end->chain);
  }
  writer.uvarint(checkpoint.next_topic_number);
  writer.uvarint(static_cast<uint64_t>(checkpoint.producer_id_limit));
  writer.uvarint(checkpoint.topics.size());
  for (const Checkpoint::TopicState& topic : checkpoint.topics) {
    append_topic(topic.record, writer);
    for (const PartitionSnapshot& partition : topic.partitions) append_partition(partition, writer);
  }
  writer.uvarint(checkpoint.state.size());
  for (const StateEntry& entry : checkpoint.state) {
    writer.uvarint(entry.key.size());
    writer.append(entry.key);
    writer.uvarint(entry.value.size());
    writer.append(entry.value);
  }
  store_le(out.data() + kCrcAt, crc32c(BytesView(out).substr(kBodyAt)));
  return out;
}

Result<Checkpoint> decode_checkpoint(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.view(kMagic.size()) != kMagic) return Error(ErrorCode::corrupt, "not a checkpoint");
  const auto version = reader.le<uint32_t>();
  if (reader.ok() && (version == 0 || version > kVersion)) {
    return Error(
        ErrorCode::unsupported,
        fmt::format(
            "data format version {}; this program knows version {}: use the program that wrote it",
            version, kVersion));
  }
  const auto crc = reader.le<uint32_t>();
  if (!reader.ok() || crc32c(bytes.substr(kBodyAt)) != crc) {
    return Error(ErrorCode::corrupt, "the checkpoint has a wrong CRC");
  }
  Checkpoint checkpoint;
  checkpoint.cluster_id = std::string(reader.view(reader.uvarint()));
  checkpoint.journal_id = reader.le<uint64_t>();
  checkpoint.replay_from = reader.uvarint();
  if (reader.byte() != 0) {
    JournalPosition& end = checkpoint.clean_end.emplace();
    end.first_lsn = reader.uvarint();
    end.position = reader.uvarint();
    end.chain = reader.le<uint32_t>();
    end.next_lsn = checkpoint.replay_from;
  }
  checkpoint.next_topic_number = static_cast<uint32_t>(reader.uvarint());
  checkpoint.producer_id_limit = static_cast<int64_t>(reader.uvarint());
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    Checkpoint::TopicState topic;
    topic.record = read_topic(reader);
    for (uint32_t i = 0; i < topic.record.partition_count && reader.ok(); ++i) {
      topic.partitions.push_back(read_partition(reader, version));
    }
    checkpoint.topics.push_back(std::move(topic));
  }
  if (version >= kVersionWithState) checkpoint.state = read_state(reader);
  if (!reader.ok() || !reader.at_end())
    return Error(ErrorCode::corrupt, "the checkpoint contradicts itself");
  return checkpoint;
}

}  // namespace weir::broker::log

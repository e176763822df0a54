#include "weir/broker/groups/group_record.h"

namespace weir::broker::groups {
namespace {

constexpr uint8_t kVersion = 1;

void append_text(ByteWriter& writer, std::string_view text) {
  writer.uvarint(text.size());
  writer.append(text);
}

std::string read_text(ByteReader& reader) { return std::string(reader.view(reader.uvarint())); }

Status check_version(ByteReader& reader, std::string_view what) {
  const uint8_t version = reader.byte();
  if (!reader.ok() || version == 0)
    return Error(ErrorCode::corrupt, std::string(what) + " is empty");
  if (version == kVersion) return {};
  return Error(ErrorCode::unsupported,
               std::string(what) + " is of version " + std::to_string(version) +
                   "; this program knows version 1: use the program that wrote it");
}

Status check_end(const ByteReader& reader, std::string_view what) {
  if (reader.ok() && reader.at_end()) return {};
  return Error(ErrorCode::corrupt, std::string(what) + " contradicts itself");
}

void append_member(ByteWriter& writer, const GroupRecord::Member& member) {
  append_text(writer, member.id);
  writer.byte(member.instance_id ? 1 : 0);
  if (member.instance_id) append_text(writer, *member.instance_id);
  append_text(writer, member.client_id);
  append_text(writer, member.client_host);
  writer.varint(member.session_timeout.count());
  writer.varint(member.rebalance_timeout.count());
  writer.uvarint(member.protocols.size());
  for (const Protocol& protocol : member.protocols) {
    append_text(writer, protocol.name);
    append_text(writer, protocol.metadata);
  }
  append_text(writer, member.assignment);
}

GroupRecord::Member read_member(ByteReader& reader) {
  GroupRecord::Member member;
  member.id = read_text(reader);
  if (reader.byte() != 0) member.instance_id = read_text(reader);
  member.client_id = read_text(reader);
  member.client_host = read_text(reader);
  member.session_timeout = milliseconds(reader.varint());
  member.rebalance_timeout = milliseconds(reader.varint());
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    Protocol protocol;
    protocol.name = read_text(reader);
    protocol.metadata = read_text(reader);
    member.protocols.push_back(std::move(protocol));
  }
  member.assignment = read_text(reader);
  return member;
}

}  // namespace

Bytes encode_group(const GroupRecord& record) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.byte(kVersion);
  append_text(writer, record.protocol_type);
  append_text(writer, record.protocol_name);
  append_text(writer, record.leader);
  writer.varint(record.generation);
  writer.varint(record.changed_ms);
  writer.uvarint(record.members.size());
  for (const GroupRecord::Member& member : record.members) append_member(writer, member);
  return bytes;
}

Result<GroupRecord> decode_group(BytesView bytes) {
  ByteReader reader(bytes);
  WEIR_TRY(check_version(reader, "a group's record"));
  GroupRecord record;
  record.protocol_type = read_text(reader);
  record.protocol_name = read_text(reader);
  record.leader = read_text(reader);
  record.generation = static_cast<int32_t>(reader.varint());
  record.changed_ms = reader.varint();
  for (uint64_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    record.members.push_back(read_member(reader));
  }
  WEIR_TRY(check_end(reader, "a group's record"));
  return record;
}

Bytes encode_offset(const CommittedOffset& offset) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.byte(kVersion);
  writer.varint(offset.offset);
  writer.varint(offset.leader_epoch);
  append_text(writer, offset.metadata);
  writer.varint(offset.committed_ms);
  return bytes;
}

Result<CommittedOffset> decode_offset(BytesView bytes) {
  ByteReader reader(bytes);
  WEIR_TRY(check_version(reader, "a committed offset"));
  CommittedOffset offset;
  offset.offset = reader.varint();
  offset.leader_epoch = static_cast<int32_t>(reader.varint());
  offset.metadata = read_text(reader);
  offset.committed_ms = reader.varint();
  WEIR_TRY(check_end(reader, "a committed offset"));
  return offset;
}

std::string group_key(std::string_view group) { return std::string(kGroupPrefix).append(group); }

std::string offset_key(const OffsetKey& key) {
  std::string bytes(kOffsetPrefix);
  ByteWriter writer(bytes);
  append_text(writer, key.group);
  append_text(writer, key.topic);
  writer.uvarint(static_cast<uint32_t>(key.partition));
  return bytes;
}

Result<OffsetKey> parse_offset_key(std::string_view key) {
  if (!key.starts_with(kOffsetPrefix)) return Error(ErrorCode::corrupt, "no key of an offset");
  ByteReader reader(key.substr(kOffsetPrefix.size()));
  OffsetKey parsed;
  parsed.group = read_text(reader);
  parsed.topic = read_text(reader);
  parsed.partition = static_cast<int32_t>(reader.uvarint());
  WEIR_TRY(check_end(reader, "the key of an offset"));
  return parsed;
}

}  // namespace weir::broker::groups

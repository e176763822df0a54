#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/broker/groups/messages.h"

namespace weir::broker::groups {

// What is kept of a group: its last finished rebalance. Grammar in docs/internals/broker-log.md.
struct GroupRecord {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    milliseconds session_timeout{0};
    milliseconds rebalance_timeout{0};
    std::vector<Protocol> protocols;
    Bytes assignment;

    bool operator==(const Member&) const = default;
  };

  std::string protocol_type;
  std::string protocol_name;  // "" while the group is empty
  std::string leader;
  int32_t generation = 0;
  int64_t changed_ms = 0;  // since the epoch; an empty group ages from here on
  std::vector<Member> members;

  bool operator==(const GroupRecord&) const = default;
};

Bytes encode_group(const GroupRecord& record);
// `corrupt`, or `unsupported` for a record of a later version.
Result<GroupRecord> decode_group(BytesView bytes);

// How far a group has read in one partition.
struct CommittedOffset {
  int64_t offset = -1;
  int32_t leader_epoch = -1;
  std::string metadata;
  int64_t committed_ms = 0;  // since the epoch

  bool operator==(const CommittedOffset&) const = default;
};

Bytes encode_offset(const CommittedOffset& offset);
Result<CommittedOffset> decode_offset(BytesView bytes);

// The keys of both in the state table. Those of all offsets of all groups begin with one prefix,
// those of all groups with another.
struct OffsetKey {
  std::string group;
  std::string topic;
  int32_t partition = 0;

  auto operator<=>(const OffsetKey&) const = default;
};

inline constexpr std::string_view kGroupPrefix = "group/";
inline constexpr std::string_view kOffsetPrefix = "offset/";

std::string group_key(std::string_view group);
std::string offset_key(const OffsetKey& key);
Result<OffsetKey> parse_offset_key(std::string_view key);

}  // namespace weir::broker::groups

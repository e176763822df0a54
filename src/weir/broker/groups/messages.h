#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/kafka/protocol/error_code.h"

namespace weir::broker::groups {

using kafka::protocol::KafkaError;
using std::chrono::milliseconds;

// One way of assigning partitions that a member knows, and what it has to say for it (its
// subscription). Opaque to the coordinator.
struct Protocol {
  std::string name;
  Bytes metadata;

  bool operator==(const Protocol&) const = default;
};

// Who speaks: a member id, and for static members the name that outlives their ids.
struct MemberRef {
  std::string member_id;
  std::optional<std::string> instance_id = {};
};

struct JoinRequest {
  std::string group_id;
  MemberRef member;  // empty member id: not a member yet
  std::string client_id;
  std::string client_host;
  milliseconds session_timeout{0};
  milliseconds rebalance_timeout{0};
  std::string protocol_type;
  std::vector<Protocol> protocols;
  bool knows_member_id_required = false;  // comes again with the id it is given (version 4 and up)
  bool knows_skip_assignment = false;     // version 9 and up
};

struct JoinResult {
  struct Member {
    std::string member_id;
    std::optional<std::string> instance_id;
    Bytes metadata;
  };

  KafkaError error = KafkaError::none;
  int32_t generation = -1;
  std::optional<std::string> protocol_type = {};
  std::optional<std::string> protocol_name = {};
  std::string leader = {};
  bool skip_assignment = false;
  std::string member_id = {};
  std::vector<Member> members = {};  // for the leader alone
};
using JoinCallback = std::function<void(JoinResult)>;

struct SyncRequest {
  struct Assignment {
    std::string member_id;
    Bytes assignment;
  };

  std::string group_id;
  MemberRef member;
  int32_t generation = -1;
  std::optional<std::string> protocol_type = {};
  std::optional<std::string> protocol_name = {};
  std::vector<Assignment> assignments = {};  // from the leader alone
};

struct SyncResult {
  KafkaError error = KafkaError::none;
  std::optional<std::string> protocol_type = {};
  std::optional<std::string> protocol_name = {};
  Bytes assignment = {};
};
using SyncCallback = std::function<void(SyncResult)>;

}  // namespace weir::broker::groups

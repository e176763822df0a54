#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/kafka/client/client_options.h"

// What a cluster tells about consumer groups.
namespace weir::kafka::client {

struct GroupSummary {
  std::string name = {};
  std::string state = {};  // Kafka's word: "Stable", "Empty", "PreparingRebalance", …
  bool simple = false;     // offsets only: its consumers choose their partitions themselves
};

struct GroupMember {
  std::string id = {};
  std::optional<std::string> instance = {};  // of a static member
  std::string client = {};
  std::string host = {};
  std::vector<TopicPartition> assignment = {};
};

struct GroupDescription {
  std::string name = {};
  std::string state = {};
  std::string assignor = {};
  std::string coordinator = {};  // "host:port"
  std::vector<GroupMember> members = {};
};

struct CommittedOffset {
  TopicPartition partition = {};
  int64_t offset = 0;  // of the next record to read
  std::string metadata = {};
};

}  // namespace weir::kafka::client

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/broker/groups/group_record.h"

namespace weir::broker::groups {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;

  auto operator<=>(const TopicPartition&) const = default;
};

// How far each group has read, as far as it is durable. Confined.
class OffsetTable {
 public:
  using Offsets = std::map<TopicPartition, CommittedOffset>;

  void set(const std::string& group, const TopicPartition& place, CommittedOffset offset);
  void erase(const std::string& group, const TopicPartition& place);

  // Null when there is none.
  const CommittedOffset* find(std::string_view group, const TopicPartition& place) const;
  // All of one group; empty when there are none.
  const Offsets& of(std::string_view group) const;
  const std::map<std::string, Offsets, std::less<>>& all() const { return groups_; }

 private:
  std::map<std::string, Offsets, std::less<>> groups_;
};

}  // namespace weir::broker::groups

#include "weir/broker/groups/offset_table.h"

namespace weir::broker::groups {

void OffsetTable::set(const std::string& group, const TopicPartition& place,
                      CommittedOffset offset) {
  groups_[group].insert_or_assign(place, std::move(offset));
}

void OffsetTable::erase(const std::string& group, const TopicPartition& place) {
  const auto at = groups_.find(group);
  if (at == groups_.end()) return;
  at->second.erase(place);
  if (at->second.empty()) groups_.erase(at);
}

const CommittedOffset* OffsetTable::find(std::string_view group,
                                         const TopicPartition& place) const {
  const Offsets& offsets = of(group);
  const auto at = offsets.find(place);
  return at == offsets.end() ? nullptr : &at->second;
}

const OffsetTable::Offsets& OffsetTable::of(std::string_view group) const {
  static const Offsets kNone;
  const auto at = groups_.find(group);
  return at == groups_.end() ? kNone : at->second;
}

}  // namespace weir::broker::groups

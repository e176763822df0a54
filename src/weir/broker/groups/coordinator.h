#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/broker/groups/group.h"
#include "weir/broker/groups/messages.h"
#include "weir/broker/groups/offset_table.h"

namespace weir::broker::groups {

struct CoordinatorSettings {
  GroupSettings group;
  size_t max_groups = 10'000;
  size_t max_offset_metadata = 4096;  // bytes, of each committed offset
  // A group without members keeps its offsets so long (offsets.retention.minutes).
  std::chrono::hours offset_retention{7 * 24};
};

struct OffsetCommit {
  std::string group_id;
  MemberRef member;
  int32_t generation = -1;  // -1 and no member id: by somebody who is not a member
  std::vector<std::pair<TopicPartition, CommittedOffset>> offsets;
};

// All consumer groups of the broker and their offsets. What it answers is durable before it says
// so. Confined to the broker's loop; callbacks come there, some from inside the call.
//
//   WEIR_TRY_ASSIGN(auto coordinator, Coordinator::load(settings, clock, durable, draw_id));
//   coordinator->join(request, [](JoinResult result) { … });
//   every tenth of a second while coordinator->wants_ticks(): coordinator->tick();
class Coordinator {
 public:
  // Groups and offsets as they were. `corrupt` or `unsupported` names the record.
  static Result<std::unique_ptr<Coordinator>> load(CoordinatorSettings settings, const Clock& clock,
                                                   DurableState& durable,
                                                   std::function<std::string()> draw_id);

  void join(JoinRequest request, JoinCallback done);
  void sync(SyncRequest request, SyncCallback done);
  KafkaError heartbeat(std::string_view group_id, const MemberRef& member, int32_t generation);
  KafkaError leave(std::string_view group_id, const MemberRef& member);

  // One verdict for all offsets of the request; the caller has checked that the partitions exist.
  void commit(OffsetCommit request, std::function<void(KafkaError)> done);
  const OffsetTable& offsets() const { return offsets_; }
  size_t max_offset_metadata() const { return settings_.max_offset_metadata; }

  // Null for a group that is not known. A group that has only offsets is known, and empty.
  const Group* find(std::string_view group_id) const;
  const std::map<std::string, std::shared_ptr<Group>, std::less<>>& groups() const {
    return groups_;
  }

  // Forgets a group and its offsets: group_id_not_found, non_empty_group.
  void remove(std::string_view group_id, std::function<void(KafkaError)> done);
  // Forgets offsets of a group. Which of them a member is subscribed to is answered first, by
  // `may_forget_offset`.
  void remove_offsets(std::string_view group_id, std::vector<TopicPartition> places,
                      std::function<void(KafkaError)> done);
  KafkaError may_forget_offset(std::string_view group_id, std::string_view topic) const;
  // A deleted topic takes its offsets with it: another one of that name begins anew.
  void forget_topic(std::string_view topic);

  // Answers everybody who waits for a rebalance that there is no coordinator here any more: the
  // broker stops.
  void finish_waits();

  bool wants_ticks() const;
  void tick();
  // Forgets what nobody has used for the time of retention. To be called now and then (hourly).
  void expire();

 private:
  Coordinator(CoordinatorSettings settings, const Clock& clock, DurableState& durable,
              std::function<std::string()> draw_id);

  Status restore();
  Result<std::shared_ptr<Group>> find_or_make(const std::string& group_id);
  Group* find_mutable(std::string_view group_id);
  void forget(std::string_view group_id, std::vector<TopicPartition> places, bool with_group,
              std::function<void(KafkaError)> done);

  const CoordinatorSettings settings_;
  const Clock& clock_;
  DurableState& durable_;
  GroupWorld world_;
  std::map<std::string, std::shared_ptr<Group>, std::less<>> groups_;
  OffsetTable offsets_;
};

}  // namespace weir::broker::groups

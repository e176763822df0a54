#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/time.h"
#include "weir/broker/groups/durable_state.h"
#include "weir/broker/groups/group_record.h"
#include "weir/broker/groups/messages.h"

namespace weir::broker::groups {

enum class GroupState : uint8_t {
  empty,                 // no members; offsets may be there
  preparing_rebalance,   // waits until all members have joined again
  completing_rebalance,  // waits for the leader's assignment
  stable,                // every member knows what is its own
};
// As DescribeGroups spells it: "Empty", "PreparingRebalance", …
std::string_view to_string(GroupState state);

struct GroupSettings {
  milliseconds min_session_timeout{6'000};
  milliseconds max_session_timeout{1'800'000};
  milliseconds max_rebalance_timeout{3'600'000};
  size_t max_members = 2'000;
};

// What a group needs of the world. Borrowed; outlives the group.
struct GroupWorld {
  const Clock& clock;
  DurableState& durable;
  std::function<std::string()> draw_id;  // never the same text twice
  GroupSettings settings;
};

// The members of one group and their rebalances, by the rules of Kafka's classic group protocol:
//
// - A new member, a member that leaves or falls silent, and a leader that joins again start a
//   rebalance; a follower that joins again with the same protocols does not.
// - A rebalance waits until every member has joined again, at most as long as the most patient
//   member allows; dynamic members that have not are dropped. An empty group waits for nobody.
// - The leader's assignment is durable before any member gets its part of it.
// - A static member (one with an instance id) that comes back under a new member id takes the place
//   of its former self, without a rebalance if it still knows the same protocols.
//
// Confined. Callbacks come from inside calls of the group, or of the durable state.
class Group : public std::enable_shared_from_this<Group> {
 public:
  // What is kept of a member, and what passes.
  struct Member : GroupRecord::Member {
    SteadyTime heard_by;   // silent for longer, it is dropped
    JoinCallback joining;  // has joined and waits for the others
    SyncCallback syncing;  // waits for its part of the assignment

    bool waits() const { return joining != nullptr || syncing != nullptr; }
    const Bytes* metadata_for(std::string_view protocol) const;
  };

  Group(std::string id, GroupWorld& world);
  // A group as it was before a restart; its members have their whole session timeout to be heard.
  Group(std::string id, GroupWorld& world, const GroupRecord& record);

  const std::string& id() const { return id_; }
  GroupState state() const { return state_; }
  const std::string& protocol_type() const { return protocol_type_; }
  const std::string& protocol_name() const { return protocol_name_; }
  int32_t generation() const { return generation_; }
  const std::map<std::string, Member>& members() const { return members_; }
  // When it last became empty, finished a rebalance or was made.
  int64_t changed_ms() const { return changed_ms_; }

  void join(JoinRequest request, JoinCallback done);
  void sync(SyncRequest request, SyncCallback done);
  KafkaError heartbeat(const MemberRef& member, int32_t generation);
  KafkaError leave(const MemberRef& member);
  // Whether a commit of offsets may be taken; also counts as a sign of life. Generation -1 without
  // a member id is somebody who reads without being a member: allowed while there are no members.
  KafkaError check_commit(const MemberRef& member, int32_t generation);

  // Answers who waits with `not_coordinator`.
  void finish_waits();
  // Drops who has been silent too long and ends waits whose time is over. To be called a few times
  // a second while the group has members.
  void tick();
  bool has_members() const { return !members_.empty() || !pending_.empty(); }

 private:
  enum class Rejoin { update, answer, refuse };

  KafkaError check_join(const JoinRequest& request) const;
  void join_new(JoinRequest request, JoinCallback done);
  void join_again(Member& member, JoinRequest request, JoinCallback done);
  void replace_static(std::string old_id, JoinRequest request, JoinCallback done);
  Member& add_member(const std::string& member_id, JoinRequest request);
  void update_member(Member& member, JoinRequest request);
  void remove_member(const std::string& member_id);
  // The member, or why it may not speak.
  Result<Member*> find(const MemberRef& ref, KafkaError& refusal);

  void prepare_rebalance();
  bool all_have_joined() const;
  void complete_join_if_all_are_there();
  void complete_join();
  void elect_leader();
  std::optional<std::string> select_protocol() const;
  JoinResult join_result(const Member& member) const;
  void answer_join(Member& member, JoinResult result);

  void take_assignment(const SyncRequest& request);
  void finish_sync(const Status& durable, int32_t generation);
  void persist(std::function<void(const Status&)> done);
  GroupRecord record() const;
  SyncResult sync_result(const Member& member) const;

  void hear(Member& member);

  const std::string id_;
  GroupWorld& world_;
  GroupState state_ = GroupState::empty;
  std::string protocol_type_;
  std::string protocol_name_;
  std::string leader_;
  int32_t generation_ = 0;
  int64_t changed_ms_ = 0;
  std::map<std::string, Member> members_;
  std::map<std::string, std::string> static_ids_;  // instance id -> member id
  std::map<std::string, SteadyTime> pending_;      // ids given out, not yet used; until when
  SteadyTime wait_ends_;                           // of preparing or completing
  bool assignment_taken_ = false;  // completing: the leader's assignment is on its way to the disk
};

}  // namespace weir::broker::groups

#include "weir/broker/groups/group.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weir::broker::groups {
namespace {

JoinResult refuse_join(KafkaError error, std::string member_id = {}) {
  return {.error = error, .member_id = std::move(member_id)};
}

bool same_protocols(const std::vector<Protocol>& one, const std::vector<Protocol>& other) {
  return one == other;
}

}  // namespace

std::string_view to_string(GroupState state) {
  switch (state) {
    case GroupState::empty:
      return "Empty";
    case GroupState::preparing_rebalance:
      return "PreparingRebalance";
    case GroupState::completing_rebalance:
      return "CompletingRebalance";
    case GroupState::stable:
      return "Stable";
  }
  return "";
}

const Bytes* Group::Member::metadata_for(std::string_view protocol) const {
  const auto at = std::find_if(protocols.begin(), protocols.end(),
                               [&](const Protocol& known) { return known.name == protocol; });
  return at == protocols.end() ? nullptr : &at->metadata;
}

Group::Group(std::string id, GroupWorld& world)
    : id_(std::move(id)), world_(world), changed_ms_(to_millis(world.clock.now())) {}

Group::Group(std::string id, GroupWorld& world, const GroupRecord& record)
    : id_(std::move(id)),
      world_(world),
      state_(record.members.empty() ? GroupState::empty : GroupState::stable),
      protocol_type_(record.protocol_type),
      protocol_name_(record.protocol_name),
      leader_(record.leader),
      generation_(record.generation),
      changed_ms_(record.changed_ms) {
  for (const GroupRecord::Member& kept : record.members) {
    Member& member = members_[kept.id];
    static_cast<GroupRecord::Member&>(member) = kept;
    if (kept.instance_id) static_ids_[*kept.instance_id] = kept.id;
    hear(member);
  }
}

// ---- joining

KafkaError Group::check_join(const JoinRequest& request) const {
  const GroupSettings& settings = world_.settings;
  if (request.session_timeout < settings.min_session_timeout ||
      request.session_timeout > settings.max_session_timeout) {
    return KafkaError::invalid_session_timeout;
  }
  if (request.protocol_type.empty() || request.protocols.empty()) {
    return KafkaError::inconsistent_group_protocol;
  }
  if (members_.empty()) return KafkaError::none;
  if (request.protocol_type != protocol_type_) return KafkaError::inconsistent_group_protocol;
  // One protocol that every member knows must remain; the member itself may change its mind.
  const bool shared =
      std::any_of(request.protocols.begin(), request.protocols.end(), [&](const Protocol& wanted) {
        return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
          return entry.first == request.member.member_id ||
                 entry.second.metadata_for(wanted.name) != nullptr;
        });
      });
  return shared ? KafkaError::none : KafkaError::inconsistent_group_protocol;
}

void Group::join(JoinRequest request, JoinCallback done) {
  if (const KafkaError error = check_join(request); error != KafkaError::none) {
    return done(refuse_join(error, request.member.member_id));
  }
  const std::string member_id = request.member.member_id;
  if (member_id.empty()) {
    if (request.member.instance_id) {
      const auto known = static_ids_.find(*request.member.instance_id);
      if (known != static_ids_.end()) {
        return replace_static(known->second, std::move(request), std::move(done));
      }
    }
    return join_new(std::move(request), std::move(done));
  }
  if (pending_.erase(member_id) > 0) {
    Member& member = add_member(member_id, std::move(request));
    member.joining = std::move(done);
    return prepare_rebalance();
  }
  KafkaError refusal = KafkaError::none;
  const Result<Member*> member = find(request.member, refusal);
  if (!member) return done(refuse_join(refusal, member_id));
  join_again(**member, std::move(request), std::move(done));
}

void Group::join_new(JoinRequest request, JoinCallback done) {
  if (members_.size() + pending_.size() >= world_.settings.max_members) {
    return done(refuse_join(KafkaError::group_max_size_reached));
  }
  const std::string& name =
      request.member.instance_id ? *request.member.instance_id : request.client_id;
  const std::string member_id = name + "-" + world_.draw_id();
  // The client learns its id before it counts: if it dies now, nobody waits for it.
  if (request.knows_member_id_required && !request.member.instance_id) {
    pending_[member_id] = world_.clock.steady_now() + request.session_timeout;
    return done(refuse_join(KafkaError::member_id_required, member_id));
  }
  Member& member = add_member(member_id, std::move(request));
  member.joining = std::move(done);
  prepare_rebalance();
}

void Group::join_again(Member& member, JoinRequest request, JoinCallback done) {
  const bool unchanged = same_protocols(member.protocols, request.protocols);
  switch (state_) {
    case GroupState::empty:
      return done(refuse_join(KafkaError::unknown_member_id, member.id));
    case GroupState::preparing_rebalance:
      update_member(member, std::move(request));
      member.joining = std::move(done);
      return complete_join_if_all_are_there();
    case GroupState::completing_rebalance:
      // The answer to its join may have been lost.
      if (unchanged) return done(join_result(member));
      break;
    case GroupState::stable:
      if (unchanged && member.id != leader_) {
        hear(member);
        return done(join_result(member));
      }
      break;
  }
  update_member(member, std::move(request));
  member.joining = std::move(done);
  prepare_rebalance();
}

void Group::replace_static(std::string old_id, JoinRequest request, JoinCallback done) {
  const std::string new_id = *request.member.instance_id + "-" + world_.draw_id();
  auto node = members_.extract(old_id);
  node.key() = new_id;
  Member& member = members_.insert(std::move(node)).position->second;
  member.id = new_id;
  static_ids_[*request.member.instance_id] = new_id;
  const bool led = leader_ == old_id;
  if (led) leader_ = new_id;
  if (auto waiting = std::exchange(member.joining, nullptr)) {
    waiting(refuse_join(KafkaError::fenced_instance_id, old_id));
  }
  if (auto waiting = std::exchange(member.syncing, nullptr)) {
    waiting({.error = KafkaError::fenced_instance_id});
  }
  const Bytes* before = member.metadata_for(protocol_name_);
  const std::optional<Bytes> metadata_before = before ? std::optional(*before) : std::nullopt;
  const bool knows_skip = request.knows_skip_assignment;
  update_member(member, std::move(request));
  member.joining = std::move(done);

  const Bytes* after = member.metadata_for(protocol_name_);
  const bool same_subscription =
      metadata_before && after && *after == *metadata_before && select_protocol() == protocol_name_;
  if (state_ == GroupState::preparing_rebalance) return complete_join_if_all_are_there();
  if (state_ != GroupState::stable || !same_subscription) return prepare_rebalance();

  // It goes on where it was: its id changed, its assignment did not.
  persist([](const Status&) {});
  JoinResult result = join_result(member);
  if (knows_skip) {
    result.skip_assignment = led;
  } else if (led) {
    // An older client that is told to lead would assign anew: it is told that its former self
    // leads.
    result.leader = old_id;
    result.members.clear();
  }
  answer_join(member, std::move(result));
}

Group::Member& Group::add_member(const std::string& member_id, JoinRequest request) {
  if (members_.empty()) protocol_type_ = request.protocol_type;
  Member& member = members_[member_id];
  member.id = member_id;
  member.instance_id = request.member.instance_id;
  if (member.instance_id) static_ids_[*member.instance_id] = member_id;
  update_member(member, std::move(request));
  if (leader_.empty()) leader_ = member_id;
  return member;
}

void Group::update_member(Member& member, JoinRequest request) {
  member.client_id = std::move(request.client_id);
  member.client_host = std::move(request.client_host);
  member.session_timeout = request.session_timeout;
  member.rebalance_timeout =
      std::clamp(request.rebalance_timeout, milliseconds(1), world_.settings.max_rebalance_timeout);
  member.protocols = std::move(request.protocols);
  hear(member);
}

void Group::hear(Member& member) {
  member.heard_by = world_.clock.steady_now() + member.session_timeout;
}

// ---- the rebalance

void Group::prepare_rebalance() {
  if (state_ == GroupState::preparing_rebalance) return complete_join_if_all_are_there();
  for (auto& [id, member] : members_) {
    if (auto waiting = std::exchange(member.syncing, nullptr)) {
      hear(member);  // it could not speak while it waited
      waiting({.error = KafkaError::rebalance_in_progress});
    }
  }
  milliseconds longest{0};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  state_ = GroupState::preparing_rebalance;
  assignment_taken_ = false;
  wait_ends_ = world_.clock.steady_now() + longest;
  complete_join_if_all_are_there();
}

bool Group::all_have_joined() const {
  return pending_.empty() && std::all_of(members_.begin(), members_.end(), [](const auto& entry) {
           return entry.second.joining != nullptr;
         });
}

void Group::complete_join_if_all_are_there() {
  if (state_ == GroupState::preparing_rebalance && all_have_joined()) complete_join();
}

void Group::complete_join() {
  for (auto at = members_.begin(); at != members_.end();) {
    const bool late = at->second.joining == nullptr && !at->second.instance_id;
    at = late ? members_.erase(at) : std::next(at);
  }
  const bool somebody = std::any_of(members_.begin(), members_.end(), [](const auto& entry) {
    return entry.second.joining != nullptr;
  });
  if (!members_.empty() && !somebody) {
    // Only static members that are away: they keep their places until their sessions end.
    milliseconds longest{1};
    for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
    wait_ends_ = world_.clock.steady_now() + longest;
    return;
  }
  ++generation_;
  changed_ms_ = to_millis(world_.clock.now());
  if (members_.empty()) {
    state_ = GroupState::empty;
    protocol_name_.clear();
    leader_.clear();
    persist([](const Status&) {});
    return;
  }
  elect_leader();
  protocol_name_ = select_protocol().value_or("");
  state_ = GroupState::completing_rebalance;
  milliseconds longest{0};
  for (auto& [id, member] : members_) {
    longest = std::max(longest, member.rebalance_timeout);
    member.assignment.clear();
  }
  wait_ends_ = world_.clock.steady_now() + longest;
  for (auto& [id, member] : members_) {
    hear(member);
    if (member.joining) answer_join(member, join_result(member));
  }
}

void Group::elect_leader() {
  const auto at = members_.find(leader_);
  if (at != members_.end() && at->second.joining != nullptr) return;
  for (const auto& [id, member] : members_) {
    if (member.joining == nullptr) continue;
    leader_ = id;
    return;
  }
}

// Of the protocols that all know, the one that most members want most.
std::optional<std::string> Group::select_protocol() const {
  std::map<std::string, size_t> votes;
  for (const auto& [id, member] : members_) {
    for (const Protocol& protocol : member.protocols) {
      const bool shared = std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
        return entry.second.metadata_for(protocol.name) != nullptr;
      });
      if (!shared) continue;
      ++votes[protocol.name];
      break;
    }
  }
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? std::nullopt : std::optional(most->first);
}

JoinResult Group::join_result(const Member& member) const {
  JoinResult result;
  result.generation = generation_;
  result.protocol_type = protocol_type_;
  result.protocol_name = protocol_name_;
  result.leader = leader_;
  result.member_id = member.id;
  if (member.id != leader_) return result;
  for (const auto& [id, other] : members_) {
    const Bytes* metadata = other.metadata_for(protocol_name_);
    result.members.push_back({id, other.instance_id, metadata ? *metadata : Bytes()});
  }
  return result;
}

void Group::answer_join(Member& member, JoinResult result) {
  hear(member);
  if (auto waiting = std::exchange(member.joining, nullptr)) waiting(std::move(result));
}

// ---- the assignment

void Group::sync(SyncRequest request, SyncCallback done) {
  KafkaError refusal = KafkaError::none;
  const Result<Member*> found = find(request.member, refusal);
  if (!found) return done({.error = refusal});
  Member& member = **found;
  if (request.generation != generation_) return done({.error = KafkaError::illegal_generation});
  if ((request.protocol_type && *request.protocol_type != protocol_type_) ||
      (request.protocol_name && *request.protocol_name != protocol_name_)) {
    return done({.error = KafkaError::inconsistent_group_protocol});
  }
  hear(member);
  switch (state_) {
    case GroupState::empty:
      return done({.error = KafkaError::unknown_member_id});
    case GroupState::preparing_rebalance:
      return done({.error = KafkaError::rebalance_in_progress});
    case GroupState::stable:
      return done(sync_result(member));
    case GroupState::completing_rebalance:
      member.syncing = std::move(done);
      if (member.id == leader_ && !assignment_taken_) take_assignment(request);
      return;
  }
}

void Group::take_assignment(const SyncRequest& request) {
  assignment_taken_ = true;
  for (const SyncRequest::Assignment& part : request.assignments) {
    const auto at = members_.find(part.member_id);
    if (at != members_.end()) at->second.assignment = part.assignment;
  }
  persist([group = weak_from_this(), generation = generation_](const Status& durable) {
    if (const auto self = group.lock()) self->finish_sync(durable, generation);
  });
}

void Group::finish_sync(const Status& durable, int32_t generation) {
  if (state_ != GroupState::completing_rebalance || generation != generation_) return;
  if (!durable) {
    for (auto& [id, member] : members_) {
      if (auto waiting = std::exchange(member.syncing, nullptr)) {
        hear(member);
        waiting({.error = KafkaError::coordinator_not_available});
      }
    }
    return prepare_rebalance();
  }
  state_ = GroupState::stable;
  for (auto& [id, member] : members_) {
    hear(member);
    if (auto waiting = std::exchange(member.syncing, nullptr)) waiting(sync_result(member));
  }
}

SyncResult Group::sync_result(const Member& member) const {
  return {.error = KafkaError::none,
          .protocol_type = protocol_type_,
          .protocol_name = protocol_name_,
          .assignment = member.assignment};
}

void Group::persist(std::function<void(const Status&)> done) {
  world_.durable.change({{group_key(id_), encode_group(record())}}, std::move(done));
}

GroupRecord Group::record() const {
  GroupRecord record{.protocol_type = protocol_type_,
                     .protocol_name = protocol_name_,
                     .leader = leader_,
                     .generation = generation_,
                     .changed_ms = changed_ms_,
                     .members = {}};
  for (const auto& [id, member] : members_) record.members.push_back(member);
  return record;
}

// ---- signs of life

Result<Group::Member*> Group::find(const MemberRef& ref, KafkaError& refusal) {
  if (ref.instance_id) {
    const auto known = static_ids_.find(*ref.instance_id);
    refusal =
        known == static_ids_.end() ? KafkaError::unknown_member_id : KafkaError::fenced_instance_id;
    if (known == static_ids_.end() || known->second != ref.member_id) {
      return Error(ErrorCode::refused, "another member has this instance id, or none");
    }
  }
  refusal = KafkaError::unknown_member_id;
  const auto at = members_.find(ref.member_id);
  if (at == members_.end()) return Error(ErrorCode::not_found, "no such member");
  refusal = KafkaError::none;
  return &at->second;
}

KafkaError Group::heartbeat(const MemberRef& ref, int32_t generation) {
  if (pending_.contains(ref.member_id)) return KafkaError::unknown_member_id;
  KafkaError refusal = KafkaError::none;
  const Result<Member*> member = find(ref, refusal);
  if (!member) return refusal;
  if (generation != generation_) return KafkaError::illegal_generation;
  hear(**member);
  return state_ == GroupState::preparing_rebalance ? KafkaError::rebalance_in_progress
                                                   : KafkaError::none;
}

KafkaError Group::leave(const MemberRef& ref) {
  if (pending_.erase(ref.member_id) > 0) {
    complete_join_if_all_are_there();
    return KafkaError::none;
  }
  MemberRef member = ref;
  // Tools remove static members by their instance id alone.
  if (member.member_id.empty() && member.instance_id) {
    const auto known = static_ids_.find(*member.instance_id);
    if (known != static_ids_.end()) member.member_id = known->second;
  }
  KafkaError refusal = KafkaError::none;
  const Result<Member*> found = find(member, refusal);
  if (!found) return refusal;
  remove_member((*found)->id);
  return KafkaError::none;
}

KafkaError Group::check_commit(const MemberRef& ref, int32_t generation) {
  if (generation < 0 && ref.member_id.empty()) {
    return members_.empty() ? KafkaError::none : KafkaError::unknown_member_id;
  }
  KafkaError refusal = KafkaError::none;
  const Result<Member*> member = find(ref, refusal);
  if (!member) return refusal;
  if (generation != generation_) return KafkaError::illegal_generation;
  if (state_ == GroupState::completing_rebalance) return KafkaError::rebalance_in_progress;
  hear(**member);
  return KafkaError::none;
}

void Group::remove_member(const std::string& member_id) {
  auto node = members_.extract(member_id);
  Member& member = node.mapped();
  if (member.instance_id) static_ids_.erase(*member.instance_id);
  if (member.joining) member.joining(refuse_join(KafkaError::unknown_member_id, member_id));
  if (member.syncing) member.syncing({.error = KafkaError::unknown_member_id});
  prepare_rebalance();
}

void Group::finish_waits() {
  for (auto& [id, member] : members_) {
    if (auto waiting = std::exchange(member.joining, nullptr)) {
      waiting(refuse_join(KafkaError::not_coordinator, id));
    }
    if (auto waiting = std::exchange(member.syncing, nullptr)) {
      waiting({.error = KafkaError::not_coordinator});
    }
  }
}

void Group::tick() {
  const SteadyTime now = world_.clock.steady_now();
  std::erase_if(pending_, [&](const auto& entry) { return entry.second <= now; });
  std::vector<std::string> silent;
  for (const auto& [id, member] : members_) {
    if (!member.waits() && member.heard_by <= now) silent.push_back(id);
  }
  for (const std::string& id : silent) remove_member(id);
  if (state_ == GroupState::completing_rebalance && wait_ends_ <= now && !assignment_taken_) {
    // Who has not asked for its assignment in all that time is gone, most likely the leader.
    std::vector<std::string> late;
    for (const auto& [id, member] : members_) {
      if (member.syncing == nullptr) late.push_back(id);
    }
    for (const std::string& id : late) remove_member(id);
  }
  if (state_ != GroupState::preparing_rebalance) return;
  if (wait_ends_ <= now) {
    pending_.clear();
    complete_join();
  } else {
    complete_join_if_all_are_there();
  }
}

}  // namespace weir::broker::groups

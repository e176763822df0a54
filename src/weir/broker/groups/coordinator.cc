#include "weir/broker/groups/coordinator.h"

#include <algorithm>

#include "weir/broker/groups/subscription.h"

namespace weir::broker::groups {
namespace {

KafkaError to_commit_error(const Status& durable) {
  return durable ? KafkaError::none : KafkaError::coordinator_not_available;
}

}  // namespace

Coordinator::Coordinator(CoordinatorSettings settings, const Clock& clock, DurableState& durable,
                         std::function<std::string()> draw_id)
    : settings_(settings),
      clock_(clock),
      durable_(durable),
      world_{.clock = clock,
             .durable = durable,
             .draw_id = std::move(draw_id),
             .settings = settings.group} {}

Result<std::unique_ptr<Coordinator>> Coordinator::load(CoordinatorSettings settings,
                                                       const Clock& clock, DurableState& durable,
                                                       std::function<std::string()> draw_id) {
  std::unique_ptr<Coordinator> coordinator(
      new Coordinator(settings, clock, durable, std::move(draw_id)));
  WEIR_TRY(coordinator->restore());
  return coordinator;
}

Status Coordinator::restore() {
  for (const log::StateEntry& entry : durable_.entries(kGroupPrefix)) {
    const std::string id = entry.key.substr(kGroupPrefix.size());
    auto record = decode_group(entry.value);
    if (!record) return std::move(record).error().within("group '" + id + "'");
    groups_[id] = std::make_shared<Group>(id, world_, *record);
  }
  for (const log::StateEntry& entry : durable_.entries(kOffsetPrefix)) {
    WEIR_TRY_ASSIGN(const OffsetKey key, parse_offset_key(entry.key));
    auto offset = decode_offset(entry.value);
    if (!offset) return std::move(offset).error().within("group '" + key.group + "'");
    offsets_.set(key.group, {key.topic, key.partition}, std::move(*offset));
    // A group of offsets alone ages by them.
    groups_.try_emplace(key.group, std::make_shared<Group>(key.group, world_, GroupRecord{}));
  }
  return {};
}

const Group* Coordinator::find(std::string_view group_id) const {
  const auto at = groups_.find(group_id);
  return at == groups_.end() ? nullptr : at->second.get();
}

Group* Coordinator::find_mutable(std::string_view group_id) {
  const auto at = groups_.find(group_id);
  return at == groups_.end() ? nullptr : at->second.get();
}

Result<std::shared_ptr<Group>> Coordinator::find_or_make(const std::string& group_id) {
  const auto at = groups_.find(group_id);
  if (at != groups_.end()) return at->second;
  if (groups_.size() >= settings_.max_groups) {
    return Error(ErrorCode::unavailable, "no room for one more group");
  }
  return groups_[group_id] = std::make_shared<Group>(group_id, world_);
}

void Coordinator::join(JoinRequest request, JoinCallback done) {
  const std::string member_id = request.member.member_id;
  if (request.group_id.empty()) {
    return done({.error = KafkaError::invalid_group_id, .member_id = member_id});
  }
  if (!member_id.empty() && find(request.group_id) == nullptr) {
    return done({.error = KafkaError::unknown_member_id, .member_id = member_id});
  }
  const auto group = find_or_make(request.group_id);
  if (!group) return done({.error = KafkaError::coordinator_not_available, .member_id = member_id});
  (*group)->join(std::move(request), std::move(done));
}

void Coordinator::sync(SyncRequest request, SyncCallback done) {
  if (request.group_id.empty()) return done({.error = KafkaError::invalid_group_id});
  Group* group = find_mutable(request.group_id);
  if (group == nullptr) return done({.error = KafkaError::unknown_member_id});
  group->sync(std::move(request), std::move(done));
}

KafkaError Coordinator::heartbeat(std::string_view group_id, const MemberRef& member,
                                  int32_t generation) {
  if (group_id.empty()) return KafkaError::invalid_group_id;
  Group* group = find_mutable(group_id);
  return group == nullptr ? KafkaError::unknown_member_id : group->heartbeat(member, generation);
}

KafkaError Coordinator::leave(std::string_view group_id, const MemberRef& member) {
  if (group_id.empty()) return KafkaError::invalid_group_id;
  Group* group = find_mutable(group_id);
  return group == nullptr ? KafkaError::unknown_member_id : group->leave(member);
}

void Coordinator::commit(OffsetCommit request, std::function<void(KafkaError)> done) {
  if (request.group_id.empty()) return done(KafkaError::invalid_group_id);
  const bool by_member = request.generation >= 0 || !request.member.member_id.empty();
  if (by_member && find(request.group_id) == nullptr) return done(KafkaError::illegal_generation);
  const auto group = find_or_make(request.group_id);
  if (!group) return done(KafkaError::coordinator_not_available);
  const KafkaError refusal = (*group)->check_commit(request.member, request.generation);
  if (refusal != KafkaError::none) return done(refusal);

  const int64_t now = to_millis(clock_.now());
  std::vector<log::StateChange> changes;
  for (auto& [place, offset] : request.offsets) {
    offset.committed_ms = now;
    changes.push_back(
        {offset_key({request.group_id, place.topic, place.partition}), encode_offset(offset)});
  }
  durable_.change(std::move(changes), [this, request = std::move(request),
                                       done = std::move(done)](const Status& durable) {
    if (durable) {
      for (const auto& [place, offset] : request.offsets) {
        offsets_.set(request.group_id, place, offset);
      }
    }
    done(to_commit_error(durable));
  });
}

void Coordinator::remove(std::string_view group_id, std::function<void(KafkaError)> done) {
  if (group_id.empty()) return done(KafkaError::invalid_group_id);
  const Group* group = find(group_id);
  if (group == nullptr) return done(KafkaError::group_id_not_found);
  if (group->has_members()) return done(KafkaError::non_empty_group);
  std::vector<TopicPartition> places;
  for (const auto& [place, offset] : offsets_.of(group_id)) places.push_back(place);
  forget(group_id, std::move(places), true, std::move(done));
}

void Coordinator::remove_offsets(std::string_view group_id, std::vector<TopicPartition> places,
                                 std::function<void(KafkaError)> done) {
  if (find(group_id) == nullptr) return done(KafkaError::group_id_not_found);
  forget(group_id, std::move(places), false, std::move(done));
}

KafkaError Coordinator::may_forget_offset(std::string_view group_id, std::string_view topic) const {
  const Group* group = find(group_id);
  if (group == nullptr || !group->has_members()) return KafkaError::none;
  if (group->protocol_type() != kConsumerProtocolType) return KafkaError::non_empty_group;
  for (const auto& [id, member] : group->members()) {
    for (const Protocol& protocol : member.protocols) {
      const auto topics = subscribed_topics(protocol.metadata);
      // What cannot be read may name any topic.
      if (!topics || std::find(topics->begin(), topics->end(), topic) != topics->end()) {
        return KafkaError::group_subscribed_to_topic;
      }
    }
  }
  return KafkaError::none;
}

void Coordinator::forget_topic(std::string_view topic) {
  std::vector<std::pair<std::string, std::vector<TopicPartition>>> found;
  for (const auto& [group, offsets] : offsets_.all()) {
    std::vector<TopicPartition> places;
    for (const auto& [place, offset] : offsets) {
      if (place.topic == topic) places.push_back(place);
    }
    if (!places.empty()) found.emplace_back(group, std::move(places));
  }
  for (auto& [group, places] : found) forget(group, std::move(places), false, [](KafkaError) {});
}

// The group itself is forgotten at once, so that nobody joins what is going away.
void Coordinator::forget(std::string_view group_id, std::vector<TopicPartition> places,
                         bool with_group, std::function<void(KafkaError)> done) {
  std::vector<log::StateChange> changes;
  for (const TopicPartition& place : places) {
    changes.push_back(
        {offset_key({std::string(group_id), place.topic, place.partition}), std::nullopt});
  }
  if (with_group) changes.push_back({group_key(group_id), std::nullopt});
  const std::string group(group_id);
  if (with_group) groups_.erase(group);
  durable_.change(std::move(changes), [this, group, places = std::move(places),
                                       done = std::move(done)](const Status& durable) {
    if (durable) {
      for (const TopicPartition& place : places) offsets_.erase(group, place);
    }
    done(to_commit_error(durable));
  });
}

void Coordinator::finish_waits() {
  for (const auto& [id, group] : groups_) group->finish_waits();
}

bool Coordinator::wants_ticks() const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [](const auto& entry) { return entry.second->has_members(); });
}

void Coordinator::tick() {
  for (const auto& [id, group] : groups_) {
    if (group->has_members()) group->tick();
  }
}

void Coordinator::expire() {
  const int64_t before = to_millis(clock_.now()) - milliseconds(settings_.offset_retention).count();
  std::vector<std::string> unused;
  for (const auto& [id, group] : groups_) {
    if (group->has_members() || group->changed_ms() > before) continue;
    const OffsetTable::Offsets& offsets = offsets_.of(id);
    const bool old = std::all_of(offsets.begin(), offsets.end(), [&](const auto& entry) {
      return entry.second.committed_ms <= before;
    });
    if (old) unused.push_back(id);
  }
  for (const std::string& id : unused) remove(id, [](KafkaError) {});
}

}  // namespace weir::broker::groups

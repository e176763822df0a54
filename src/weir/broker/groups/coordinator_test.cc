#include "weir/broker/groups/coordinator.h"

#include <gmock/gmock.h>

#include <deque>
#include <map>

#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"

namespace weir::broker::groups {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A state table whose answers come when the test says so.
class TestState : public DurableState {
 public:
  std::vector<log::StateEntry> entries(std::string_view prefix) const override {
    std::vector<log::StateEntry> found;
    for (const auto& [key, value] : entries_) {
      if (key.starts_with(prefix)) found.push_back({key, value});
    }
    return found;
  }
  void change(std::vector<log::StateChange> changes,
              std::function<void(const Status&)> done) override {
    waiting_.push_back({std::move(changes), std::move(done)});
  }

  void make_durable() {
    while (!waiting_.empty()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      for (log::StateChange& change : next.changes) {
        if (change.value) {
          entries_[change.key] = *change.value;
        } else {
          entries_.erase(change.key);
        }
      }
      next.done({});
    }
  }
  void refuse() {
    while (!waiting_.empty()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      next.done(Error(ErrorCode::unavailable, "no room"));
    }
  }
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    std::vector<log::StateChange> changes;
    std::function<void(const Status&)> done;
  };
  std::map<std::string, Bytes> entries_;
  std::deque<Waiting> waiting_;
};

// An answer that may not be there yet.
template <typename T>
using Later = std::shared_ptr<std::optional<T>>;

class Groups : public ::testing::Test {
 protected:
  void SetUp() override { start(); }

  void start() {
    auto loaded =
        Coordinator::load({}, clock_, state_, [this] { return std::to_string(++drawn_); });
    ASSERT_OK(loaded);
    coordinator_ = std::move(*loaded);
  }

  static JoinRequest request(std::string client, std::string member_id = "") {
    JoinRequest join;
    join.group_id = "g";
    join.member.member_id = std::move(member_id);
    join.client_id = std::move(client);
    join.client_host = "/127.0.0.1";
    join.session_timeout = 10s;
    join.rebalance_timeout = 60s;
    join.protocol_type = "consumer";
    join.protocols = {{"range", "r"}, {"roundrobin", "rr"}};
    return join;
  }

  Later<JoinResult> join(JoinRequest request) {
    auto answer = std::make_shared<std::optional<JoinResult>>();
    coordinator_->join(std::move(request), [answer](JoinResult result) { *answer = result; });
    return answer;
  }
  Later<SyncResult> sync(const JoinResult& joined,
                         std::vector<SyncRequest::Assignment> assignments = {}) {
    auto answer = std::make_shared<std::optional<SyncResult>>();
    SyncRequest request{.group_id = "g",
                        .member = {joined.member_id},
                        .generation = joined.generation,
                        .assignments = std::move(assignments)};
    coordinator_->sync(std::move(request), [answer](SyncResult result) { *answer = result; });
    return answer;
  }
  KafkaError heartbeat(const JoinResult& joined) {
    return coordinator_->heartbeat("g", {joined.member_id}, joined.generation);
  }
  Later<KafkaError> commit(int64_t offset, MemberRef member = {}, int32_t generation = -1) {
    auto answer = std::make_shared<std::optional<KafkaError>>();
    coordinator_->commit({.group_id = "g",
                          .member = std::move(member),
                          .generation = generation,
                          .offsets = {{{"t", 0}, {.offset = offset, .metadata = "m"}}}},
                         [answer](KafkaError error) { *answer = error; });
    return answer;
  }
  GroupState state() const { return coordinator_->find("g")->state(); }

  // One member, stable, with the assignment "all".
  JoinResult alone() {
    const auto joined = join(request("a"));
    const auto synced = sync(**joined, {{(*joined)->member_id, "all"}});
    state_.make_durable();
    EXPECT_EQ((*synced)->assignment, "all");
    return **joined;
  }
  // Two members, stable; the leader first.
  std::pair<JoinResult, JoinResult> two() {
    const JoinResult first = alone();
    const auto second = join(request("b"));
    const auto again = join(request("a", first.member_id));
    const auto one =
        sync(**again, {{(*again)->member_id, "left"}, {(*second)->member_id, "right"}});
    const auto other = sync(**second);
    state_.make_durable();
    EXPECT_EQ((*one)->assignment, "left");
    EXPECT_EQ((*other)->assignment, "right");
    return {**again, **second};
  }

  testing::ManualClock clock_;
  TestState state_;
  int drawn_ = 0;
  std::unique_ptr<Coordinator> coordinator_;
};

// ---- joining

TEST_F(Groups, TheFirstMemberLeadsAtOnceWithoutADelay) {
  const auto joined = join(request("a"));
  ASSERT_TRUE(joined->has_value());
  EXPECT_EQ((*joined)->error, KafkaError::none);
  EXPECT_EQ((*joined)->generation, 1);
  EXPECT_EQ((*joined)->leader, (*joined)->member_id);
  EXPECT_EQ((*joined)->protocol_name, "range");
  ASSERT_THAT((*joined)->members, SizeIs(1));
  EXPECT_EQ((*joined)->members[0].metadata, "r");
  EXPECT_EQ(state(), GroupState::completing_rebalance);
}

TEST_F(Groups, AMemberThatKnowsHowComesAgainWithTheIdItWasGiven) {
  JoinRequest first = request("a");
  first.knows_member_id_required = true;
  const auto refused = join(first);
  EXPECT_EQ((*refused)->error, KafkaError::member_id_required);
  EXPECT_EQ((*refused)->member_id, "a-1");
  first.member.member_id = "a-1";
  const auto joined = join(first);
  EXPECT_EQ((*joined)->error, KafkaError::none);
  EXPECT_EQ((*joined)->member_id, "a-1");
}

TEST_F(Groups, AnIdThatWasNeverGivenOutIsRefused) {
  EXPECT_EQ((*join(request("a", "invented")))->error, KafkaError::unknown_member_id);
  alone();
  EXPECT_EQ((*join(request("b", "invented")))->error, KafkaError::unknown_member_id);
}

TEST_F(Groups, NonsenseIsRefusedByName) {
  JoinRequest bad = request("a");
  bad.group_id = "";
  EXPECT_EQ((*join(bad))->error, KafkaError::invalid_group_id);
  bad = request("a");
  bad.session_timeout = 5999ms;
  EXPECT_EQ((*join(bad))->error, KafkaError::invalid_session_timeout);
  bad.session_timeout = 31min;
  EXPECT_EQ((*join(bad))->error, KafkaError::invalid_session_timeout);
  bad = request("a");
  bad.protocols.clear();
  EXPECT_EQ((*join(bad))->error, KafkaError::inconsistent_group_protocol);
  alone();
  bad = request("b");
  bad.protocol_type = "connect";
  EXPECT_EQ((*join(bad))->error, KafkaError::inconsistent_group_protocol);
  bad = request("b");
  bad.protocols = {{"sticky", ""}};
  EXPECT_EQ((*join(bad))->error, KafkaError::inconsistent_group_protocol);
}

TEST_F(Groups, ASecondMemberWaitsUntilTheFirstHasJoinedAgain) {
  const JoinResult first = alone();
  const auto second = join(request("b"));
  EXPECT_FALSE(second->has_value());
  EXPECT_EQ(heartbeat(first), KafkaError::rebalance_in_progress);
  const auto again = join(request("a", first.member_id));
  ASSERT_TRUE(second->has_value());
  EXPECT_EQ((*second)->generation, 2);
  EXPECT_EQ((*second)->leader, first.member_id);
  EXPECT_THAT((*second)->members, IsEmpty());
  EXPECT_THAT((*again)->members, SizeIs(2));
}

TEST_F(Groups, TheProtocolThatAllKnowAndMostWantIsChosen) {
  const JoinResult first = alone();
  JoinRequest other = request("b");
  other.protocols = {{"roundrobin", "x"}, {"sticky", "y"}};
  const auto second = join(other);
  const auto again = join(request("a", first.member_id));
  EXPECT_EQ((*again)->protocol_name, "roundrobin");
  EXPECT_EQ((*again)->members[1].metadata, "x");
}

TEST_F(Groups, AFollowerThatJoinsAgainUnchangedRebalancesNobody) {
  const auto [leader, follower] = two();
  const auto again = join(request("b", follower.member_id));
  ASSERT_TRUE(again->has_value());
  EXPECT_EQ((*again)->generation, follower.generation);
  EXPECT_EQ(state(), GroupState::stable);
  JoinRequest changed = request("b", follower.member_id);
  changed.protocols[0].metadata = "other topics";
  EXPECT_FALSE(join(changed)->has_value());
  EXPECT_EQ(state(), GroupState::preparing_rebalance);
}

TEST_F(Groups, ALeaderThatJoinsAgainStartsARebalance) {
  const auto [leader, follower] = two();
  EXPECT_FALSE(join(request("a", leader.member_id))->has_value());
  EXPECT_EQ(heartbeat(follower), KafkaError::rebalance_in_progress);
}

// ---- the assignment

TEST_F(Groups, NobodyGetsItsPartBeforeTheAssignmentIsDurable) {
  const auto joined = join(request("a"));
  const auto synced = sync(**joined, {{(*joined)->member_id, "all"}});
  EXPECT_FALSE(synced->has_value());
  EXPECT_EQ(state(), GroupState::completing_rebalance);
  state_.make_durable();
  EXPECT_EQ((*synced)->assignment, "all");
  EXPECT_EQ(state(), GroupState::stable);
}

TEST_F(Groups, AnAssignmentThatCannotBeKeptIsMadeAgain) {
  const auto joined = join(request("a"));
  const auto synced = sync(**joined, {{(*joined)->member_id, "all"}});
  state_.refuse();
  EXPECT_EQ((*synced)->error, KafkaError::coordinator_not_available);
  EXPECT_EQ(heartbeat(**joined), KafkaError::rebalance_in_progress);
  const auto again = join(request("a", (*joined)->member_id));
  EXPECT_EQ((*again)->generation, 2);
}

TEST_F(Groups, ASyncOfAnotherGenerationOrProtocolIsRefused) {
  JoinResult joined = alone();
  SyncRequest wrong{.group_id = "g",
                    .member = {joined.member_id},
                    .generation = 1,
                    .protocol_type = "consumer",
                    .protocol_name = "roundrobin"};
  KafkaError error = KafkaError::none;
  coordinator_->sync(wrong, [&](SyncResult result) { error = result.error; });
  EXPECT_EQ(error, KafkaError::inconsistent_group_protocol);
  joined.generation = 7;
  EXPECT_EQ((*sync(joined))->error, KafkaError::illegal_generation);
  EXPECT_EQ(heartbeat(joined), KafkaError::illegal_generation);
}

TEST_F(Groups, AMemberMayAskForItsPartAgain) {
  const auto [leader, follower] = two();
  EXPECT_EQ((*sync(follower))->assignment, "right");
}

// ---- leaving and falling silent

TEST_F(Groups, AMemberThatLeavesIsMissedAtOnce) {
  const auto [leader, follower] = two();
  EXPECT_EQ(coordinator_->leave("g", {follower.member_id}), KafkaError::none);
  EXPECT_EQ(heartbeat(leader), KafkaError::rebalance_in_progress);
  const auto again = join(request("a", leader.member_id));
  ASSERT_TRUE(again->has_value());
  EXPECT_THAT((*again)->members, SizeIs(1));
  EXPECT_EQ(coordinator_->leave("g", {follower.member_id}), KafkaError::unknown_member_id);
}

TEST_F(Groups, AGroupThatAllHaveLeftIsEmptyAndKeepsItsGeneration) {
  const JoinResult joined = alone();
  EXPECT_EQ(coordinator_->leave("g", {joined.member_id}), KafkaError::none);
  state_.make_durable();
  EXPECT_EQ(state(), GroupState::empty);
  const auto later = join(request("b"));
  EXPECT_EQ((*later)->generation, 3);
}

TEST_F(Groups, AMemberThatFallsSilentIsDroppedAfterItsSessionTimeout) {
  const auto [leader, follower] = two();
  clock_.advance(9s);
  EXPECT_EQ(heartbeat(leader), KafkaError::none);
  coordinator_->tick();
  EXPECT_EQ(state(), GroupState::stable);
  clock_.advance(2s);
  coordinator_->tick();
  EXPECT_EQ(heartbeat(follower), KafkaError::unknown_member_id);
  EXPECT_EQ(heartbeat(leader), KafkaError::rebalance_in_progress);
}

TEST_F(Groups, ARebalanceGoesOnWithoutThoseWhoDoNotComeInTime) {
  const auto [leader, follower] = two();
  const auto third = join(request("c"));
  const auto again = join(request("a", leader.member_id));
  for (int i = 0; i < 59; ++i) {
    clock_.advance(1s);
    heartbeat(follower);  // alive, but does not join
    coordinator_->tick();
  }
  EXPECT_FALSE(third->has_value());
  clock_.advance(2s);
  coordinator_->tick();
  ASSERT_TRUE(third->has_value());
  EXPECT_THAT((*again)->members, SizeIs(2));
  EXPECT_EQ(heartbeat(follower), KafkaError::unknown_member_id);
}

TEST_F(Groups, ALeaderThatNeverAssignsIsReplaced) {
  const JoinResult first = alone();
  const auto second = join(request("b"));
  const auto again = join(request("a", first.member_id));
  const auto waits = sync(**second);
  for (int i = 0; i < 61; ++i) {
    clock_.advance(1s);
    heartbeat(**again);
    coordinator_->tick();
  }
  EXPECT_EQ((*waits)->error, KafkaError::rebalance_in_progress);
  const auto leads = join(request("b", (*second)->member_id));
  EXPECT_EQ((*leads)->leader, (*second)->member_id);
}

TEST_F(Groups, AnIdThatIsNotUsedIsNotWaitedForForEver) {
  const JoinResult first = alone();
  JoinRequest hesitant = request("b");
  hesitant.knows_member_id_required = true;
  join(hesitant);
  const auto again = join(request("a", first.member_id));
  EXPECT_FALSE(again->has_value());
  clock_.advance(10s);
  coordinator_->tick();
  EXPECT_TRUE(again->has_value());
}

TEST_F(Groups, WhoWaitsIsToldWhenTheBrokerStops) {
  alone();
  const auto second = join(request("b"));
  coordinator_->finish_waits();
  EXPECT_EQ((*second)->error, KafkaError::not_coordinator);
}

// ---- static members

class StaticMembers : public Groups {
 protected:
  static JoinRequest named(std::string name, std::string member_id = "") {
    JoinRequest join = request("client", std::move(member_id));
    join.member.instance_id = std::move(name);
    return join;
  }
  JoinResult alone_as(const std::string& name) {
    const auto joined = join(named(name));
    sync(**joined, {{(*joined)->member_id, "all"}});
    state_.make_durable();
    return **joined;
  }
};

TEST_F(StaticMembers, ComeBackUnderANewIdWithoutARebalance) {
  const JoinResult before = alone_as("east");
  JoinRequest back = named("east");
  back.knows_skip_assignment = true;
  const auto after = join(back);
  ASSERT_TRUE(after->has_value());
  EXPECT_NE((*after)->member_id, before.member_id);
  EXPECT_EQ((*after)->generation, before.generation);
  EXPECT_TRUE((*after)->skip_assignment);
  EXPECT_EQ((*after)->leader, (*after)->member_id);
  EXPECT_EQ(state(), GroupState::stable);
  EXPECT_EQ((*sync(**after))->assignment, "all");
}

TEST_F(StaticMembers, OfOldClientsAreNotMadeToAssignAnew) {
  const JoinResult before = alone_as("east");
  const auto after = join(named("east"));
  EXPECT_EQ((*after)->leader, before.member_id);
  EXPECT_THAT((*after)->members, IsEmpty());
}

TEST_F(StaticMembers, FenceTheirFormerSelves) {
  const JoinResult before = alone_as("east");
  join(named("east"));
  const MemberRef former{before.member_id, "east"};
  EXPECT_EQ(coordinator_->heartbeat("g", former, before.generation),
            KafkaError::fenced_instance_id);
  EXPECT_EQ(coordinator_->leave("g", former), KafkaError::fenced_instance_id);
  EXPECT_EQ((*join(named("east", before.member_id)))->error, KafkaError::fenced_instance_id);
  EXPECT_EQ(coordinator_->heartbeat("g", {before.member_id, "west"}, before.generation),
            KafkaError::unknown_member_id);
}

TEST_F(StaticMembers, RebalanceWhenTheyReadSomethingElse) {
  alone_as("east");
  JoinRequest back = named("east");
  back.protocols[0].metadata = "other topics";
  const auto after = join(back);
  EXPECT_EQ((*after)->generation, 2);
  EXPECT_THAT((*after)->members, SizeIs(1));
}

TEST_F(StaticMembers, CanBeTakenOutByTheirNameAlone) {
  alone_as("east");
  EXPECT_EQ(coordinator_->leave("g", {"", "east"}), KafkaError::none);
  EXPECT_EQ(state(), GroupState::empty);
}

// ---- offsets

TEST_F(Groups, AnOffsetIsToldOnlyWhenItIsDurable) {
  const auto answer = commit(42);
  EXPECT_FALSE(answer->has_value());
  EXPECT_EQ(coordinator_->offsets().find("g", {"t", 0}), nullptr);
  state_.make_durable();
  EXPECT_EQ(*answer, KafkaError::none);
  EXPECT_EQ(coordinator_->offsets().find("g", {"t", 0})->offset, 42);
  EXPECT_EQ(coordinator_->offsets().find("g", {"t", 0})->metadata, "m");
}

TEST_F(Groups, AnOffsetThatCannotBeKeptIsRefused) {
  const auto answer = commit(42);
  state_.refuse();
  EXPECT_EQ(*answer, KafkaError::coordinator_not_available);
  EXPECT_EQ(coordinator_->offsets().find("g", {"t", 0}), nullptr);
}

TEST_F(Groups, OnlyMembersCommitWhileThereAreAny) {
  const JoinResult joined = alone();
  EXPECT_EQ(*commit(1), KafkaError::unknown_member_id);
  EXPECT_EQ(*commit(1, {"somebody"}, 1), KafkaError::unknown_member_id);
  EXPECT_EQ(*commit(1, {joined.member_id}, 9), KafkaError::illegal_generation);
  const auto answer = commit(1, {joined.member_id}, joined.generation);
  state_.make_durable();
  EXPECT_EQ(*answer, KafkaError::none);
}

TEST_F(Groups, AMemberMayCommitBeforeItJoinsAgainButNotBeforeItIsAssigned) {
  const JoinResult first = alone();
  join(request("b"));
  const auto before = commit(1, {first.member_id}, first.generation);
  state_.make_durable();
  EXPECT_EQ(*before, KafkaError::none);
  const auto again = join(request("a", first.member_id));
  EXPECT_EQ(*commit(2, {first.member_id}, (*again)->generation), KafkaError::rebalance_in_progress);
}

TEST_F(Groups, ACommitOfAMemberOfNoGroupIsRefused) {
  EXPECT_EQ(*commit(1, {"a-1"}, 3), KafkaError::illegal_generation);
}

TEST_F(Groups, ADeletedTopicTakesItsOffsetsWithIt) {
  commit(5);
  state_.make_durable();
  coordinator_->forget_topic("t");
  state_.make_durable();
  EXPECT_EQ(coordinator_->offsets().find("g", {"t", 0}), nullptr);
  EXPECT_THAT(state_.entries(kOffsetPrefix), IsEmpty());
}

TEST_F(Groups, AGroupIsForgottenOnlyWhenItHasNoMembers) {
  const JoinResult joined = alone();
  KafkaError error = KafkaError::none;
  const auto told = [&](KafkaError verdict) { error = verdict; };
  coordinator_->remove("g", told);
  EXPECT_EQ(error, KafkaError::non_empty_group);
  coordinator_->remove("other", told);
  EXPECT_EQ(error, KafkaError::group_id_not_found);
  commit(5, {joined.member_id}, joined.generation);
  coordinator_->leave("g", {joined.member_id});
  state_.make_durable();
  coordinator_->remove("g", told);
  state_.make_durable();
  EXPECT_EQ(error, KafkaError::none);
  EXPECT_EQ(coordinator_->find("g"), nullptr);
  EXPECT_THAT(state_.entries(""), IsEmpty());
}

TEST_F(Groups, WhatNobodyUsesIsForgottenAfterSevenDays) {
  const JoinResult joined = alone();
  commit(5, {joined.member_id}, joined.generation);
  state_.make_durable();
  clock_.advance(std::chrono::hours(24 * 8));
  coordinator_->expire();
  EXPECT_NE(coordinator_->find("g"), nullptr) << "it has a member";
  coordinator_->leave("g", {joined.member_id});
  state_.make_durable();
  clock_.advance(std::chrono::hours(24 * 6));
  coordinator_->expire();
  EXPECT_NE(coordinator_->find("g"), nullptr) << "it became empty six days ago";
  clock_.advance(std::chrono::hours(24 * 2));
  coordinator_->expire();
  state_.make_durable();
  EXPECT_EQ(coordinator_->find("g"), nullptr);
  EXPECT_THAT(state_.entries(""), IsEmpty());
}

TEST_F(Groups, OffsetsOfSubscribedTopicsAreNotForgotten) {
  JoinRequest reads = request("a");
  reads.protocols = {{"range", Bytes("\0\1\0\0\0\1\0\1t\0\0\0\0", 13)}};
  join(reads);
  EXPECT_EQ(coordinator_->may_forget_offset("g", "t"), KafkaError::group_subscribed_to_topic);
  EXPECT_EQ(coordinator_->may_forget_offset("g", "u"), KafkaError::none);
  EXPECT_EQ(coordinator_->may_forget_offset("nobody", "t"), KafkaError::none);
}

// ---- after a restart

TEST_F(Groups, MembersGoOnAfterARestartAsIfNothingHadHappened) {
  const auto [leader, follower] = two();
  commit(7, {leader.member_id}, leader.generation);
  state_.make_durable();
  start();
  EXPECT_EQ(state(), GroupState::stable);
  EXPECT_EQ(heartbeat(leader), KafkaError::none);
  EXPECT_EQ((*sync(follower))->assignment, "right");
  EXPECT_EQ(coordinator_->offsets().find("g", {"t", 0})->offset, 7);
  clock_.advance(11s);
  coordinator_->tick();
  EXPECT_EQ(heartbeat(follower), KafkaError::unknown_member_id) << "it was not heard again";
}

TEST_F(Groups, AnUnfinishedRebalanceIsForgottenByARestart) {
  const JoinResult first = alone();
  join(request("b"));
  start();
  EXPECT_EQ(heartbeat(first), KafkaError::none);
  EXPECT_THAT(coordinator_->find("g")->members(), SizeIs(1));
}

TEST(GroupRecords, ComeBackAsTheyWereWritten) {
  const GroupRecord record{.protocol_type = "consumer",
                           .protocol_name = "range",
                           .leader = "a-1",
                           .generation = 12,
                           .changed_ms = 1'700'000'000'000,
                           .members = {{.id = "a-1",
                                        .instance_id = "east",
                                        .client_id = "a",
                                        .client_host = "/10.0.0.1",
                                        .session_timeout = 10s,
                                        .rebalance_timeout = 60s,
                                        .protocols = {{"range", Bytes("\0x", 2)}},
                                        .assignment = "all"}}};
  const Bytes bytes = encode_group(record);
  ASSERT_OK_AND_ASSIGN(const GroupRecord back, decode_group(bytes));
  EXPECT_EQ(back, record);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_ERROR(ErrorCode::corrupt, decode_group(bytes.substr(0, size)));
  }
  EXPECT_ERROR(ErrorCode::unsupported, decode_group("\x02" + bytes.substr(1)));
}

TEST(GroupRecords, KeysOfOffsetsHoldAnyNames) {
  const OffsetKey key{.group = "a/b\n", .topic = "t/1", .partition = 300};
  ASSERT_OK_AND_ASSIGN(const OffsetKey back, parse_offset_key(offset_key(key)));
  EXPECT_EQ(back, key);
  EXPECT_ERROR(ErrorCode::corrupt, parse_offset_key("offset/"));
  EXPECT_ERROR(ErrorCode::corrupt, parse_offset_key("group/g"));
}

}  // namespace
}  // namespace weir::broker::groups

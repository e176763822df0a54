#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/group_lookup.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

// What a group has to do with one partition.
struct Share {
  std::optional<int64_t> committed;
  const GroupMember* member = nullptr;
};

class GroupsDescribe : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("GROUP", &name_, "the group to describe");
    options.option("members", &members_, "one row per member instead of one per partition");
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY_ASSIGN(const GroupView group, find_group(*admin, name_, kafka_.timeout()));
    if (members_) {
      print_members(context, group.description);
    } else {
      WEIR_TRY(print_partitions(context, *admin, group));
    }
    return ExitCode::ok;
  }

 private:
  void print_members(Context& context, const GroupDescription& group) {
    RowWriter rows = context.rows({{"member"}, {"client"}, {"host"}, {"instance"}, {"partitions"}});
    for (const GroupMember& member : group.members) {
      rows.add({member.id, member.client, member.host,
                member.instance ? Cell(*member.instance) : Cell(std::monostate()),
                static_cast<int64_t>(member.assignment.size())});
    }
    rows.finish();
    context.message(summary(group));
  }

  Status print_partitions(Context& context, Admin& admin, const GroupView& group) {
    std::map<TopicPartition, Share> shares;
    for (const CommittedOffset& offset : group.offsets)
      shares[offset.partition].committed = offset.offset;
    for (const GroupMember& member : group.description.members) {
      for (const TopicPartition& partition : member.assignment) shares[partition].member = &member;
    }
    std::vector<TopicPartition> partitions;
    for (const auto& [partition, share] : shares) partitions.push_back(partition);
    WEIR_TRY_ASSIGN(const auto marks, watermarks_of(admin, partitions, kafka_.timeout()));

    RowWriter rows = context.rows({{"topic"},
                                   {"partition"},
                                   {"committed"},
                                   {"end"},
                                   {"lag"},
                                   {"member"},
                                   {"client"},
                                   {"host"}});
    std::map<std::string, int64_t> lags;
    auto mark = marks.begin();
    for (const auto& [partition, share] : shares) {
      const std::optional<int64_t> lag = lag_of(share, *mark);
      if (lag) lags[partition.topic] += *lag;
      rows.add({partition.topic, int64_t{partition.partition}, number(share.committed),
                *mark ? Cell((*mark)->high) : Cell(std::monostate()), number(lag),
                text(share, &GroupMember::id), text(share, &GroupMember::client),
                text(share, &GroupMember::host)});
      ++mark;
    }
    rows.finish();
    print_summary(context, group.description, lags);
    return {};
  }

  // How many records are still to be read; unknown until the group has committed something.
  static std::optional<int64_t> lag_of(const Share& share, const std::optional<Watermarks>& mark) {
    if (!share.committed || !mark) return std::nullopt;
    return std::max<int64_t>(mark->high - std::max(*share.committed, mark->low), 0);
  }

  static Cell number(const std::optional<int64_t>& value) {
    return value ? Cell(*value) : Cell(std::monostate());
  }
  static Cell text(const Share& share, std::string GroupMember::*field) {
    return share.member != nullptr ? Cell(share.member->*field) : Cell(std::monostate());
  }

  static std::string summary(const GroupDescription& group) {
    std::string line = fmt::format("group '{}': {}, {}", group.name, group.state,
                                   counted(static_cast<int64_t>(group.members.size()), "member"));
    if (!group.assignor.empty()) line += fmt::format(", assignor {}", group.assignor);
    if (!group.coordinator.empty()) line += fmt::format(", coordinator {}", group.coordinator);
    return line;
  }

  static void print_summary(Context& context, const GroupDescription& group,
                            const std::map<std::string, int64_t>& lags) {
    int64_t total = 0;
    for (const auto& [topic, lag] : lags) total += lag;
    context.message(fmt::format("{}, lag {}", summary(group), total));
    if (lags.size() < 2) return;
    for (const auto& [topic, lag] : lags)
      context.message(fmt::format("topic '{}': lag {}", topic, lag));
  }

  std::string name_;
  bool members_ = false;
  KafkaOptions kafka_;
};

}  // namespace

Verb groups_describe() {
  return make_verb<GroupsDescribe>(
      {.path = {"groups", "describe"},
       .summary = "Show what a consumer group has read, its lag and its members",
       .description =
           "One row per partition that the group has committed an offset of, or that is assigned "
           "to a member. The committed offset is that of the next record to read, the end that of "
           "the next to be written; the lag is what lies between and is still there. The state "
           "and the lags of each topic and of all are messages on standard error.",
       .examples = {{"Where a group is", "weir groups describe alerts-to-influx -o table"},
                    {"Who is in it", "weir groups describe alerts-to-influx --members"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

#include <fmt/format.h>

#include <algorithm>

#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/group_lookup.h"
#include "weir/cli/verbs/offset_place.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

class GroupsReset : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("GROUP", &name_, "the group whose offsets to set");
    options
        .option("to", &to_,
                "where it is to go on: beginning, end, an offset, or a time as 2026-11-22T15:01 or "
                "-15m")
        .value_name("PLACE");
    options.option("shift", &shift_, "so many records forward, or back if negative");
    options
        .option("topic", &topics_,
                "only these topics, which the group need not have read yet; else all it has "
                "committed")
        .value_name("TOPIC,…");
    options.option("execute", &execute_, "really set them; without it they are only shown");
    options.option("dry_run", &dry_run_, "only show what would be set, as without --execute");
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    if (to_.empty() == (shift_ == 0)) {
      return Error(ErrorCode::invalid_argument, "say where to: with --to or with --shift");
    }
    if (execute_ && dry_run_) {
      return Error(ErrorCode::invalid_argument, "--execute and --dry-run exclude each other");
    }
    std::optional<OffsetPlace> place;
    if (!to_.empty()) {
      WEIR_TRY_ASSIGN(place, OffsetPlace::parse(to_, context.clock().now()));
    }
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY_ASSIGN(const GroupView group, look_at_group(*admin));
    WEIR_TRY_ASSIGN(const std::vector<TopicPartition> partitions, chosen(*admin, group));
    WEIR_TRY_ASSIGN(const auto marks, admin->watermarks(partitions, kafka_.timeout()));
    WEIR_TRY_ASSIGN(const std::vector<int64_t> wanted,
                    target(*admin, group, partitions, marks, place));
    print_plan(context, group, partitions, marks, wanted);
    return execute(context, *admin, group, partitions, wanted);
  }

 private:
  // A group may be made by setting its offsets, but only in topics that were named.
  Result<GroupView> look_at_group(Admin& admin) {
    Result<GroupView> found = find_group(admin, name_, kafka_.timeout());
    if (found || found.error().code() != ErrorCode::not_found || topics_.empty()) return found;
    return GroupView{.description = {.name = name_, .state = "Dead"}, .offsets = {}};
  }

  Result<std::vector<TopicPartition>> chosen(Admin& admin, const GroupView& group) const {
    std::vector<TopicPartition> partitions;
    for (const std::string& name : topics_) {
      WEIR_TRY_ASSIGN(const TopicMetadata topic, admin.topic(name, kafka_.timeout()));
      const auto all = partitions_of(topic);
      partitions.insert(partitions.end(), all.begin(), all.end());
    }
    if (topics_.empty()) {
      for (const CommittedOffset& offset : group.offsets) partitions.push_back(offset.partition);
    }
    if (!partitions.empty()) return partitions;
    return Error(ErrorCode::not_found,
                 fmt::format("group '{}' has committed nothing; name topics with --topic", name_));
  }

  Result<std::vector<int64_t>> target(Admin& admin, const GroupView& group,
                                      const std::vector<TopicPartition>& partitions,
                                      const std::vector<Watermarks>& marks,
                                      const std::optional<OffsetPlace>& place) const {
    if (place) return place->resolve(admin, partitions, marks, kafka_.timeout());
    std::vector<int64_t> offsets;
    for (size_t i = 0; i < partitions.size(); ++i) {
      const auto now = committed(group, partitions[i]);
      if (!now) {
        return Error(ErrorCode::not_found,
                     fmt::format("group '{}' has committed nothing in partition {} of topic '{}' "
                                 "that --shift could start from; use --to",
                                 name_, partitions[i].partition, partitions[i].topic));
      }
      const auto& [low, high] = marks[i];
      // Written so that no sum can overflow.
      const int64_t from = std::clamp(*now, low, high);
      offsets.push_back(from + std::clamp(shift_, low - from, high - from));
    }
    return offsets;
  }

  static std::optional<int64_t> committed(const GroupView& group, const TopicPartition& partition) {
    for (const CommittedOffset& offset : group.offsets) {
      if (offset.partition == partition) return offset.offset;
    }
    return std::nullopt;
  }

  static void print_plan(Context& context, const GroupView& group,
                         const std::vector<TopicPartition>& partitions,
                         const std::vector<Watermarks>& marks, const std::vector<int64_t>& wanted) {
    RowWriter rows =
        context.rows({{"topic"}, {"partition"}, {"committed"}, {"new"}, {"end"}, {"lag"}});
    for (size_t i = 0; i < partitions.size(); ++i) {
      const auto now = committed(group, partitions[i]);
      rows.add({partitions[i].topic, int64_t{partitions[i].partition},
                now ? Cell(*now) : Cell(std::monostate()), wanted[i], marks[i].high,
                marks[i].high - wanted[i]});
    }
    rows.finish();
  }

  Result<ExitCode> execute(Context& context, Admin& admin, const GroupView& group,
                           const std::vector<TopicPartition>& partitions,
                           const std::vector<int64_t>& wanted) {
    if (!group.description.members.empty()) {
      return Error(
          ErrorCode::refused,
          fmt::format(
              "group '{}' has {}; stop its consumers first, nothing was changed", name_,
              counted(static_cast<int64_t>(group.description.members.size()), "active member")));
    }
    if (!execute_) {
      context.message("nothing was changed; --execute sets these offsets");
      return ExitCode::ok;
    }
    std::vector<CommittedOffset> offsets;
    for (size_t i = 0; i < partitions.size(); ++i)
      offsets.push_back({.partition = partitions[i], .offset = wanted[i]});
    WEIR_TRY(admin.set_group_offsets(name_, offsets, kafka_.timeout()));
    context.message(fmt::format("group '{}': {} set", name_,
                                counted(static_cast<int64_t>(offsets.size()), "offset")));
    return ExitCode::ok;
  }

  std::string name_;
  std::string to_;
  int64_t shift_ = 0;
  std::vector<std::string> topics_;
  bool execute_ = false;
  bool dry_run_ = false;
  KafkaOptions kafka_;
};

}  // namespace

Verb groups_reset() {
  return make_verb<GroupsReset>(
      {.path = {"groups", "reset"},
       .summary = "Set where a consumer group goes on reading",
       .description =
           "Shows for each partition the offset now and the new one; only --execute sets them. "
           "Places outside of what a partition has become its first offset or its end. A group "
           "that has members is refused.",
       .examples = {{"Look what reading again from this morning would mean",
                     "weir groups reset alerts-to-influx --to 2026-11-22T06:00"},
                    {"Do it", "weir groups reset alerts-to-influx --to 2026-11-22T06:00 --execute"},
                    {"Skip ten records of one topic",
                     "weir groups reset alerts-to-influx --topic alerts --shift 10 --execute"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

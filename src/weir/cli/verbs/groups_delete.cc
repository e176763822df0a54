#include <fmt/format.h>

#include "weir/cli/verb.h"
#include "weir/cli/verbs/group_lookup.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

class GroupsDelete : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("GROUP", &names_, "the groups to delete");
    options.option("execute", &execute_, "really delete; without it they are only shown");
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    RowWriter rows = context.rows({{"group"}, {"state"}, {"members"}, {"offsets"}});
    for (const std::string& name : names_) {
      WEIR_TRY_ASSIGN(const GroupView group, find_group(*admin, name, kafka_.timeout()));
      rows.add({name, group.description.state,
                static_cast<int64_t>(group.description.members.size()),
                static_cast<int64_t>(group.offsets.size())});
    }
    rows.finish();
    if (!execute_) {
      context.message("nothing was deleted; --execute deletes for good");
      return ExitCode::ok;
    }
    for (const std::string& name : names_) {
      WEIR_TRY(admin->delete_group(name, kafka_.timeout()));
      context.message(fmt::format("group '{}' deleted", name));
    }
    return ExitCode::ok;
  }

 private:
  std::vector<std::string> names_;
  bool execute_ = false;
  KafkaOptions kafka_;
};

}  // namespace

Verb groups_delete() {
  return make_verb<GroupsDelete>(
      {.path = {"groups", "delete"},
       .summary = "Delete consumer groups and what they have committed",
       .description = "Shows what would go; only --execute deletes. A group that has members is "
                      "refused.",
       .examples = {{"Look what would go", "weir groups delete alerts-to-influx"},
                    {"Delete it", "weir groups delete alerts-to-influx --execute"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

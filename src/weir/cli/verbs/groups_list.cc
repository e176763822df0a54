#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

class GroupsList : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY_ASSIGN(const std::vector<GroupSummary> groups, admin->groups(kafka_.timeout()));
    RowWriter rows = context.rows({{"group"}, {"state"}});
    for (const GroupSummary& group : groups) rows.add({group.name, group.state});
    rows.finish();
    return ExitCode::ok;
  }

 private:
  KafkaOptions kafka_;
};

}  // namespace

Verb groups_list() {
  return make_verb<GroupsList>(
      {.path = {"groups", "list"},
       .summary = "List the consumer groups of a Kafka cluster",
       .examples = {{"All groups with their state", "weir groups list -o table"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

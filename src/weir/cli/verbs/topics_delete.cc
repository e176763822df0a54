#include <fmt/format.h>

#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

class TopicsDelete : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &names_, "the topics to delete");
    options.option("execute", &execute_, "really delete; without it they are only shown");
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    RowWriter rows = context.rows({{"topic"}, {"partitions"}, {"records"}});
    for (const std::string& name : names_) {
      WEIR_TRY_ASSIGN(const TopicMetadata topic, admin->topic(name, kafka_.timeout()));
      WEIR_TRY_ASSIGN(const auto marks, admin->watermarks(partitions_of(topic), kafka_.timeout()));
      int64_t records = 0;
      for (const Watermarks& mark : marks) records += mark.high - mark.low;
      rows.add({name, static_cast<int64_t>(topic.partitions.size()), records});
    }
    rows.finish();
    if (!execute_) {
      context.message("nothing was deleted; --execute deletes for good");
      return ExitCode::ok;
    }
    for (const std::string& name : names_) {
      WEIR_TRY(admin->delete_topic(name, kafka_.timeout()));
      context.message(fmt::format("topic '{}' deleted", name));
    }
    return ExitCode::ok;
  }

 private:
  std::vector<std::string> names_;
  bool execute_ = false;
  KafkaOptions kafka_;
};

}  // namespace

Verb topics_delete() {
  return make_verb<TopicsDelete>(
      {.path = {"topics", "delete"},
       .summary = "Delete topics and their records from a Kafka cluster",
       .description = "Shows what would go; only --execute deletes. All named topics have to exist "
                      "before the first is deleted.",
       .examples = {{"Look what would go", "weir topics delete alerts"},
                    {"Delete it", "weir topics delete alerts --execute"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

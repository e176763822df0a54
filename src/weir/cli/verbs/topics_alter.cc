#include <fmt/format.h>

#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

class TopicsAlter : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &name_, "the topic to change");
    options.option("partitions", &partitions_, "how many partitions it has from now on; only more")
        .letter('p')
        .bounds(1, 100'000);
    options.option("set", &set_, "a new value of a setting, as retention.ms=3600000; repeatable")
        .value_name("NAME=VALUE")
        .undivided();
    options.option("unset", &unset_, "settings that go back to the default").value_name("NAME,…");
    kafka_.declare(options);
  }

  Result<ExitCode> run(Context& context) override {
    ConfigChanges changes{.unset = unset_};
    WEIR_TRY_ASSIGN(changes.set, parse_named_values(set_, "--set"));
    const bool settings = !changes.set.empty() || !changes.unset.empty();
    if (!settings && partitions_ == 0) {
      return Error(ErrorCode::invalid_argument,
                   "nothing to change: give --set, --unset or --partitions");
    }
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY_ASSIGN(const TopicMetadata topic, admin->topic(name_, kafka_.timeout()));
    WEIR_TRY(check_partitions(static_cast<int32_t>(topic.partitions.size())));
    if (settings) {
      WEIR_TRY(admin->alter_topic_config(name_, changes, kafka_.timeout()));
      for (const auto& [name, value] : changes.set)
        context.message(fmt::format("topic '{}': {} = {}", name_, name, value));
      for (const std::string& name : changes.unset)
        context.message(fmt::format("topic '{}': {} as by default", name_, name));
    }
    if (partitions_ > 0) {
      WEIR_TRY(admin->create_partitions(name_, partitions_, kafka_.timeout()));
      context.message(fmt::format("topic '{}': {}", name_, counted(partitions_, "partition")));
    }
    return ExitCode::ok;
  }

 private:
  Status check_partitions(int32_t now) const {
    if (partitions_ == 0 || partitions_ > now) return {};
    return Error(ErrorCode::refused,
                 fmt::format("topic '{}' has {} already, and Kafka cannot take any away", name_,
                             counted(now, "partition")));
  }

  std::string name_;
  int32_t partitions_ = 0;
  std::vector<std::string> set_, unset_;
  KafkaOptions kafka_;
};

}  // namespace

Verb topics_alter() {
  return make_verb<TopicsAlter>(
      {.path = {"topics", "alter"},
       .summary = "Change a topic's settings or add partitions",
       .description =
           "Settings that are not named stay as they are. Records stay in their partitions when "
           "partitions are added, so that new records of a key may go elsewhere than old ones.",
       .examples = {{"Keep records for a week",
                     "weir topics alter alerts --set retention.ms=604800000"},
                    {"Back to the default, and six partitions",
                     "weir topics alter alerts --unset retention.ms --partitions 6"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

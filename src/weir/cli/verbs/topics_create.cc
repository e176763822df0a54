#include <fmt/format.h>

#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"

namespace weir::cli::verbs {
namespace {

using namespace kafka::client;

class TopicsCreate : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &names_, "the topics to create");
    options.option("partitions", &partitions_, "how many partitions each gets")
        .letter('p')
        .bounds(1, 100'000);
    options
        .option("replicas", &replicas_,
                "how many brokers keep each; the cluster's default if not given")
        .letter('r')
        .bounds(1, 1000);
    options.option("set", &settings_, "a setting, as retention.ms=3600000; repeatable")
        .value_name("NAME=VALUE")
        .undivided();
    options.option("if_not_exists", &if_not_exists_, "a topic that exists already is fine");
    kafka_.declare(options);
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const NamedValues settings, parse_named_values(settings_, "--set"));
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    const ExistingTopic existing = if_not_exists_ ? ExistingTopic::accept : ExistingTopic::refuse;
    for (const std::string& name : names_) {
      const NewTopic topic{
          .name = name,
          .partitions = partitions_,
          .replication = replicas_ == 0 ? int16_t{-1} : static_cast<int16_t>(replicas_),
          .config = settings};
      WEIR_TRY(admin->create_topics(std::span(&topic, 1), kafka_.timeout(), existing));
      context.message(if_not_exists_ ? fmt::format("topic '{}' is there", name)
                                     : fmt::format("topic '{}' with {}", name,
                                                   counted(partitions_, "partition")));
    }
    return ExitCode::ok;
  }

 private:
  std::vector<std::string> names_;
  int32_t partitions_ = 1;
  int32_t replicas_ = 0;
  std::vector<std::string> settings_;
  bool if_not_exists_ = false;
  KafkaOptions kafka_;
};

}  // namespace

Verb topics_create() {
  return make_verb<TopicsCreate>(
      {.path = {"topics", "create"},
       .summary = "Create topics on a Kafka cluster",
       .examples = {{"A topic with three partitions", "weir topics create alerts --partitions 3"},
                    {"One that keeps the newest record of each key",
                     "weir topics create states --set cleanup.policy=compact"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

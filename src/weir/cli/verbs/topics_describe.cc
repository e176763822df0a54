#include <fmt/format.h>
#include <fmt/ranges.h>

#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"
#include "weir/cli/verbs/query_options.h"

namespace weir::cli::verbs {
namespace {

class TopicsDescribe : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &topic_, "the topic to describe");
    options.option("settings", &settings_, "its settings on Kafka, with who gave each its value");
    target_.declare(options);
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    if (settings_ && target_.is_given()) {
      return Error(ErrorCode::invalid_argument,
                   "--settings are those on Kafka: give --brokers, not --data or --server");
    }
    const bool store = target_.is_given() || (!settings_ && kafka_.given_brokers(context).empty());
    if (store) {
      WEIR_TRY(print_fields(context));
      return ExitCode::ok;
    }
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY(settings_ ? print_settings(context, *admin) : print_partitions(context, *admin));
    return ExitCode::ok;
  }

 private:
  Status print_fields(Context& context) {
    WEIR_TRY_ASSIGN(const auto source,
                    web::api::QuerySource::open(target_.target(), context.files()));
    WEIR_TRY_ASSIGN(const store::TopicDescription topic, source->describe(topic_));
    RowWriter rows = context.rows({{"field"}, {"type"}, {"unit"}, {"description"}});
    for (const store::Column& column : topic.columns) {
      std::string type = column.source_type.empty() ? std::string(store::to_string(column.type))
                                                    : column.source_type;
      if (column.array && type.find("array") == std::string::npos) type += "[]";
      rows.add({column.name, std::move(type), column.unit, column.description});
    }
    rows.finish();
    return {};
  }

  Status print_partitions(Context& context, kafka::client::Admin& admin) {
    WEIR_TRY_ASSIGN(const auto topic, admin.topic(topic_, kafka_.timeout()));
    WEIR_TRY_ASSIGN(const auto marks, admin.watermarks(partitions_of(topic), kafka_.timeout()));
    RowWriter rows = context.rows(
        {{"partition"}, {"leader"}, {"replicas"}, {"in_sync"}, {"first"}, {"next"}, {"records"}});
    for (size_t i = 0; i < marks.size(); ++i) {
      const auto& [id, leader, replicas, in_sync] = topic.partitions[i];
      rows.add({int64_t{id}, int64_t{leader}, fmt::format("{}", fmt::join(replicas, ",")),
                fmt::format("{}", fmt::join(in_sync, ",")), marks[i].low, marks[i].high,
                marks[i].high - marks[i].low});
    }
    rows.finish();
    return {};
  }

  Status print_settings(Context& context, kafka::client::Admin& admin) {
    WEIR_TRY(admin.topic(topic_, kafka_.timeout()));
    WEIR_TRY_ASSIGN(const auto settings, admin.topic_config(topic_, kafka_.timeout()));
    RowWriter rows = context.rows({{"setting"}, {"value"}, {"source"}});
    for (const kafka::client::ConfigEntry& setting : settings) {
      rows.add({setting.name, setting.value ? Cell(*setting.value) : Cell(std::monostate()),
                std::string(kafka::client::to_string(setting.source))});
    }
    rows.finish();
    return {};
  }

  std::string topic_;
  bool settings_ = false;
  TargetOptions target_;
  KafkaOptions kafka_;
};

}  // namespace

Verb topics_describe() {
  return make_verb<TopicsDescribe>(
      {.path = {"topics", "describe"},
       .summary = "Show a topic's fields, or its partitions and settings on Kafka",
       .description =
           "From the store that `weir up` fills, the fields with their types and units. With "
           "--brokers, or brokers from the environment, the partitions on the Kafka cluster: the "
           "first offset that is there, and the next that will be written. With --settings its "
           "settings there.",
       .examples = {{"What a topic holds", "weir topics describe lsst.sal.Mount_position"},
                    {"Its partitions on Kafka",
                     "weir topics describe lsst.sal.Mount_position --brokers 127.0.0.1:9092"},
                    {"Its settings there",
                     "weir topics describe lsst.sal.Mount_position --settings -o table"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

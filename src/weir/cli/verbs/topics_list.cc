#include "weir/cli/verb.h"
#include "weir/cli/verbs/kafka_options.h"
#include "weir/cli/verbs/query_options.h"

namespace weir::cli::verbs {
namespace {

using kafka::client::TopicMetadata;
using kafka::client::TopicPartition;

class TopicsList : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    target_.declare(options);
    kafka_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    const bool store = target_.is_given() || kafka_.given_brokers(context).empty();
    WEIR_TRY(store ? list_store(context) : list_cluster(context));
    return ExitCode::ok;
  }

 private:
  Status list_store(Context& context) {
    WEIR_TRY_ASSIGN(const auto source,
                    web::api::QuerySource::open(target_.target(), context.files()));
    WEIR_TRY_ASSIGN(const std::vector<store::TopicSummary> topics, source->topics());
    RowWriter rows = context.rows({{"topic"}, {"kind"}, {"fields"}, {"rows"}, {"first"}, {"last"}});
    const auto time = [](const std::optional<Timestamp>& moment) {
      return moment ? Cell(*moment) : Cell(std::monostate());
    };
    for (const store::TopicSummary& topic : topics) {
      rows.add(
          {topic.name, topic.kind, topic.columns, topic.rows, time(topic.first), time(topic.last)});
    }
    rows.finish();
    return {};
  }

  Status list_cluster(Context& context) {
    WEIR_TRY_ASSIGN(const auto admin, kafka_.admin(context));
    WEIR_TRY_ASSIGN(const std::vector<TopicMetadata> topics, admin->topics(kafka_.timeout()));
    std::vector<TopicPartition> all;
    for (const TopicMetadata& topic : topics) {
      const auto partitions = partitions_of(topic);
      all.insert(all.end(), partitions.begin(), partitions.end());
    }
    WEIR_TRY_ASSIGN(const auto marks, admin->watermarks(all, kafka_.timeout()));
    RowWriter rows = context.rows({{"topic"}, {"partitions"}, {"replicas"}, {"records"}});
    auto mark = marks.begin();
    for (const TopicMetadata& topic : topics) {
      int64_t records = 0;
      size_t replicas = 0;
      for (const auto& partition : topic.partitions) {
        records += mark->high - mark->low;
        replicas = std::max(replicas, partition.replicas.size());
        ++mark;
      }
      rows.add({topic.name, static_cast<int64_t>(topic.partitions.size()),
                static_cast<int64_t>(replicas), records});
    }
    rows.finish();
    return {};
  }

  TargetOptions target_;
  KafkaOptions kafka_;
};

}  // namespace

Verb topics_list() {
  return make_verb<TopicsList>(
      {.path = {"topics", "list"},
       .summary = "List the topics in the store, or on a Kafka cluster",
       .description =
           "With --brokers, or brokers from the environment, those of the Kafka cluster: the "
           "records are the offsets that exist, of which compaction may have removed some. "
           "Otherwise those of the store that `weir up` fills.",
       .examples = {{"All topics in the store with their number of rows", "weir topics list"},
                    {"Their names alone, for a script", "weir topics list -o name"},
                    {"Those on Kafka", "weir topics list --brokers 127.0.0.1:9092"}},
       .log_level = LogLevel::error});
}

}  // namespace weir::cli::verbs

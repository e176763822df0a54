#include <fmt/format.h>

#include "weir/cli/verb.h"
#include "weir/io/file_system.h"
#include "weir/sal/interface_files.h"
#include "weir/sal/transform/transformer.h"

namespace weir::cli::verbs {
namespace {

constexpr std::chrono::milliseconds kStopDeadline{30000};

class SalTransform : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("PATH", &paths_, "interface XML files, or folders searched for them");
    options.option("brokers", &transform_.brokers, "the Kafka cluster")
        .value_name("HOST:PORT,…")
        .required();
    options.option("registry", &transform_.registry_urls, "the schema registry")
        .value_name("URL")
        .required();
    options
        .option("positions", &transform_.positions_path,
                "file that keeps how far it is over restarts")
        .value_name("FILE")
        .required();
    options.option("start", &start_, "where to begin in topics without a saved position")
        .one_of({"earliest", "latest"});
  }

  Result<ExitCode> run(Context& context) override {
    using sal::transform::Transformer;
    using Start = sal::transform::TransformerOptions::Start;
    StopFlag& stop = context.stop_on_signals();
    WEIR_TRY_ASSIGN(const sal::Interfaces interfaces,
                    sal::load_interfaces(context.files(), paths_));
    for (const sal::Problem& problem : interfaces.problems) context.message(problem.to_string());
    if (start_ == "latest") transform_.start = Start::latest;
    WEIR_TRY_ASSIGN(const std::unique_ptr<Transformer> transformer,
                    Transformer::start(transform_, interfaces, context.files(), context.clock()));
    context.message(fmt::format("transforming {} topics; Ctrl-C stops", interfaces.topics.size()));
    std::string waiting_for;
    while (!stop.wait_for(std::chrono::seconds(1))) {
      const std::string now = transformer->stats().waiting_for;
      if (now != waiting_for) context.message(now.empty() ? "going on" : "waiting: " + now);
      waiting_for = now;
    }
    const Status stopped = transformer->stop(kStopDeadline);
    const auto stats = transformer->stats();
    context.message(fmt::format("read {}, written {}, dead letters {}", stats.read,
                                stats.acknowledged, stats.dead_lettered));
    WEIR_TRY(stopped);
    return ExitCode::ok;
  }

 private:
  std::vector<std::string> paths_;
  sal::transform::TransformerOptions transform_;
  std::string start_ = "earliest";
};

}  // namespace

Verb sal_transform() {
  return make_verb<SalTransform>(
      {.path = {"sal", "transform"},
       .summary = "Turn instrument text on Kafka into Avro messages",
       .description =
           "Reads the topics <Subsystem>_{command,event,logevent,telemetry} of the interfaces and "
           "writes "
           "each message with its schema id to lsst.sal.<Topic>. Lines that cannot be read go to "
           "the topic "
           "weir.dead-letter with the reason. The position moves only behind acknowledged output.",
       .examples =
           {{"Beside a Kafka cluster and a registry that are there",
             "weir sal transform interfaces --brokers kafka:9092 --registry http://registry:8081 "
             "--positions /var/lib/weir/positions.json"}},
       .log_level = LogLevel::info});
}

}  // namespace weir::cli::verbs

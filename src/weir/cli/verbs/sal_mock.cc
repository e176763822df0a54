#include <fmt/format.h>

#include "weir/base/json.h"
#include "weir/bus/publisher.h"
#include "weir/cli/verb.h"
#include "weir/sal/interface_files.h"
#include "weir/sal/mock/mock_observatory.h"

namespace weir::cli::verbs {
namespace {

using sal::mock::MockCounters;
using sal::mock::MockObservatory;
using std::chrono::milliseconds;

constexpr Duration kLook{200'000};  // how often the verb looks whether it is over

class SalMock : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("PATH", &paths_, "interface XML files, or folders searched for them");
    options.option("brokers", &brokers_, "Kafka brokers that receive the text")
        .value_name("HOST:PORT,…")
        .required();
    options
        .option("rate", &options_.rate, "factor on 1 Hz commands, 10 Hz events, 100 Hz telemetry")
        .value_name("FACTOR")
        .bounds(1e-6, 1000);
    options.option("duration", &length_, "how long to run; 0 runs until Ctrl-C").value_name("SPAN");
    options.option("seed", &options_.seed, "another seed makes other values");
    options.option("report", &report_, "write a JSON report to this file at the end")
        .value_name("FILE");
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const sal::Interfaces interfaces,
                    sal::load_interfaces(context.files(), paths_));
    for (const sal::Problem& problem : interfaces.problems) context.message(problem.to_string());
    if (interfaces.topics.empty()) return Error(ErrorCode::invalid_argument, "no topic to mock");
    if (length_.count() > 0) options_.length = length_;
    WEIR_TRY_ASSIGN(
        const auto publisher,
        bus::Publisher::connect({.brokers = brokers_, .label = "mock.kafka", .lanes = 2}));
    WEIR_TRY_ASSIGN(const auto mock,
                    MockObservatory::open(interfaces, options_, sal::mock::to_sink(*publisher),
                                          context.clock()));
    for (const std::string& reason : mock->skipped()) context.message(reason);
    StopFlag& stop = context.stop_on_signals();
    mock->start();
    while (!mock->done()) {
      if (stop.wait_for(kLook)) mock->stop();
      if (stop.requested()) break;
    }
    const Status ended = mock->wait();
    summarize(context, mock->counters());
    if (!report_.empty()) {
      WEIR_TRY(io::write_file_atomically(context.files(), report_,
                                         to_json(*mock).print({.indent = 2}) + "\n"));
    }
    WEIR_TRY(ended);
    const MockCounters counters = mock->counters();
    return counters.acknowledged == counters.sent ? ExitCode::ok : ExitCode::failure;
  }

 private:
  static void summarize(Context& context, const MockCounters& counters) {
    context.message(fmt::format(
        "{} topics: {} scheduled, {} sent, {} acknowledged, {} failed, {} late, {} values",
        counters.topics, counters.scheduled, counters.sent, counters.acknowledged, counters.failed,
        counters.late, counters.values));
  }

  static Json to_json(const MockObservatory& mock) {
    const MockCounters counters = mock.counters();
    Json topics = Json::object();
    for (const sal::mock::TopicProgress& topic : mock.progress()) {
      topics.set(topic.topic, Json::object()
                                  .set("text_topic", topic.text_topic)
                                  .set("last_sent", topic.last_sent)
                                  .set("last_acknowledged", topic.last_acknowledged)
                                  .set("acknowledged", topic.acknowledged));
    }
    return Json::object()
        .set("topics", counters.topics)
        .set("scheduled", counters.scheduled)
        .set("sent", counters.sent)
        .set("acknowledged", counters.acknowledged)
        .set("failed", counters.failed)
        .set("late", counters.late)
        .set("values", counters.values)
        .set("sequences", std::move(topics));
  }

  std::vector<std::string> paths_;
  std::string brokers_;
  std::string report_;
  Duration length_{0};
  sal::mock::MockOptions options_;
};

}  // namespace

Verb sal_mock() {
  return make_verb<SalMock>(
      {.path = {"sal", "mock"},
       .summary = "Write an observatory's telemetry as instruments would",
       .description =
           "Writes every topic of the interfaces at its rate, with smooth made-up values and "
           "sequence numbers without gaps, as text to the Kafka topics <Subsystem>_command, "
           "_logevent and _telemetry. Ticks keep to an absolute schedule: what comes late is sent "
           "and counted.",
       .examples = {{"Let the example observatory talk for a minute at a tenth of its rate",
                     "weir sal mock examples/observatory --brokers localhost:9092 --rate 0.1 "
                     "--duration 1m"}}});
}

}  // namespace weir::cli::verbs

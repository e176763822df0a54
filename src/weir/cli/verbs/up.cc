#include <fmt/format.h>

#include "weir/cli/verb.h"
#include "weir/facility/facility.h"
#include "weir/io/tcp.h"
#include "weir/sal/interface_files.h"
#include "weir/web/api/api_server.h"

namespace weir::cli::verbs {
namespace {

class Up : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.option("interfaces", &interfaces_, "interface XML: files, or folders searched for it")
        .value_name("PATH")
        .required();
    options.settings()
        .add("listen", &api_.listen, "address of the query API; port 0 picks a free one")
        .value_name("HOST:PORT");
    facility_.declare(options.settings());
  }

  Result<ExitCode> run(Context& context) override {
    StopFlag& stop = context.stop_on_signals();
    WEIR_TRY(io::TcpAddress::parse(api_.listen));
    WEIR_TRY_ASSIGN(const sal::Interfaces interfaces,
                    sal::load_interfaces(context.files(), interfaces_));
    for (const sal::Problem& problem : interfaces.problems) context.message(problem.to_string());
    WEIR_TRY_ASSIGN(
        const std::unique_ptr<facility::Facility> facility,
        facility::Facility::start(facility_, interfaces, context.files(), context.clock()));
    WEIR_TRY_ASSIGN(std::unique_ptr<web::api::ApiServer> api,
                    web::api::ApiServer::start(api_, *facility, context.clock()));
    facility::Addresses addresses = facility->addresses();
    addresses.api = api->url();
    WEIR_TRY(facility::write_addresses(context.files(), facility_.data, addresses));
    greet(context, interfaces, addresses);

    stop.wait();
    context.message("stopping");
    api.reset();
    const Status stopped = facility->stop();
    WEIR_TRY(facility::remove_addresses(context.files(), facility_.data));
    WEIR_TRY(stopped);
    return ExitCode::ok;
  }

 private:
  void greet(Context& context, const sal::Interfaces& interfaces,
             const facility::Addresses& addresses) {
    context.print(fmt::format("weir is up: {} topics of {} subsystems, data in {}",
                              interfaces.topics.size(), interfaces.subsystem_count(),
                              facility_.data));
    context.print(fmt::format("  kafka     {}{}", addresses.kafka,
                              facility_.brokers.empty() ? "" : " (yours)"));
    context.print(fmt::format("  registry  {}", addresses.registry));
    context.print(fmt::format("  api       {}", addresses.api));
    context.print("Ctrl-C stops it; a restart goes on where it was.");
    context.out().flush();
  }

  std::vector<std::string> interfaces_;
  web::api::ApiOptions api_;
  facility::FacilityOptions facility_;
};

}  // namespace

Verb up() {
  return make_verb<Up>(
      {.path = {"up"},
       .summary = "Run a facility: broker, schema registry, transformer and store in one process",
       .description =
           "Instruments (or `weir sal mock`) write text to the Kafka topics <Subsystem>_command, "
           "_logevent and _telemetry. Each message becomes an Avro message with a schema id on "
           "lsst.sal.<Topic> and a row in the store, at once readable with `weir query` and `weir "
           "plot`. "
           "Everything is kept in one data folder.",
       .examples = {{"Run the example observatory", "weir up --interfaces examples/observatory"},
                    {"Use a Kafka cluster that is there",
                     "weir up --interfaces interfaces --brokers kafka-1:9092,kafka-2:9092"}},
       .log_level = LogLevel::info});
}

}  // namespace weir::cli::verbs

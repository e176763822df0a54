#include "weir/broker/handlers/counters.h"
#include "weir/broker/log/counters.h"
#include "weir/cli/help.h"
#include "weir/cli/verb.h"
#include "weir/metrics/metrics.h"

namespace weir::cli::verbs {
namespace {

std::string metrics_reference() {
  // Each room's metrics, made once so that they can be listed: one line per room.
  metrics::Registry registry;
  const broker::handlers::BrokerCounters broker(registry);
  const broker::log::LogCounters log(registry);
  return "# Metrics\n\nWritten by `weir docs metrics` from the metrics' own declarations; do not "
         "edit.\n\n" +
         registry.to_markdown();
}

class Docs : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("PAGE", &page_, "cli, config or metrics");
  }

  Result<ExitCode> run(Context& context) override {
    if (page_ == "cli") {
      context.out().write(cli_reference(context.verbs()));
    } else if (page_ == "config") {
      context.out().write(config_reference(context.verbs()));
    } else if (page_ == "metrics") {
      context.out().write(metrics_reference());
    } else {
      return Error(ErrorCode::not_found,
                   "there is no page '" + page_ + "'; use cli, config or metrics");
    }
    return ExitCode::ok;
  }

 private:
  std::string page_;
};

}  // namespace

Verb docs() {
  return make_verb<Docs>(
      {.path = {"docs"},
       .summary = "Print a page of the reference as Markdown",
       .examples = {{"Renew a page after adding a verb", "weir docs cli > docs/reference/cli.md"}},
       .visibility = Visibility::hidden});
}

}  // namespace weir::cli::verbs

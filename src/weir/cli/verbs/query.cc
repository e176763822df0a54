#include "weir/cli/verb.h"
#include "weir/cli/verbs/query_options.h"
#include "weir/web/api/query_source.h"

namespace weir::cli::verbs {
namespace {

class Query : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.option("topic", &topic_, "the topic to read").value_name("T").required();
    options.option("fields", &fields_, "only these fields; all without it").value_name("A,B");
    range_.declare(options);
    target_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(store::Query query, range_.query(topic_, context.clock().now()));
    query.fields = fields_;
    WEIR_TRY_ASSIGN(const auto source,
                    web::api::QuerySource::open(target_.target(), context.files()));
    WEIR_TRY(print_rows(context, *source, query));
    return ExitCode::ok;
  }

 private:
  std::string topic_;
  std::vector<std::string> fields_;
  RangeOptions range_;
  TargetOptions target_;
};

}  // namespace

Verb query() {
  return make_verb<Query>(
      {.path = {"query"},
       .summary = "Print stored telemetry",
       .description =
           "Reads from the `weir up` that runs on the data folder, rows not yet written included, "
           "or "
           "from the store itself when none runs. Rows are ordered by time. Times are UTC: "
           "2026-11-22T15:01:46Z, 2026-11-22, now, or a time ago as -15m.",
       .examples = {{"Two fields of the last quarter of an hour, as a table",
                     "weir query --topic lsst.sal.Mount_position --fields azimuth,elevation --from "
                     "-15m -o table"},
                    {"Everything of one night, for a spreadsheet",
                     "weir query --topic lsst.sal.Weather_wind --from 2026-11-21T18:00 --to "
                     "2026-11-22T06:00 -o csv"}}});
}

}  // namespace weir::cli::verbs

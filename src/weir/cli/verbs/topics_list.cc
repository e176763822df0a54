#include "weir/cli/verb.h"
#include "weir/cli/verbs/query_options.h"

namespace weir::cli::verbs {
namespace {

class TopicsList : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    target_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
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
    return ExitCode::ok;
  }

 private:
  TargetOptions target_;
};

}  // namespace

Verb topics_list() {
  return make_verb<TopicsList>(
      {.path = {"topics", "list"},
       .summary = "List the topics in the store",
       .examples = {{"All topics with their number of rows", "weir topics list"},
                    {"Their names alone, for a script", "weir topics list -o name"}}});
}

}  // namespace weir::cli::verbs

#include "weir/cli/verb.h"
#include "weir/cli/verbs/query_options.h"

namespace weir::cli::verbs {
namespace {

class TopicsDescribe : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &topic_, "the topic to describe");
    target_.declare(options);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
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
    return ExitCode::ok;
  }

 private:
  std::string topic_;
  TargetOptions target_;
};

}  // namespace

Verb topics_describe() {
  return make_verb<TopicsDescribe>(
      {.path = {"topics", "describe"},
       .summary = "Show a topic's fields with their types and units",
       .examples = {{"What a topic holds", "weir topics describe lsst.sal.Mount_position"}}});
}

}  // namespace weir::cli::verbs

#include <fmt/format.h>

#include <map>

#include "weir/base/json.h"
#include "weir/cli/verb.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface_files.h"

namespace weir::cli::verbs {
namespace {

using KindCounts = std::map<sal::TopicKind, int64_t>;

Json json_counts(KindCounts counts) {
  return Json::object()
      .set("commands", counts[sal::TopicKind::command])
      .set("events", counts[sal::TopicKind::event])
      .set("telemetry", counts[sal::TopicKind::telemetry]);
}

Json to_json(const sal::Problem& problem) {
  return Json::object()
      .set("file", problem.place.file)
      .set("line", problem.place.line)
      .set("topic", problem.topic)
      .set("effect", sal::to_string(problem.effect))
      .set("reason", problem.reason);
}

// A schema is derived from its inputs and can be made again, so it is written without a sync.
Status write_schema(io::FileSystem& files, const std::string& path, const std::string& text) {
  WEIR_TRY_ASSIGN(const auto file, files.open(path, io::OpenMode::truncate));
  return file->write_at(0, BytesView(text));
}

class SalConvert : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("PATH", &paths_, "interface XML files, or folders searched for them");
    options.option("out", &out_, "folder for the schemas, one <Topic>.json each")
        .value_name("DIR")
        .required();
    options.option("profile", &profile_, "how topics become schemas").one_of({"sqr-029"});
    options.option("report", &report_, "write a JSON report to this file").value_name("FILE");
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(const sal::Profile profile, sal::parse_profile(profile_));
    WEIR_TRY_ASSIGN(interfaces_, sal::load_interfaces(context.files(), paths_));
    WEIR_TRY(context.files().make_directories(out_));
    for (const sal::Topic& topic : interfaces_.topics) {
      WEIR_TRY(convert(context.files(), topic, profile));
    }
    print_rows(context);
    for (const sal::Problem& problem : interfaces_.problems) {
      context.message(fmt::format("{} ({})", problem.to_string(), sal::to_string(problem.effect)));
    }
    context.message(closing_line());
    if (!report_.empty()) {
      WEIR_TRY(io::write_file_atomically(context.files(), report_,
                                         report().print({.indent = 2}) + "\n"));
    }
    return converted_ > 0 ? ExitCode::ok : ExitCode::failure;
  }

 private:
  Status convert(io::FileSystem& files, const sal::Topic& topic, sal::Profile profile) {
    const Result<Json> schema = sal::to_avro(topic, profile);
    if (!schema) {
      interfaces_.problems.push_back(
          {topic.place, topic.name, schema.error().message(), sal::ProblemEffect::topic_skipped});
      return {};
    }
    WEIR_TRY(write_schema(files, out_ + "/" + topic.name + ".json",
                          schema->print({.indent = 2, .sort_keys = true, .ascii = true})));
    ++converted_;
    ++kinds_[topic.kind];
    ++subsystems_[std::string(topic.effective_subsystem())][topic.kind];
    return {};
  }

  void print_rows(Context& context) {
    RowWriter rows = context.rows({{"subsystem"}, {"commands"}, {"events"}, {"telemetry"}});
    for (auto& [name, counts] : subsystems_) {
      rows.add({name, counts[sal::TopicKind::command], counts[sal::TopicKind::event],
                counts[sal::TopicKind::telemetry]});
    }
    rows.finish();
  }

  std::string closing_line() {
    return fmt::format(
        "{} files, {} topics ({} commands, {} events, {} telemetry) of {} subsystems, "
        "{} problems; schemas in {}",
        interfaces_.files, converted_, kinds_[sal::TopicKind::command],
        kinds_[sal::TopicKind::event], kinds_[sal::TopicKind::telemetry], subsystems_.size(),
        interfaces_.problems.size(), out_);
  }

  Json report() {
    Json subsystems = Json::object();
    for (const auto& [name, counts] : subsystems_) subsystems.set(name, json_counts(counts));
    Json problems = Json::array();
    for (const sal::Problem& problem : interfaces_.problems) problems.push_back(to_json(problem));
    return Json::object()
        .set("profile", profile_)
        .set("files", interfaces_.files)
        .set("topics", converted_)
        .set("kinds", json_counts(kinds_))
        .set("subsystems", std::move(subsystems))
        .set("problems", std::move(problems));
  }

  std::vector<std::string> paths_;
  std::string out_;
  std::string profile_ = "sqr-029";
  std::string report_;

  sal::Interfaces interfaces_;
  int64_t converted_ = 0;
  KindCounts kinds_;
  std::map<std::string, KindCounts> subsystems_;
};

}  // namespace

Verb sal_convert() {
  return make_verb<SalConvert>(
      {.path = {"sal", "convert"},
       .summary = "Turn interface XML into Avro schemas",
       .description =
           "Reads the XML in which an observatory declares its commands, events and "
           "telemetry, and writes one Avro schema per topic. What is broken is named with "
           "file, line and reason, and the rest is converted.",
       .examples = {{"Convert the example observatory",
                     "weir sal convert examples/observatory --out schemas"},
                    {"Keep what was wrong for later",
                     "weir sal convert interfaces --out schemas --report convert.json"}}});
}

}  // namespace weir::cli::verbs

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "weir/base/json.h"
#include "weir/cli/text.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/sal_options.h"

namespace weir::cli::verbs {
namespace {

using KindCounts = std::map<sal::TopicKind, int64_t>;

Json json_counts(KindCounts counts) {
  return Json::object()
      .set("commands", counts[sal::TopicKind::command])
      .set("events", counts[sal::TopicKind::event])
      .set("telemetry", counts[sal::TopicKind::telemetry])
      .set("acknowledgements", counts[sal::TopicKind::acknowledgement]);
}

Json to_json(const std::vector<sal::Problem>& problems) {
  Json list = Json::array();
  for (const sal::Problem& problem : problems) {
    list.push_back(Json::object()
                       .set("file", problem.place.file)
                       .set("line", problem.place.line)
                       .set("topic", problem.topic)
                       .set("effect", sal::to_string(problem.effect))
                       .set("reason", problem.reason));
  }
  return list;
}

void sort_by_place(std::vector<sal::Problem>& problems) {
  const auto place = [](const sal::Problem& problem) {
    return std::tie(problem.place.file, problem.place.line);
  };
  std::stable_sort(
      problems.begin(), problems.end(),
      [&](const sal::Problem& a, const sal::Problem& b) { return place(a) < place(b); });
}

// A schema is derived from its inputs and can be made again, so it is written without a sync.
Status write_schema(io::FileSystem& files, const std::string& path, const std::string& text) {
  WEIR_TRY_ASSIGN(const auto file, files.open(path, io::OpenMode::truncate));
  return file->write_at(0, BytesView(text));
}

class SalConvert : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    sal_.declare(options);
    options.option("out", &out_, "folder for the schemas, one file each").value_name("DIR");
    options.option("print", &print_,
                   "write the schemas to standard output, the table to standard "
                   "error");
    options.option("strict", &strict_, "exit with 1 when anything was rejected");
    options.option("report", &report_, "write a JSON report to this file").value_name("FILE");
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(interfaces_, sal_.load(context));
    if (!out_.empty()) WEIR_TRY(make_out_folder(context.files()));
    for (const sal::Topic& topic : interfaces_.topics) WEIR_TRY(convert(context, topic));
    tidy_problems();
    print_rows(context);
    print_problems(context);
    if (!report_.empty()) {
      WEIR_TRY(io::write_file_atomically(context.files(), report_,
                                         report().print({.indent = 2}) + "\n"));
    }
    const bool rejected = strict_ && !interfaces_.problems.empty();
    return converted_ > 0 && !rejected ? ExitCode::ok : ExitCode::failure;
  }

 private:
  Status make_out_folder(io::FileSystem& files) {
    const Status made = files.make_directories(out_);
    if (made) return {};
    return Error(ErrorCode::invalid_argument, fmt::format("--out: {}", made.error().message()));
  }

  Status convert(Context& context, const sal::Topic& topic) {
    const Result<Json> schema = sal::to_avro(topic, sal_.profile());
    if (!schema) {
      interfaces_.problems.push_back(
          {topic.place, topic.name, schema.error().message(), sal::ProblemEffect::topic_skipped});
      return {};
    }
    const std::string text = sal::print_schema(*schema, sal_.profile());
    if (print_) context.out().write(text.ends_with('\n') ? text : text + "\n");
    if (!out_.empty()) {
      const std::string path = out_ + "/" + sal::schema_file(topic, sal_.profile());
      WEIR_TRY(write_schema(context.files(), path, text));
    }
    ++converted_;
    ++kinds_[topic.kind];
    ++subsystems_[std::string(topic.effective_subsystem())][topic.kind];
    return {};
  }

  // One message for each topic that was rejected: what was odd about it besides does not matter.
  void tidy_problems() {
    std::set<std::string_view> rejected;
    for (const sal::Problem& problem : interfaces_.problems) {
      if (problem.effect == sal::ProblemEffect::topic_skipped) rejected.insert(problem.topic);
    }
    rejected.erase("");
    std::erase_if(interfaces_.warnings,
                  [&](const sal::Problem& warning) { return rejected.contains(warning.topic); });
    sort_by_place(interfaces_.problems);
    sort_by_place(interfaces_.warnings);
  }

  void print_rows(Context& context) {
    std::vector<Column> columns = {
        {"subsystem"}, {"commands"}, {"events"}, {"telemetry"}, {"acks"}};
    if (print_) context.out().flush();
    RowWriter rows = print_ ? RowWriter(context.err(), std::move(columns), context.row_style())
                            : context.rows(std::move(columns));
    for (auto& [name, counts] : subsystems_) {
      rows.add({name, counts[sal::TopicKind::command], counts[sal::TopicKind::event],
                counts[sal::TopicKind::telemetry], counts[sal::TopicKind::acknowledgement]});
    }
    rows.finish();
  }

  void print_problems(Context& context) {
    for (const auto* problems : {&interfaces_.warnings, &interfaces_.problems}) {
      for (const sal::Problem& problem : *problems) {
        context.message(
            fmt::format("{} ({})", problem.to_string(), sal::to_string(problem.effect)));
      }
    }
    context.message(counts_line());
    context.message(outcome_line());
  }

  std::string counts_line() {
    std::string line =
        fmt::format("{}, {} of {}: {}, {}, {} telemetry", counted(interfaces_.files, "file"),
                    counted(converted_, "topic"), counted(subsystems_.size(), "subsystem"),
                    counted(static_cast<size_t>(kinds_[sal::TopicKind::command]), "command"),
                    counted(static_cast<size_t>(kinds_[sal::TopicKind::event]), "event"),
                    kinds_[sal::TopicKind::telemetry]);
    if (const int64_t acks = kinds_[sal::TopicKind::acknowledgement]; acks > 0) {
      line += ", " + counted(static_cast<size_t>(acks), "acknowledgement");
    }
    return line;
  }

  std::string outcome_line() {
    const std::string found =
        fmt::format("{}, {} rejected", counted(interfaces_.warnings.size(), "warning"),
                    interfaces_.problems.size());
    if (!out_.empty()) return fmt::format("{}; schemas in {}", found, out_);
    if (print_) return found;
    return found + "; nothing written: --out DIR writes the schemas, --print shows them";
  }

  Json report() {
    Json subsystems = Json::object();
    for (const auto& [name, counts] : subsystems_) subsystems.set(name, json_counts(counts));
    return Json::object()
        .set("profile", sal::to_string(sal_.profile()))
        .set("files", interfaces_.files)
        .set("topics", converted_)
        .set("kinds", json_counts(kinds_))
        .set("subsystems", std::move(subsystems))
        .set("rejected", to_json(interfaces_.problems))
        .set("warnings", to_json(interfaces_.warnings));
  }

  SalOptions sal_;
  std::string out_;
  bool print_ = false;
  bool strict_ = false;
  std::string report_;

  sal::Interfaces interfaces_;
  size_t converted_ = 0;
  KindCounts kinds_;
  std::map<std::string, KindCounts> subsystems_;
};

}  // namespace

Verb sal_convert() {
  return make_verb<SalConvert>(
      {.path = {"sal", "convert"},
       .summary = "Turn interface XML into Avro schemas",
       .description =
           "Reads the XML in which an observatory declares its commands, events and telemetry, of "
           "any release, and makes one Avro schema per topic. What is broken is rejected with "
           "file, "
           "line and reason, what is only odd gets a warning, and the rest is converted. Without "
           "--out and --print nothing is written: the table and the messages are a check.\n\n"
           "The profile sal-kafka names files <topic on Kafka>.avsc, gives each subsystem its "
           "generic topics, and makes schemas that can evolve; sqr-029 names files <Topic>.json "
           "and "
           "reproduces those of the technote SQR-029.",
       .examples = {{"Check the example observatory", "weir sal convert examples/observatory"},
                    {"Write its schemas", "weir sal convert examples/observatory --out schemas"},
                    {"Look at one of them",
                     "weir sal convert examples/observatory --print --topic 'Dome_azimuth$'"},
                    {"In a build: fail when anything is rejected, and keep what was wrong",
                     "weir sal convert interfaces --out schemas --strict --report convert.json"}}});
}

}  // namespace weir::cli::verbs

#include "weir/demo/run.h"

#include <fmt/format.h>

#include "weir/cli/verb.h"
#include "weir/io/file_system.h"
#include "weir/sal/interface_files.h"

namespace weir::cli::verbs {
namespace {

constexpr double kSecondsBetweenLines = 5;

// Draws a block of lines over the one before.
class Screen {
 public:
  Screen(Context& context, bool drawing) : context_(context), drawing_(drawing) {}

  bool drawing() const { return drawing_; }

  void draw(const std::vector<std::string>& lines) {
    std::string text = drawn_ > 0 ? fmt::format("\033[{}A", drawn_) : "";
    for (const std::string& line : lines) text += "\r\033[K" + line + "\n";
    context_.out().write(text);
    context_.out().flush();
    drawn_ = lines.size();
  }

 private:
  Context& context_;
  const bool drawing_;
  size_t drawn_ = 0;
};

class Demo : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.option("interfaces", &interfaces_, "interface XML: files, or folders searched for it")
        .value_name("DIR");
    options.option("rate", &run_.rate, "how many times the real rates of 1, 10 and 100 Hz")
        .value_name("FACTOR")
        .bounds(1e-6, 1000);
    options.option("duration", &run_.duration, "how long the mock observatory runs")
        .value_name("SECONDS");
    options
        .option("brokers", &run_.brokers, "use this Kafka cluster instead of the embedded broker")
        .value_name("HOST:PORT,…");
    options
        .option("data", &run_.data, "keep the data here; a temporary folder, made anew, without it")
        .value_name("DIR");
    options.option("report", &report_, "write the report as JSON to this file").value_name("FILE");
    options.option("seed", &run_.seed, "of the mock's values");
    options.option("no-tty", &no_tty_, "no live view: a line every few seconds");
  }

  Result<ExitCode> run(Context& context) override {
    StopFlag& stop = context.stop_on_signals();
    if (interfaces_.empty()) interfaces_ = {"examples/observatory"};
    WEIR_TRY_ASSIGN(const sal::Interfaces interfaces,
                    sal::load_interfaces(context.files(), interfaces_));
    for (const sal::Problem& problem : interfaces.problems) context.message(problem.to_string());
    if (run_.duration <= Duration(0)) {
      return Error(ErrorCode::invalid_argument, "--duration: give a span above zero");
    }
    if (!report_.empty()) WEIR_TRY(io::write_file_atomically(context.files(), report_, "{}\n"));
    WEIR_TRY(prepare_data(context));
    run_.interfaces = interfaces_;
    context.print(fmt::format(
        "mock observatory: {} topics of {} subsystems at {} times their rates for {:.0f} s",
        interfaces.topics.size(), interfaces.subsystem_count(), run_.rate, seconds()));

    Screen screen(context, context.out().is_terminal() && !no_tty_);
    demo::LiveView view(seconds());
    double next_line = 0;
    const demo::RunHooks hooks{.stage =
                                   [&](const std::string& what) {
                                     if (!screen.drawing()) context.print(what);
                                   },
                               .sample =
                                   [&](const demo::Sample& sample) {
                                     view.add(sample);
                                     if (screen.drawing())
                                       return screen.draw(view.block(style(context)));
                                     if (sample.seconds < next_line) return;
                                     next_line = sample.seconds + kSecondsBetweenLines;
                                     context.print(view.line());
                                   },
                               .stop = [&] { return stop.requested(); }};
    WEIR_TRY_ASSIGN(const demo::Report report,
                    demo::run(run_, interfaces, hooks, context.files(), context.clock()));

    context.print("");
    context.out().write(demo::summary(report));
    if (!report_.empty()) {
      WEIR_TRY(io::write_file_atomically(context.files(), report_,
                                         to_json(report).print({.indent = 2}) + "\n"));
    }
    suggest(context, interfaces);
    return report.holds() ? ExitCode::ok : ExitCode::failure;
  }

 private:
  double seconds() const { return std::chrono::duration<double>(run_.duration).count(); }

  static demo::ViewStyle style(Context& context) {
    return {.width = context.width(), .unicode = context.unicode(), .colour = context.colour()};
  }

  // Without --data every demo starts in the same temporary folder, so that they do not pile up.
  Status prepare_data(Context& context) {
    if (!run_.data.empty()) return {};
    const auto tmp = context.environment().find("TMPDIR");
    run_.data = (tmp == context.environment().end() ? "/tmp" : tmp->second) + "/weir-demo";
    if (context.files().exists(run_.data + "/FORMAT")) {
      const auto lock = context.files().lock(run_.data + "/lock");
      if (!lock) {
        return Error(ErrorCode::already_exists,
                     "another demo runs in " + run_.data +
                         "; wait for it, or name another folder with --data");
      }
      WEIR_TRY(context.files().remove_all(run_.data));
    }
    if (context.files().exists(run_.data + ".log"))
      WEIR_TRY(context.files().remove(run_.data + ".log"));
    return {};
  }

  void suggest(Context& context, const sal::Interfaces& interfaces) {
    const auto telemetry = [&]() -> const sal::Topic* {
      for (const sal::Topic& topic : interfaces.topics) {
        if (topic.kind != sal::TopicKind::telemetry) continue;
        for (const sal::Item& item : topic.items) {
          if (item.type == sal::ItemType::float64 && item.count == 1) return &topic;
        }
      }
      return nullptr;
    }();
    context.print("\ntry next:");
    context.print(fmt::format("  weir topics list --data {} -o table", run_.data));
    if (telemetry != nullptr) {
      std::string field;
      for (const sal::Item& item : telemetry->items) {
        if (field.empty() && item.type == sal::ItemType::float64 && item.count == 1)
          field = item.name;
      }
      context.print(
          fmt::format("  weir plot lsst.sal.{} {} --data {}", telemetry->name, field, run_.data));
      context.print(
          fmt::format("  weir query --topic lsst.sal.{} --fields {} --last 5 --data {} -o table",
                      telemetry->name, field, run_.data));
    }
    context.print(
        "  weir up --interfaces examples/observatory      # and write to it with any Kafka client");
  }

  std::vector<std::string> interfaces_;
  demo::RunOptions run_;
  std::string report_;
  bool no_tty_ = false;
};

}  // namespace

Verb demo() {
  return make_verb<Demo>(
      {.path = {"demo"},
       .summary = "Run a mock observatory through the whole way and prove that nothing is lost",
       .description =
           "A mock observatory writes the text that instruments write; weir turns it into Avro on "
           "Kafka "
           "and stores it; at the end every sequence number sent is looked for in the store.",
       .examples = {{"Twenty seconds of the example observatory", "weir demo"},
                    {"A real observatory's interfaces at a tenth of their rates, for a minute",
                     "weir demo --interfaces ts_xml/sal_interfaces --rate 0.1 --duration 60 "
                     "--report demo.json"}}});
}

}  // namespace weir::cli::verbs

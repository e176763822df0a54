#include "weir/cli/program.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "weir/cli/completion.h"
#include "weir/cli/help.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/string_output.h"
#include "weir/testing/temp_folder.h"

namespace weir::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A verb with one of each kind of option; it prints what it got.
class Show : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &topic_, "what to show");
    options.positional("FIELD", &fields_, "fields of it", Need::optional);
    options.option("from", &from_, "since when").letter('f').value_name("TIME");
    options.option("only", &only_, "several words");
    options.option("loud", &loud_, "shout");
    options.settings().add("show.limit", &limit_, "at most so many").bounds(1, 100);
    options.lists_rows();
  }

  Result<ExitCode> run(Context& context) override {
    if (topic_ == "missing") return Error(ErrorCode::not_found, "there is no topic 'missing'");
    if (topic_ == "away") return Error(ErrorCode::timeout, "no answer");
    if (topic_ == "interrupted") return ExitCode::interrupted;
    RowWriter rows = context.rows({{"topic"}, {"fields"}, {"from"}, {"only"}, {"loud"}, {"limit"}});
    rows.add({topic_, static_cast<int64_t>(fields_.size()), from_,
              static_cast<int64_t>(only_.size()), loud_, int64_t{limit_}});
    rows.finish();
    return ExitCode::ok;
  }

 private:
  std::string topic_, from_ = "-1h";
  std::vector<std::string> fields_, only_;
  bool loud_ = false;
  int32_t limit_ = 10;
};

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    verbs.push_back(make_verb<Show>({.path = {"topics", "show"},
                                     .summary = "Show a topic",
                                     .description = "Shows it.",
                                     .examples = {{"Show one", "weir topics show a"}}}));
    verbs.push_back(make_verb<Show>({.path = {"topics", "list"}, .summary = "List topics"}));
    verbs.push_back(make_verb<Show>(
        {.path = {"secret"}, .summary = "Hidden", .visibility = Visibility::hidden}));
  }

  int run(const std::vector<std::string>& words) {
    testing::StringOutput out, err;
    const int code = run_on(out, err, words);
    printed = out.text();
    said = err.text();
    return code;
  }

  int run_on(io::Output& out, io::Output& err, const std::vector<std::string>& words) {
    StopFlag stop;
    World world{out, err, io::real_file_system(), clock, environment, stop, verbs};
    return static_cast<int>(run_program(world, words));
  }

  testing::ManualClock clock;
  config::Environment environment;
  std::vector<Verb> verbs;
  std::string printed, said;
};

TEST_F(ProgramTest, HandsOptionsAndArgumentsToTheVerb) {
  EXPECT_EQ(run({"topics", "show", "t", "a", "b", "--from", "-15m", "--only", "x,y", "--only", "z",
                 "--loud"}),
            0);
  EXPECT_EQ(printed,
            "{\"topic\": \"t\", \"fields\": 2, \"from\": \"-15m\", \"only\": 3, \"loud\": true, "
            "\"limit\": 10}\n");
  EXPECT_EQ(said, "");
  EXPECT_EQ(run({"topics", "show", "-fnow", "--", "-t"}), 0);
  EXPECT_THAT(printed, StartsWith("{\"topic\": \"-t\""));
  EXPECT_EQ(run({"topics", "show", "t", "--from", "1", "--from", "2"}), 0);
  EXPECT_THAT(printed, HasSubstr("\"from\": \"2\""));
}

TEST_F(ProgramTest, PrintsRowsAsAskedAndTablesOnTerminals) {
  EXPECT_EQ(run({"topics", "show", "t", "-o", "name"}), 0);
  EXPECT_EQ(printed, "t\n");
  EXPECT_EQ(run({"topics", "show", "t", "-o", "csv", "--no-headers"}), 0);
  EXPECT_EQ(printed, "t,0,-1h,0,false,10\r\n");
  testing::StringOutput terminal(80), err;
  EXPECT_EQ(run_on(terminal, err, {"topics", "show", "t"}), 0);
  EXPECT_THAT(terminal.text(), StartsWith("\x1b[1mtopic  fields  from"));
  environment["NO_COLOR"] = "1";
  testing::StringOutput plain(80);
  EXPECT_EQ(run_on(plain, err, {"topics", "show", "t"}), 0);
  EXPECT_THAT(plain.text(), StartsWith("topic  fields  from"));
}

TEST_F(ProgramTest, ReadsSettingsFromFileEnvironmentAndFlag) {
  const testing::TempFolder folder;
  const std::string path = folder.path() + "/weir.yaml";
  ASSERT_TRUE(io::write_file_atomically(io::real_file_system(), path, "show:\n  limit: 20\n"));
  EXPECT_EQ(run({"topics", "show", "t", "--config", path}), 0);
  EXPECT_THAT(printed, HasSubstr("\"limit\": 20"));
  environment["WEIR_SHOW_LIMIT"] = "30";
  EXPECT_EQ(run({"topics", "show", "t", "--config", path}), 0);
  EXPECT_THAT(printed, HasSubstr("\"limit\": 30"));
  EXPECT_EQ(run({"topics", "show", "t", "--config", path, "--show-limit", "40"}), 0);
  EXPECT_THAT(printed, HasSubstr("\"limit\": 40"));
  EXPECT_EQ(run({"topics", "show", "t", "--config", folder.path() + "/none.yaml"}), 3);
  environment["WEIR_SHOW_LIMIT"] = "0";
  EXPECT_EQ(run({"topics", "show", "t"}), 2);
  EXPECT_THAT(said, HasSubstr("environment variable WEIR_SHOW_LIMIT: show.limit: 0 is out of "
                              "range; it takes 1 to 100"));
}

TEST_F(ProgramTest, SaysWhatIsWrongWithTheCommandLine) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"topics", "show"}, "weir: TOPIC is missing\nTry 'weir topics show --help'.\n"},
      {{"topics", "shwo"},
       "weir: unknown verb 'topics shwo'; did you mean 'show'?\nTry 'weir topics --help'.\n"},
      {{"topcis"}, "weir: unknown verb 'topcis'; did you mean 'topics'?\nTry 'weir --help'.\n"},
      {{"topics", "show", "t", "--form", "x"},
       "weir: unknown option '--form'; did you mean '--from'?\nTry 'weir topics show --help'.\n"},
      {{"topics", "show", "t", "-x"},
       "weir: unknown option '-x'\nTry 'weir topics show --help'.\n"},
      {{"topics", "show", "t", "-o", "xml"},
       "weir: --output: 'xml' is not one of table, json, jsonl, csv, name\nTry 'weir topics show "
       "--help'.\n"},
      {{"topics", "show", "t", "--show-limit", "101"},
       "weir: --show-limit: 101 is out of range; it takes 1 to 100\nTry 'weir topics show "
       "--help'.\n"},
  };
  for (const auto& [words, message] : cases) {
    EXPECT_EQ(run(words), 2) << message;
    EXPECT_EQ(said, message);
    EXPECT_EQ(printed, "");
  }
}

TEST_F(ProgramTest, TurnsErrorsIntoExitCodes) {
  EXPECT_EQ(run({"topics", "show", "missing"}), 3);
  EXPECT_EQ(said, "weir: there is no topic 'missing'\n");
  EXPECT_EQ(run({"topics", "show", "away"}), 5);
  EXPECT_EQ(run({"topics", "show", "interrupted"}), 130);
  EXPECT_EQ(exit_code(ErrorCode::already_exists), ExitCode::refused);
  EXPECT_EQ(exit_code(ErrorCode::refused), ExitCode::refused);
  EXPECT_EQ(exit_code(ErrorCode::corrupt), ExitCode::failure);
}

TEST_F(ProgramTest, ExplainsItselfEverywhere) {
  EXPECT_EQ(run({}), 0);
  EXPECT_THAT(printed, HasSubstr("  topics list  List topics\n  topics show  Show a topic\n"));
  EXPECT_THAT(printed, Not(HasSubstr("secret")));
  EXPECT_EQ(run({"topics", "--help"}), 0);
  EXPECT_THAT(printed, StartsWith("Usage: weir topics VERB"));
  EXPECT_EQ(run({"topics"}), 2);
  EXPECT_THAT(said, StartsWith("Usage: weir topics VERB"));
  EXPECT_EQ(run({"topics", "show", "--nonsense", "--help"}), 0);
  EXPECT_THAT(
      printed,
      StartsWith(
          "Show a topic\n\nUsage: weir topics show [OPTIONS] TOPIC [FIELD...]\n\nShows it.\n"));
  EXPECT_THAT(printed, HasSubstr("  -f, --from TIME        since when (default: -1h)\n"));
  EXPECT_THAT(printed, EndsWith("\nExample:\n  # Show one\n  weir topics show a\n"));
  const std::string help = printed;
  EXPECT_EQ(run({"help", "topics", "show"}), 0);
  EXPECT_EQ(printed, help);
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(printed, "weir " + version() + "\n");
}

TEST_F(ProgramTest, WritesItsReference) {
  const std::string page = cli_reference(verbs);
  EXPECT_THAT(page, HasSubstr("\n## weir topics show\n\n```text\nShow a topic\n"));
  EXPECT_THAT(page, Not(HasSubstr("secret")));
  EXPECT_THAT(config_reference(verbs),
              HasSubstr("| `show.limit` | `--show-limit` | `WEIR_SHOW_LIMIT` | `10` | 1 to 100 |"));
}

TEST_F(ProgramTest, CompletesItsVerbs) {
  EXPECT_THAT(bash_completion(verbs), HasSubstr("    'topics') choices='list show' ;;\n"));
  EXPECT_THAT(bash_completion(verbs),
              HasSubstr("|'topics show:-o') choices='table json jsonl csv name' ;;"));
  EXPECT_THAT(zsh_completion(verbs), StartsWith("#compdef weir\n"));
  EXPECT_THAT(
      fish_completion(verbs),
      HasSubstr("complete -c weir -f -n '__weir_exactly_at topics' -a show -d 'Show a topic'\n"));
  EXPECT_THAT(fish_completion(verbs), Not(HasSubstr("secret")));
}

TEST(StopFlag, WakesWhoWaits) {
  StopFlag stop;
  EXPECT_FALSE(stop.wait_for(std::chrono::milliseconds(1)));
  std::thread thread([&] { stop.request(); });
  stop.wait();
  thread.join();
  EXPECT_TRUE(stop.wait_for(std::chrono::hours(1)));
}

}  // namespace
}  // namespace weir::cli

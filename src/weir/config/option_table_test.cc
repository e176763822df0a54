#include "weir/config/option_table.h"

#include <gmock/gmock.h>

#include "weir/testing/matchers.h"

namespace weir::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Options {
  uint16_t port = 9092;
  std::string data = "data";
  std::string password;
  bool verify = true;
  double share = 0.5;
  int64_t bytes = 1 << 20;
  std::chrono::milliseconds flush = std::chrono::seconds(2);
  std::vector<std::string> topics;

  void declare(OptionTable& table) {
    table.add("broker.port", &port, "TCP port; 0 picks a free one").live();
    table.add("data", &data, "folder").required().value_name("DIR");
    table.add("broker.password", &password, "what | opens it").secret();
    table.add("verify", &verify, "whether to verify");
    table.add("share", &share, "a share").bounds(0, 1);
    table.add("bytes", &bytes, "bytes").bounds(1, 1e18);
    table.add("flush_interval_ms", &flush, "between flushes");
    table.add("topics", &topics, "topics");
  }
};

class OptionTableTest : public ::testing::Test {
 protected:
  OptionTableTest() { options.declare(table); }

  std::string problem_of(std::string_view yaml) {
    const Status status = table.load_yaml(yaml, "weir.yaml");
    return status ? "" : status.error().message();
  }

  Options options;
  OptionTable table;
};

TEST_F(OptionTableTest, ReadsNestedAndDottedNamesFromYaml) {
  ASSERT_OK(
      table.load_yaml("broker:\n  port: 0\nbroker.password: 'a b'\nverify: false\nshare: 0.25\n"
                      "bytes: 9007199254740993\nflush_interval_ms: 250ms\ntopics: [a, b]\n",
                      "weir.yaml"));
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.password, "a b");
  EXPECT_FALSE(options.verify);
  EXPECT_EQ(options.share, 0.25);
  EXPECT_EQ(options.bytes, 9007199254740993);
  EXPECT_EQ(options.flush, std::chrono::milliseconds(250));
  EXPECT_THAT(options.topics, ElementsAre("a", "b"));
}

TEST_F(OptionTableTest, NamesLineAndNearestNameOfWhatItDoesNotKnow) {
  EXPECT_EQ(problem_of("data: x\nbroker:\n  prot: 1\n"),
            "weir.yaml:3: there is no setting 'broker.prot'; did you mean 'broker.port'?");
}

TEST_F(OptionTableTest, NamesLineAndReasonOfABadValue) {
  EXPECT_EQ(problem_of("data: x\nbroker.port: 70000\n"),
            "weir.yaml:2: broker.port: 70000 is out of range; it takes 0 to 65535");
  EXPECT_EQ(problem_of("broker.port: -1"), "weir.yaml:1: broker.port: '-1' is no whole number");
  EXPECT_EQ(problem_of("share: 1.5"), "weir.yaml:1: share: 1.5 is out of range; it takes 0 to 1");
  EXPECT_EQ(problem_of("share: nan"), "weir.yaml:1: share: 'nan' is no number");
  EXPECT_EQ(problem_of("verify: yes"), "weir.yaml:1: verify: 'yes' is neither true nor false");
  EXPECT_EQ(problem_of("data: [a, b]"), "weir.yaml:1: data: takes one value");
  EXPECT_EQ(problem_of("flush_interval_ms: 5us"),
            "weir.yaml:1: flush_interval_ms: '5us' is too fine; it is kept in steps of 1ms");
  EXPECT_EQ(options.port, 9092) << "a refused value must not be taken";
}

TEST_F(OptionTableTest, RefusesMalformedYamlWithItsLine) {
  EXPECT_THAT(problem_of("data: x\nbroker: [1\n"), HasSubstr("weir.yaml:3: "));
  EXPECT_THAT(problem_of("- a\n"), HasSubstr("weir.yaml:1: must hold 'name: value' lines"));
  EXPECT_THAT(problem_of("data: a\ndata: b\n"), HasSubstr("weir.yaml:2: 'data' is given twice"));
  EXPECT_THAT(problem_of("broker: {port: 1}\nbroker.port: 2\n"),
              HasSubstr("weir.yaml:2: 'broker.port' is given twice"));
  EXPECT_EQ(problem_of(""), "");
}

TEST_F(OptionTableTest, PrefersFlagsToEnvironmentToFileWhateverComesFirst) {
  Option& port = *table.find("broker.port");
  ASSERT_OK(port.set({"3"}, Source::flag));
  ASSERT_OK(table.load_environment(
      {{"WEIR_BROKER_PORT", "2"}, {"WEIR_DATA", "/env"}, {"WEIR_ELSE", "x"}}));
  ASSERT_OK(table.load_yaml("broker.port: 1\ndata: /file\nshare: 1\n", "weir.yaml"));
  EXPECT_EQ(options.port, 3);
  EXPECT_EQ(options.data, "/env");
  EXPECT_EQ(options.share, 1);
  EXPECT_EQ(port.source(), Source::flag);
}

TEST_F(OptionTableTest, NamesTheVariableOfABadValue) {
  const Status status = table.load_environment({{"WEIR_SHARE", "x"}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message(), "environment variable WEIR_SHARE: share: 'x' is no number");
}

TEST_F(OptionTableTest, RequiresWhatIsRequired) {
  const Status status = table.check();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message(),
            "'data' is required; give --data, WEIR_DATA or 'data' in the file");
  ASSERT_OK(table.load_environment({{"WEIR_DATA", "x"}}));
  EXPECT_OK(table.check());
}

TEST_F(OptionTableTest, ShowsWhatIsInForceAndHidesSecrets) {
  ASSERT_OK(table.load_yaml("broker.password: hunter2\ndata: 'it''s'\n", "weir.yaml"));
  const std::string shown = table.effective();
  EXPECT_THAT(shown, HasSubstr("broker.port: 9092  # default\n"));
  EXPECT_THAT(shown, HasSubstr("broker.password: '********'  # file\n"));
  EXPECT_THAT(shown, HasSubstr("data: 'it''s'  # file\n"));
  EXPECT_THAT(shown, HasSubstr("flush_interval_ms: 2s  # default\n"));
  EXPECT_THAT(shown, Not(HasSubstr("hunter2")));

  Options again;
  OptionTable copy;
  again.declare(copy);
  ASSERT_OK(copy.load_yaml(shown, "shown"));
  EXPECT_EQ(again.data, "it's") << "what is shown can be read back";
}

TEST_F(OptionTableTest, WritesTheReference) {
  const std::string page = to_markdown(table);
  EXPECT_THAT(page,
              HasSubstr("| `broker.port` | `--broker-port` | `WEIR_BROKER_PORT` | `9092` | live | "
                        "TCP port; 0 picks a free one |\n"));
  EXPECT_THAT(page, HasSubstr("| secret | what \\| opens it |\n"));
  EXPECT_THAT(page, HasSubstr("| `0.5` | 0 to 1 | a share |\n"));
}

TEST_F(OptionTableTest, KeepsFlagOnlyRowsOutOfFilesAndEnvironment) {
  bool force = false;
  table.add("force", &force, "do it").flag_only();
  EXPECT_THAT(problem_of("force: true"), HasSubstr("there is no setting 'force'"));
  ASSERT_OK(table.load_environment({{"WEIR_FORCE", "true"}}));
  EXPECT_FALSE(force);
  EXPECT_THAT(to_markdown(table), Not(HasSubstr("force")));
}

TEST_F(OptionTableTest, AbortsOnANameGivenTwice) {
  EXPECT_DEATH(table.add("data", &options.data, "again"), "should not happen");
}

}  // namespace
}  // namespace weir::config

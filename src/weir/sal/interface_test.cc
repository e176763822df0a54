#include "weir/sal/interface.h"

#include <gmock/gmock.h>

#include "weir/io/file_system.h"
#include "weir/sal/interface_files.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::sal {
namespace {

using ::testing::HasSubstr;

std::string item(std::string_view inside) { return "<item>" + std::string(inside) + "</item>\n"; }

std::string plain_item(std::string_view name, std::string_view type = "double") {
  return item("<EFDB_Name>" + std::string(name) + "</EFDB_Name><IDL_Type>" + std::string(type) +
              "</IDL_Type><Count>1</Count>");
}

std::string telemetry(std::string_view name, std::string_view items) {
  return "<SALTelemetry>\n<Subsystem>Dome</Subsystem>\n<EFDB_Topic>" + std::string(name) +
         "</EFDB_Topic>\n" + std::string(items) + "</SALTelemetry>\n";
}

std::string set_of(std::string_view topics) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SALTelemetrySet>\n" + std::string(topics) +
         "</SALTelemetrySet>\n";
}

std::string repeated(std::string_view text, int times) {
  std::string made;
  for (int i = 0; i < times; ++i) made += text;
  return made;
}

Interfaces read_one(std::string contents) {
  return read_interfaces({{"a.xml", std::move(contents)}});
}

// Reads one topic with one item made of `inside`.
Interfaces read_item(std::string_view inside) {
  return read_one(set_of(telemetry("Dome_x", item(inside)) + telemetry("Dome_ok", "")));
}

TEST(Interfaces, ReadsATopicWithAllItsTags) {
  const Interfaces read = read_one(
      "<SALCommandSet><SALCommand><Subsystem> Dome </Subsystem><Version>3.8</Version>"
      "<Author>A. Author</Author><EFDB_Topic>Dome_command_move</EFDB_Topic><Alias>move</Alias>"
      "<Explanation>turns &amp; "
      "stops</Explanation><Device>drive</Device><Property/><Action>go</Action>"
      "<Value>1</Value><item><EFDB_Name>azimuth</EFDB_Name><Description>where to</Description>"
      "<IDL_Type>double</IDL_Type><Units>deg</Units><Count>3</Count><Frequency>0.05</Frequency>"
      "<Publishers>1</Publishers><Size_in_bytes>24</Size_in_bytes><Needed_by_DM>false</"
      "Needed_by_DM>"
      "<Needed_by_OCS>TRUE</Needed_by_OCS></item></SALCommand></SALCommandSet>");
  ASSERT_TRUE(read.problems.empty()) << read.problems[0].to_string();
  ASSERT_EQ(read.topics.size(), 1u);
  const Topic& topic = read.topics[0];
  EXPECT_EQ(topic.name, "Dome_command_move");
  EXPECT_EQ(topic.kind, TopicKind::command);
  EXPECT_EQ(topic.subsystem, "Dome");
  EXPECT_EQ(topic.version, "3.8");
  EXPECT_EQ(topic.explanation, "turns & stops");
  EXPECT_EQ(topic.property, "");
  EXPECT_EQ(topic.action, "go");
  EXPECT_EQ(topic.text_topic(), "Dome_command");
  ASSERT_EQ(topic.items.size(), 1u);
  EXPECT_EQ(topic.items[0].type, ItemType::float64);
  EXPECT_EQ(topic.items[0].count, 3);
  EXPECT_EQ(topic.items[0].units, "deg");
  EXPECT_EQ(topic.items[0].frequency_hz, 0.05);
  EXPECT_EQ(topic.items[0].size_in_bytes, 24);
  EXPECT_EQ(topic.items[0].needed_by_dm, "false");
  EXPECT_EQ(topic.items[0].needed_by_ocs, true);
}

TEST(Interfaces, ReadsByteOrderMarkCarriageReturnsAndCommentsInsideItems) {
  const Interfaces read = read_one(
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<SALTelemetrySet>\r\n"
      "<SALTelemetry>\r\n<EFDB_Topic>Dome_x</EFDB_Topic>\r\n<item>\r\n<!-- a -- > b -->\r\n"
      "<EFDB_Name>y</EFDB_Name>\r\n<IDL_Type>short</IDL_Type><Count></Count>\r\n"
      "<Enumeration>on,<!-- not yet -->\r\n off\r\n</Enumeration></item></SALTelemetry>\r\n"
      "</SALTelemetrySet>\r\n");
  ASSERT_TRUE(read.problems.empty()) << read.problems[0].to_string();
  ASSERT_EQ(read.topics.size(), 1u);
  EXPECT_EQ(read.topics[0].place.line, 3);
  EXPECT_EQ(read.topics[0].effective_subsystem(), "Dome");
  const Item& only = read.topics[0].items.at(0);
  EXPECT_EQ(only.count, 1);
  EXPECT_EQ(only.line, 5);
  ASSERT_EQ(only.enumeration.size(), 2u);
  EXPECT_EQ(only.enumeration[1].symbol, "off");
}

TEST(Interfaces, KeepsGenericTopicsApartAndPassesOverEnumerationsOfASet) {
  const Interfaces read =
      read_interfaces({{"SALGenerics.xml",
                        "<SALObjects><SALEventSet><SALEvent>"
                        "<EFDB_Topic>SALGeneric_logevent_summaryState</EFDB_Topic>"
                        "<Category>csc</Category></SALEvent><SALEvent></SALEvent></SALEventSet>"
                        "</SALObjects>"},
                       {"b.xml", "<SALEventSet><Enumeration>a,a,?</Enumeration></SALEventSet>"}});
  EXPECT_TRUE(read.topics.empty());
  EXPECT_TRUE(read.problems.empty());
  EXPECT_TRUE(read.warnings.empty());
  EXPECT_EQ(read.files, 2u);
  ASSERT_EQ(read.generics.size(), 1u);
  EXPECT_EQ(read.generics[0].category, "csc");
  ASSERT_EQ(read.generic_problems.size(), 1u);
  EXPECT_THAT(read.generic_problems[0].reason, HasSubstr("no EFDB_Topic"));
}

TEST(Interfaces, ReadsTheListOfSubsystemsOfOlderAndOfNewerTrees) {
  const Interfaces read = read_one(
      "<SALSubsystemSet>"
      "<SALSubsystem><Name>Dome</Name><IndexEnumeration>no</IndexEnumeration>"
      "<AddedGenerics>csc, logevent_clockOffset</AddedGenerics></SALSubsystem>"
      "<SALSubsystem><Name>Ess</Name><IndexEnumeration>any</IndexEnumeration>"
      "<AddedGenerics/></SALSubsystem>"
      "<Subsystem><Name>Old</Name><Enumeration>first,second</Enumeration>"
      "<Generics>yes</Generics></Subsystem>"
      "<Subsystem><Name>Plain</Name><Enumeration></Enumeration><Generics>No</Generics></Subsystem>"
      "<Subsystem><Name></Name></Subsystem><Subsystem><Name>a b</Name></Subsystem>"
      "</SALSubsystemSet>");
  ASSERT_EQ(read.subsystems.size(), 4u);
  const Subsystem& dome = *read.find_subsystem("Dome");
  EXPECT_EQ(dome.generics, Subsystem::Generics::listed);
  EXPECT_THAT(dome.added, ::testing::ElementsAre("csc", "logevent_clockOffset"));
  EXPECT_FALSE(dome.indexed);
  EXPECT_TRUE(read.find_subsystem("Ess")->added.empty());
  EXPECT_TRUE(read.find_subsystem("Ess")->indexed);
  EXPECT_EQ(read.find_subsystem("Old")->generics, Subsystem::Generics::all);
  EXPECT_TRUE(read.find_subsystem("Old")->indexed);
  EXPECT_EQ(read.find_subsystem("Plain")->generics, Subsystem::Generics::none);
  EXPECT_FALSE(read.find_subsystem("Plain")->indexed);
  ASSERT_EQ(read.warnings.size(), 2u);
  EXPECT_THAT(read.warnings[0].reason, HasSubstr("no Name"));
  EXPECT_THAT(read.warnings[1].reason, HasSubstr("'a b'"));
}

TEST(Interfaces, KnowsTheComponentOfATopic) {
  const struct {
    const char *name, *subsystem, *component, *rest;
  } kCases[] = {{"Dome_status", "Dome", "Dome", "status"},
                {"Dome_status", "", "Dome", "status"},
                {"DomeADB_status", "Dome", "DomeADB", "status"},
                {"At_Dome_status", "At_Dome", "At_Dome", "status"},
                {"status", "Dome", "Dome", "status"},
                {"status", "", "", "status"},
                {"Dome_", "Dome", "Dome", ""}};
  for (const auto& one : kCases) {
    Topic topic;
    topic.name = one.name;
    topic.subsystem = one.subsystem;
    EXPECT_EQ(topic.component(), one.component) << one.name;
    EXPECT_EQ(topic.short_name(), one.rest) << one.name;
  }
}

TEST(Interfaces, ReadsTheDescriptionOfNewerTrees) {
  const Interfaces read = read_one(
      "<SALEventSet><SALEvent><EFDB_Topic>Dome_logevent_x</EFDB_Topic>"
      "<Description> \xC2\xB5-motion </Description></SALEvent></SALEventSet>");
  ASSERT_EQ(read.topics.size(), 1u);
  EXPECT_EQ(read.topics[0].description, "\xC2\xB5-motion");
  EXPECT_TRUE(read.warnings.empty());
}

TEST(Interfaces, WarnsOfWhatIsOddAndKeepsIt) {
  const std::string start = "<EFDB_Name>y</EFDB_Name><IDL_Type>long</IDL_Type>";
  const std::pair<std::string, const char*> kCases[] = {
      {start + "<Enumeration></Enumeration>", "no symbols"},
      {start + "<Enumeration>a, b,</Enumeration>", "ends with a comma"},
      {start + "<Enumeration>a b</Enumeration>", "the symbol 'a b'"},
      {start + "<Enumeration>a,b,a</Enumeration>", "the symbol 'a' twice"},
      {start + "<Count>2</Count><Count>3</Count>", "the tag Count twice"},
      {start + "<Counts>2</Counts>", "<Counts> is no tag of an item"},
      {start + "</item><Topic>y</Topic><item>" +
           "<EFDB_Name>z</EFDB_Name><IDL_Type>long</IDL_Type>",
       "<Topic> is no tag of a topic"},
      {start + "</item><Subsystem>B</Subsystem><item><EFDB_Name>z</EFDB_Name>"
               "<IDL_Type>long</IDL_Type>",
       "a topic has the tag Subsystem twice"},
      {start + "</item><item><EFDB_Name>Y</EFDB_Name><IDL_Type>long</IDL_Type>",
       "'y' and 'Y' differ only in case"},
  };
  for (const auto& [inside, reason] : kCases) {
    const Interfaces read = read_item(inside);
    EXPECT_TRUE(read.problems.empty()) << inside;
    ASSERT_EQ(read.warnings.size(), 1u) << inside;
    EXPECT_THAT(read.warnings[0].reason, HasSubstr(reason));
    EXPECT_EQ(read.warnings[0].effect, ProblemEffect::warning);
    EXPECT_EQ(read.warnings[0].place.line, 6) << inside;
    EXPECT_EQ(read.topics.size(), 2u);
  }
}

TEST(Interfaces, WarnsOfNamesThatSayAnotherSubsystemOrKind) {
  const Interfaces read = read_one(
      "<SALEventSet>\n<SALEvent>\n<Subsystem>Dome</Subsystem>"
      "<EFDB_Topic>Mount_logevent_x</EFDB_Topic></SALEvent>\n"
      "<SALEvent><EFDB_Topic>Dome_x</EFDB_Topic></SALEvent></SALEventSet>");
  EXPECT_EQ(read.topics.size(), 2u);
  ASSERT_EQ(read.warnings.size(), 2u);
  EXPECT_EQ(read.warnings[0].to_string(),
            "a.xml:3: topic 'Mount_logevent_x' has Subsystem 'Dome', with which its name does not "
            "begin");
  EXPECT_EQ(read.warnings[1].to_string(),
            "a.xml:4: topic 'Dome_x' is declared as SALEvent, which its name does not say");
}

TEST(Interfaces, WarnsOfMisspeltTopics) {
  const Interfaces read = read_one("<SALEventSet>\n<SALevent/></SALEventSet>");
  ASSERT_EQ(read.warnings.size(), 1u);
  EXPECT_EQ(read.warnings[0].to_string(),
            "a.xml:2: <SALevent> is no tag of SALEventSet and is passed over");
}

TEST(Interfaces, WarnsOfXmlThatIsNoInterface) {
  const Interfaces read = read_one("<project>\n<item/></project>");
  EXPECT_TRUE(read.problems.empty());
  ASSERT_EQ(read.warnings.size(), 1u);
  EXPECT_EQ(read.warnings[0].to_string(),
            "a.xml:1: no interface file: its root element is <project>");
}

TEST(Interfaces, AWarningOfARejectedTopicIsNotGiven) {
  const Interfaces read = read_item("<Count>0</Count>");
  EXPECT_EQ(read.problems.size(), 1u);
  EXPECT_TRUE(read.warnings.empty());
}

TEST(Interfaces, TakesValuesOfEnumerators) {
  const Interfaces read = read_item(
      "<EFDB_Name>y</EFDB_Name><IDL_Type>long</IDL_Type><Enumeration>a=0, b = 0x05,c=04,d"
      "</Enumeration>");
  ASSERT_TRUE(read.problems.empty()) << read.problems[0].to_string();
  const auto& enumerators = read.find("Dome_x")->items[0].enumeration;
  ASSERT_EQ(enumerators.size(), 4u);
  EXPECT_EQ(enumerators[1].symbol, "b");
  EXPECT_EQ(enumerators[1].value, 5);
  EXPECT_EQ(enumerators[2].value, 4);
  EXPECT_EQ(enumerators[3].value, std::nullopt);
}

TEST(Interfaces, ABadTopicCostsOnlyItselfAndIsNamedWithItsLine) {
  const std::string name = "<EFDB_Name>y</EFDB_Name>";
  const std::pair<std::string, const char*> kCases[] = {
      {"<IDL_Type>long</IDL_Type>", "no EFDB_Name"},
      {"<EFDB_Name>two words</EFDB_Name><IDL_Type>long</IDL_Type>", "item name 'two words'"},
      {name, "no IDL_Type"},
      {name + "<IDL_Type>String</IDL_Type>", "unknown IDL_Type 'String'"},
      {name + "<IDL_Type></IDL_Type>", "unknown IDL_Type ''"},
      {name + "<IDL_Type>long</IDL_Type><Count>0</Count>", "Count 0"},
      {name + "<IDL_Type>long</IDL_Type><Count>-3</Count>", "Count -3"},
      {name + "<IDL_Type>long</IDL_Type><Count>many</Count>", "Count 'many'"},
      {name + "<IDL_Type>long</IDL_Type><Count>99999999999999999999</Count>", "no whole number"},
      {name + "<IDL_Type>long</IDL_Type><Enumeration>a=x</Enumeration>", "'a=x'"},
      {name + "<IDL_Type>long</IDL_Type><Enumeration>,</Enumeration>", "no symbols"},
      {name + "<IDL_Type>long</IDL_Type><Enumeration>a,,b</Enumeration>", "an empty symbol"},
      {name + "<IDL_Type>long</IDL_Type><Count>600000</Count></item><item>"
              "<EFDB_Name>z</EFDB_Name><IDL_Type>long</IDL_Type><Count>600000</Count>",
       "more than 1000000 values up to item 'z'"},
      {name + "<IDL_Type>long</IDL_Type><Frequency>nan</Frequency>", "no finite number"},
      {name + "<IDL_Type>long</IDL_Type><Needed_by_TCS>maybe</Needed_by_TCS>", "neither true nor"},
  };
  for (const auto& [inside, reason] : kCases) {
    const Interfaces read = read_item(inside);
    ASSERT_EQ(read.problems.size(), 1u) << inside;
    EXPECT_THAT(read.problems[0].reason, HasSubstr(reason));
    EXPECT_EQ(read.problems[0].effect, ProblemEffect::topic_skipped);
    EXPECT_EQ(read.problems[0].topic, "Dome_x");
    EXPECT_EQ(read.problems[0].place.line, 6) << read.problems[0].to_string();
    ASSERT_EQ(read.topics.size(), 1u);
    EXPECT_EQ(read.topics[0].name, "Dome_ok");
  }
}

TEST(Interfaces, ATopicNeedsAValidNameAndDistinctItems) {
  const Interfaces read = read_one(set_of("<SALTelemetry><Subsystem>D</Subsystem></SALTelemetry>" +
                                          telemetry("Dome-x", "") + telemetry("Dome_a\\b", "") +
                                          telemetry("Dome_y", plain_item("z") + plain_item("z"))));
  EXPECT_TRUE(read.topics.empty());
  ASSERT_EQ(read.problems.size(), 4u);
  EXPECT_THAT(read.problems[0].reason, HasSubstr("no EFDB_Topic"));
  EXPECT_THAT(read.problems[1].reason, HasSubstr("'Dome-x'"));
  EXPECT_THAT(read.problems[2].reason, HasSubstr("'Dome_a\\b'"));
  EXPECT_THAT(read.problems[3].reason, HasSubstr("two items of the topic are named 'z'"));
  const Interfaces long_one = read_one(set_of(telemetry("Dome_" + repeated("x", 300), "")));
  ASSERT_EQ(long_one.problems.size(), 1u);
  EXPECT_THAT(long_one.problems[0].reason, HasSubstr("has 305 characters, more than 200"));
}

TEST(Interfaces, TheLaterOfTwoDeclarationsWinsWhateverOrderTheFilesComeIn) {
  const std::string first = set_of(telemetry("Dome_x", plain_item("old")));
  const std::string second = set_of(telemetry("Dome_x", plain_item("new")));
  const std::vector<InterfaceFile> kOrders[] = {{{"a.xml", first}, {"b.xml", second}},
                                                {{"b.xml", second}, {"a.xml", first}}};
  for (const auto& files : kOrders) {
    const Interfaces read = read_interfaces(files);
    ASSERT_EQ(read.topics.size(), 1u);
    EXPECT_EQ(read.topics[0].items[0].name, "new");
    ASSERT_EQ(read.problems.size(), 1u);
    EXPECT_EQ(read.problems[0].effect, ProblemEffect::topic_replaced);
    EXPECT_EQ(read.problems[0].to_string(),
              "a.xml:3: topic 'Dome_x' is declared again at b.xml:3, which replaces this one");
  }
}

TEST(Interfaces, ABrokenFileCostsOnlyItselfAndIsNamedWithItsLine) {
  const std::string good = set_of(telemetry("Dome_ok", plain_item("x")));
  const std::string open = "<SALTelemetrySet>\n<SALTelemetry>\n";
  const struct {
    std::string contents;
    int line;
    const char* reason;
  } kCases[] = {
      {open + "</SALEvent></SALTelemetrySet>", 3, "closed by another tag"},
      {open + "< x\n</SALTelemetry></SALTelemetrySet>", 3, "no tag"},
      {"<a>\n</a>\n<b></b>", 3, "second root"},
      {open, 2, "before its elements are closed"},
      {"<a>\n<b x=>\n</b></a>", 2, "attribute"},
      {"", 1, "no element"},
      {"  \n ", 2, "no element"},
      {"<?xml version=\"1.0\" encoding=\"UTF-4\"?><a/>", 1, "encoding 'utf-4'"},
      {"<a>\n<!-- &nope; --><![CDATA[&no;]]>&amp;&#65;\n&nbsp;</a>", 3, "'&nbsp;'"},
      {"<a>\n&</a>", 2, "'&'"},
      {"<a>\n\n\xA0</a>", 3, "not UTF-8"},
      {std::string("\xFF\xFE<\0a\0", 6), 1, "UTF-16"},
      {std::string("<a>\n\0</a>", 9), 2, "zero byte"},
      {open + "<<<<<<< HEAD\n</SALTelemetry></SALTelemetrySet>", 3, "merge conflict"},
      {open + "<!-- ", 3, "comment is not closed"},
      {open + "<item", 3, "ends inside a tag"},
      {"<!DOCTYPE a [\n<!ENTITY x \"y\">\n]>\n<a>&x;</a>", 1, "DOCTYPE"},
      {"<a>\n<b>" + repeated("<c>\n", 10'000) + repeated("</c>", 10'000) + "</b></a>", 64,
       "more than 64 elements inside each other"},
      {"<a>\n" + repeated("<c>\n", 10'000), 10'001, "before its elements are closed"},
  };
  for (const auto& bad : kCases) {
    const Interfaces read = read_interfaces({{"bad.xml", bad.contents}, {"good.xml", good}});
    ASSERT_EQ(read.problems.size(), 1u) << bad.contents;
    EXPECT_EQ(read.problems[0].effect, ProblemEffect::file_skipped);
    EXPECT_EQ(read.problems[0].place.file, "bad.xml");
    EXPECT_THAT(read.problems[0].reason, HasSubstr(bad.reason));
    EXPECT_EQ(read.problems[0].place.line, bad.line) << read.problems[0].to_string();
    ASSERT_EQ(read.topics.size(), 1u);
  }
}

TEST(Interfaces, ReadsLatin1WhereTheFileSaysSo) {
  const Interfaces read = read_one(
      "<?xml version='1.0' encoding='ISO-8859-1'?><SALTelemetrySet>"
      "<SALTelemetry><EFDB_Topic>Dome_x</EFDB_Topic>"
      "<Explanation>\xB5m</Explanation></SALTelemetry></SALTelemetrySet>");
  ASSERT_EQ(read.topics.size(), 1u);
  EXPECT_EQ(read.topics[0].explanation, "\xC2\xB5m");
}

TEST(Interfaces, LinesAreRightBehindLatin1Letters) {
  const Interfaces read = read_one(
      "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xB5\xB5\xB5\xB5\xB5\xB5\xB5\xB5\n</b></a>");
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_EQ(read.problems[0].place.line, 2);
}

class InterfaceFiles : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& contents) {
    ASSERT_OK(io::write_file_atomically(files_, folder_.path() + "/" + name, contents));
  }
  Result<Interfaces> load(const std::string& path) {
    const std::string paths[] = {path};
    return load_interfaces(files_, paths);
  }

  io::FileSystem& files_ = io::real_file_system();
  testing::TempFolder folder_;
};

TEST(Interfaces, ATopicIsRemarkedOnAHundredTimesAtMost) {
  const Interfaces read =
      read_one(set_of(telemetry("Dome_x", item("<EFDB_Name>a</EFDB_Name><IDL_Type>int</IDL_Type>" +
                                               repeated("<odd/>", 5000)))));
  EXPECT_EQ(read.topics.size(), 1u);
  ASSERT_EQ(read.warnings.size(), 100u);
  EXPECT_THAT(read.warnings[99].reason, HasSubstr("what else is odd here is not listed"));
}

TEST_F(InterfaceFiles, SearchesFoldersAndTakesSingleFiles) {
  ASSERT_OK(files_.make_directories(folder_.path() + "/deep/er"));
  write("deep/er/a.xml", set_of(telemetry("Dome_a", "")));
  write("b.xml", set_of(telemetry("Dome_b", "")));
  write("notes.txt", "<");
  ASSERT_OK_AND_ASSIGN(const Interfaces all, load(folder_.path()));
  EXPECT_EQ(all.topics.size(), 2u);
  EXPECT_EQ(all.files, 2u);
  EXPECT_TRUE(all.problems.empty());
  ASSERT_OK_AND_ASSIGN(const Interfaces one, load(folder_.path() + "/b.xml"));
  EXPECT_EQ(one.topics.size(), 1u);
}

TEST_F(InterfaceFiles, AFileNamedTwiceIsReadOnceAndALargeOneIsRefused) {
  write("a.xml", set_of(telemetry("Dome_a", "")));
  write("large.xml", std::string((16 << 20) + 1, ' '));
  const std::string paths[] = {folder_.path() + "/a.xml", folder_.path() + "/a.xml",
                               folder_.path() + "/large.xml"};
  ASSERT_OK_AND_ASSIGN(const Interfaces read, load_interfaces(files_, paths));
  EXPECT_EQ(read.files, 2u);
  EXPECT_EQ(read.topics.size(), 1u);
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0].to_string(), HasSubstr("large.xml"));
  EXPECT_THAT(read.problems[0].reason, HasSubstr("more than the 16777216 that are read"));
}

TEST_F(InterfaceFiles, SaysWhenThereIsNothingToRead) {
  EXPECT_ERROR(ErrorCode::not_found, load(folder_.path()));
  EXPECT_ERROR(ErrorCode::not_found, load(folder_.path() + "/absent.xml"));
}

}  // namespace
}  // namespace weir::sal

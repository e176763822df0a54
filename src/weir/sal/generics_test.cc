#include "weir/sal/generics.h"

#include <gmock/gmock.h>

namespace weir::sal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string event(std::string_view name, std::string_view inside = "") {
  return "<SALEvent><EFDB_Topic>" + std::string(name) + "</EFDB_Topic>" + std::string(inside) +
         "</SALEvent>\n";
}

std::string command(std::string_view name, std::string_view inside = "") {
  return "<SALCommand><EFDB_Topic>" + std::string(name) + "</EFDB_Topic>" + std::string(inside) +
         "</SALCommand>\n";
}

const InterfaceFile kGenerics = {
    "SALGenerics.xml",
    "<SALObjects><SALCommandSet>" +
        command("SALGeneric_command_enable", "<Category>csc</Category>") +
        "</SALCommandSet><SALEventSet>" +
        event("SALGeneric_logevent_heartbeat", "<Category>mandatory</Category>") +
        event("SALGeneric_logevent_clockOffset") + "</SALEventSet></SALObjects>"};

InterfaceFile listed(std::string_view subsystems) {
  return {"SALSubsystems.xml",
          "<SALSubsystemSet>" + std::string(subsystems) + "</SALSubsystemSet>"};
}

std::string subsystem(std::string_view name, std::string_view inside) {
  return "<SALSubsystem><Name>" + std::string(name) + "</Name>" + std::string(inside) +
         "</SALSubsystem>\n";
}

const InterfaceFile kDome = {"Dome_Events.xml",
                             "<SALEventSet>" + event("Dome_logevent_open") + "</SALEventSet>"};

Interfaces expanded(std::vector<InterfaceFile> files) {
  return with_generics(read_interfaces(std::move(files)));
}

std::vector<std::string> names(const Interfaces& interfaces) {
  std::vector<std::string> made;
  for (const Topic& topic : interfaces.topics) made.push_back(topic.name);
  return made;
}

TEST(Generics, ASubsystemHasMandatoryTopicsAndWhatItsListAdds) {
  const Interfaces one =
      expanded({kGenerics, kDome, listed(subsystem("Dome", "<AddedGenerics/>"))});
  EXPECT_THAT(names(one), ElementsAre("Dome_logevent_heartbeat", "Dome_logevent_open"));
  const Interfaces more = expanded(
      {kGenerics, kDome,
       listed(subsystem("Dome",
                        "<AddedGenerics>csc, logevent_clockOffset, mandatory</AddedGenerics>"
                        "<IndexEnumeration>any</IndexEnumeration>"))});
  EXPECT_THAT(names(more),
              ElementsAre("Dome_ackcmd", "Dome_command_enable", "Dome_logevent_clockOffset",
                          "Dome_logevent_heartbeat", "Dome_logevent_open"));
  EXPECT_TRUE(more.warnings.empty());
  for (const Topic& topic : more.topics) {
    EXPECT_EQ(topic.component(), "Dome");
    EXPECT_TRUE(topic.indexed);
  }
  EXPECT_EQ(more.topics[0].kind, TopicKind::acknowledgement);
  EXPECT_EQ(more.topics[3].place.file, "SALGenerics.xml");
}

TEST(Generics, OlderTreesSayYesOrNoAndWithoutAListEachSubsystemHasAll) {
  const Interfaces all = expanded({kGenerics, kDome});
  EXPECT_EQ(all.topics.size(), 5u);
  EXPECT_EQ(
      names(expanded({kGenerics, kDome, listed(subsystem("Dome", "<Generics>yes</Generics>"))})),
      names(all));
  EXPECT_THAT(
      names(expanded({kGenerics, kDome, listed(subsystem("Dome", "<Generics>no</Generics>"))})),
      ElementsAre("Dome_logevent_open"));
}

TEST(Generics, AListedSubsystemNeedsNoTopicOfItsOwn) {
  const Interfaces read = expanded({kGenerics, listed(subsystem("Love", "<AddedGenerics/>"))});
  EXPECT_THAT(names(read), ElementsAre("Love_logevent_heartbeat"));
}

TEST(Generics, WithoutGenericTopicsOnlyAcknowledgementsComeIn) {
  EXPECT_THAT(names(expanded({kDome})), ElementsAre("Dome_logevent_open"));
  const Interfaces commanded =
      expanded({{"a.xml", "<SALCommandSet>" + command("Dome_command_x") + "</SALCommandSet>"}});
  ASSERT_THAT(names(commanded), ElementsAre("Dome_ackcmd", "Dome_command_x"));
  EXPECT_EQ(commanded.topics[0].items.size(), 7u);
}

TEST(Generics, WarnsOfUnknownGenericsUnlistedSubsystemsAndDoubleDeclarations) {
  const Interfaces read = expanded(
      {kGenerics,
       kDome,
       {"Mount_Events.xml",
        "<SALEventSet>" + event("Mount_logevent_heartbeat", "<Description>own</Description>") +
            "</SALEventSet>"},
       listed(subsystem("Mount", "<AddedGenerics>cscs</AddedGenerics>"))});
  ASSERT_EQ(read.warnings.size(), 3u);
  EXPECT_THAT(
      read.warnings[0].to_string(),
      HasSubstr("Mount_Events.xml:1: topic 'Mount_logevent_heartbeat' is declared besides"));
  EXPECT_THAT(read.warnings[1].reason, HasSubstr("subsystem 'Mount' adds 'cscs'"));
  EXPECT_THAT(read.warnings[2].reason, HasSubstr("subsystem 'Dome' is not in SALSubsystems.xml"));
  EXPECT_EQ(read.find("Mount_logevent_heartbeat")->description, "own");
}

TEST(Generics, ManySubsystemsAndManyGenericTopicsEndAtALimit) {
  std::string many = "<SALObjects><SALEventSet>";
  std::string list;
  for (int i = 0; i < 400; ++i) {
    many += event("SALGeneric_logevent_x" + std::to_string(i));
    list += subsystem("S" + std::to_string(i), "<Generics>yes</Generics>");
  }
  const Interfaces read =
      expanded({{"SALGenerics.xml", many + "</SALEventSet></SALObjects>"}, listed(list)});
  EXPECT_EQ(read.topics.size(), 100'000u);
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0].reason, HasSubstr("more than 100000 items"));
}

TEST(Generics, ABrokenGenericTopicIsAProblemOfThoseWhoUseThem) {
  const Interfaces read = read_interfaces(
      {{"SALGenerics.xml", "<SALObjects><SALEventSet>\n<SALEvent/></SALEventSet></SALObjects>"}});
  EXPECT_TRUE(read.problems.empty());
  EXPECT_EQ(with_generics(read).problems.size(), 1u);
}

}  // namespace
}  // namespace weir::sal

#include "weir/sal/synthetic/interfaces.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "weir/avro/schema.h"
#include "weir/base/crc32c.h"
#include "weir/base/json.h"
#include "weir/base/utf8.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface.h"
#include "weir/testing/matchers.h"

namespace weir::sal::synthetic {
namespace {

using ::testing::HasSubstr;

struct Tree {
  Summary summary;
  std::map<std::string, Bytes> files;

  Interfaces read() const {
    std::vector<InterfaceFile> list;
    for (const auto& [path, contents] : files) list.push_back({path, contents});
    return read_interfaces(std::move(list));
  }
};

Tree make(int64_t topics, uint64_t seed) {
  Tree tree;
  const auto made = write_interfaces(
      {.topics = topics, .seed = seed}, [&](const std::string& path, BytesView contents) -> Status {
        EXPECT_TRUE(tree.files.emplace(path, contents).second) << path;
        return {};
      });
  EXPECT_OK(made);
  if (made) tree.summary = *made;
  return tree;
}

// One tree of full size for all tests that only look at it.
const Tree& full_size() {
  static const Tree tree = make(2200, 1);
  return tree;
}
const Interfaces& full_size_read() {
  static const Interfaces read = full_size().read();
  return read;
}

uint32_t checksum(const Tree& tree) {
  uint32_t crc = 0;
  for (const auto& [path, contents] : tree.files) crc = crc32c(contents, crc32c(path, crc));
  return crc;
}

double mean_values() {
  return static_cast<double>(full_size().summary.values) /
         static_cast<double>(full_size().summary.topics());
}

// Values of one message of a topic.
int64_t width(const Topic& topic) {
  int64_t values = 0;
  for (const Item& item : topic.items) {
    values += item.type == ItemType::character ? 1 : item.count;
  }
  return values;
}

TEST(SyntheticInterfaces, ASeedMakesTheSameBytesOnEveryMachine) {
  const Tree tree = make(150, 42);
  EXPECT_EQ(checksum(tree), 781581931u)
      << "a change of words, tables or forms changes every tree that "
         "anybody made: do it on purpose, then put the new number here";
  EXPECT_EQ(checksum(make(150, 42)), checksum(tree));
  EXPECT_NE(checksum(make(150, 43)), checksum(tree));
}

TEST(SyntheticInterfaces, EveryTopicReadsBackWithoutAProblem) {
  for (const uint64_t seed : {1, 2, 3}) {
    const Tree tree = make(700, seed);
    const Interfaces read = tree.read();
    for (const Problem& problem : read.problems) ADD_FAILURE() << problem.to_string();
    for (const Problem& warning : read.warnings) ADD_FAILURE() << warning.to_string();
    EXPECT_EQ(read.topics.size(), 700u);
    EXPECT_EQ(read.files, static_cast<size_t>(tree.summary.files));
    EXPECT_EQ(read.subsystem_count(), static_cast<size_t>(tree.summary.subsystems));
  }
}

TEST(SyntheticInterfaces, TheSummarySaysWhatWasWritten) {
  const Summary& summary = full_size().summary;
  int64_t items = 0, values = 0, bytes = 0;
  std::map<TopicKind, int64_t> kinds;
  for (const Topic& topic : full_size_read().topics) {
    ++kinds[topic.kind];
    items += static_cast<int64_t>(topic.items.size());
    values += width(topic);
  }
  for (const auto& [path, contents] : full_size().files) {
    bytes += static_cast<int64_t>(contents.size());
  }
  EXPECT_EQ(summary.topics(), 2200);
  EXPECT_EQ(summary.items, items);
  EXPECT_EQ(summary.values, values);
  EXPECT_EQ(summary.bytes, bytes);
  EXPECT_EQ(summary.commands, kinds[TopicKind::command]);
  EXPECT_EQ(summary.events, kinds[TopicKind::event]);
  EXPECT_EQ(summary.telemetry, kinds[TopicKind::telemetry]);
}

TEST(SyntheticInterfaces, KindsAndSizesAreThoseOfARealTree) {
  const Summary& summary = full_size().summary;
  EXPECT_EQ(summary.commands, 616);    // 28 %
  EXPECT_EQ(summary.events, 1122);     // 51 %
  EXPECT_EQ(summary.telemetry, 462);   // 21 %
  EXPECT_EQ(summary.subsystems, 119);  // 18.5 topics each
  EXPECT_GT(summary.bytes, 4'500'000);
  EXPECT_LT(summary.bytes, 5'500'000);
}

TEST(SyntheticInterfaces, MostTopicsAreNarrowAndAFewAreVeryWide) {
  std::vector<int64_t> widths;
  for (const Topic& topic : full_size_read().topics) widths.push_back(width(topic));
  std::sort(widths.begin(), widths.end());
  EXPECT_NEAR(mean_values(), 37.8, 4.0);
  EXPECT_LE(widths[widths.size() / 2], 3);
  EXPECT_LE(widths[widths.size() * 3 / 4], 10);
  EXPECT_GE(widths[widths.size() * 98 / 100], 300);
  EXPECT_EQ(std::count(widths.begin(), widths.end(), 1811), 2);
  EXPECT_GE(std::count(widths.begin(), widths.end(), 901), 1);
  EXPECT_GE(std::count(widths.begin(), widths.end(), 0), 50);
}

TEST(SyntheticInterfaces, TypesComeInTheSharesOfARealTree) {
  // Of the 4,680 items of January 2019.
  const std::map<std::string, double> real = {{"double", 1720},
                                              {"float", 743},
                                              {"string", 670},
                                              {"boolean", 645},
                                              {"long", 548},
                                              {"int", 126},
                                              {"short", 96},
                                              {"byte", 37},
                                              {"char", 7},
                                              {"octet", 6},
                                              {"unsigned short", 25},
                                              {"unsigned long", 20},
                                              {"unsigned long long", 20},
                                              {"long long", 11},
                                              {"unsigned int", 6}};
  std::map<std::string, double> seen;
  for (const Topic& topic : full_size_read().topics) {
    for (const Item& item : topic.items) ++seen[item.idl_type];
  }
  ASSERT_EQ(seen.size(), real.size());
  for (const auto& [type, times] : real) {
    const double share = 100 * seen[type] / static_cast<double>(full_size().summary.items);
    EXPECT_NEAR(share, 100 * times / 4680, 2.0) << type;
  }
}

TEST(SyntheticInterfaces, HaveEnumerationsWithAndWithoutNumbers) {
  int64_t plain = 0, numbered = 0, arrays = 0, long_ones = 0;
  for (const Topic& topic : full_size_read().topics) {
    for (const Item& item : topic.items) {
      if (item.enumeration.empty()) continue;
      ++(item.enumeration[0].value ? numbered : plain);
      arrays += item.count > 1;
      long_ones += item.enumeration.size() == 25;
    }
  }
  EXPECT_GT(plain, 100);
  EXPECT_GT(numbered, 10);
  EXPECT_GE(arrays, 1);
  EXPECT_GE(long_ones, 1);
}

TEST(SyntheticInterfaces, HoldTheOddThingsOfGoodFiles) {
  int64_t returns = 0, marks = 0, comments = 0, wide_text = 0, own_enumerations = 0;
  for (const auto& [path, contents] : full_size().files) {
    EXPECT_TRUE(is_utf8(contents)) << path;
    returns += contents.find("\r\n") != contents.npos;
    marks += contents.starts_with("\xEF\xBB\xBF");
    comments += contents.find("<!--") != contents.npos;
    wide_text += contents.find("\xC2\xB0") != contents.npos;
    own_enumerations += contents.find("\n  <Enumeration>") != contents.npos;
  }
  EXPECT_GE(returns, 1);
  EXPECT_GE(marks, 1);
  EXPECT_GE(comments, 5);
  EXPECT_GE(wide_text, 5);
  EXPECT_GE(own_enumerations, 30);
}

TEST(SyntheticInterfaces, AllOfThemBecomeValidSchemasInEveryProfile) {
  for (const Profile profile : {Profile::sqr_029, Profile::sal_kafka}) {
    const Interfaces interfaces = profile_topics(full_size_read(), profile);
    EXPECT_TRUE(interfaces.problems.empty());
    EXPECT_TRUE(interfaces.warnings.empty());
    for (const Topic& topic : interfaces.topics) {
      ASSERT_OK_AND_ASSIGN(const Json json, to_avro(topic, profile));
      ASSERT_OK_AND_ASSIGN(const avro::Schema schema, avro::parse_schema(json));
      EXPECT_EQ(schema->name.full(), avro_topic(topic, profile));
      ASSERT_GE(schema->fields.size(), topic.items.size());
      for (size_t i = 0; i < topic.items.size(); ++i) {
        const size_t leading = schema->fields.size() - topic.items.size();
        EXPECT_EQ(schema->fields[leading + i].name, topic.items[i].name) << topic.name;
      }
    }
  }
}

TEST(SyntheticInterfaces, EverySubsystemGetsTheGenericTopicsThatItNames) {
  const Interfaces interfaces = profile_topics(full_size_read(), Profile::sal_kafka);
  for (const Subsystem& subsystem : interfaces.subsystems) {
    EXPECT_NE(interfaces.find(subsystem.name + "_logevent_heartbeat"), nullptr) << subsystem.name;
    const bool named = std::count(subsystem.added.begin(), subsystem.added.end(), "csc") > 0;
    EXPECT_EQ(interfaces.find(subsystem.name + "_command_standby") != nullptr, named)
        << subsystem.name;
  }
}

TEST(SyntheticInterfaces, LieInTheFoldersOfARealTree) {
  const Tree tree = make(40, 3);
  EXPECT_TRUE(tree.files.contains("sal_interfaces/SALGenerics.xml"));
  EXPECT_TRUE(tree.files.contains("sal_interfaces/SALSubsystems.xml"));
  for (const Topic& topic : tree.read().topics) {
    const std::string& subsystem = topic.subsystem;
    EXPECT_TRUE(topic.name.starts_with(subsystem + "_")) << topic.name;
    EXPECT_THAT(topic.place.file, HasSubstr("sal_interfaces/" + subsystem + "/" + subsystem + "_"));
    EXPECT_THAT(tree.files.at("sal_interfaces/SALSubsystems.xml"),
                HasSubstr("<Name>" + subsystem + "</Name>"));
  }
}

TEST(SyntheticInterfaces, OneTopicIsAFacilityToo) {
  const Tree tree = make(1, 1);
  EXPECT_EQ(tree.summary.topics(), 1);
  EXPECT_EQ(tree.read().topics.size(), 1u);
  EXPECT_TRUE(tree.read().problems.empty());
}

TEST(SyntheticInterfaces, SubsystemsStayDistinctAtAnySize) {
  // More of them than there are pairs of words.
  ASSERT_OK_AND_ASSIGN(Facility facility, Facility::make({.topics = 27'500, .seed = 1}));
  std::set<std::string> names;
  size_t topics = 0;
  while (const auto subsystem = facility.next()) {
    EXPECT_TRUE(names.insert(subsystem->name).second) << subsystem->name;
    EXPECT_FALSE(subsystem->topics.empty());
    topics += subsystem->topics.size();
  }
  EXPECT_EQ(names.size(), facility.subsystem_count());
  EXPECT_EQ(topics, 27'500u);
}

TEST(SyntheticInterfaces, RefuseNonsense) {
  const auto ignore = [](const std::string&, BytesView) -> Status { return {}; };
  EXPECT_ERROR(ErrorCode::invalid_argument, write_interfaces({.topics = 0}, ignore));
  EXPECT_ERROR(ErrorCode::invalid_argument, write_interfaces({.topics = -5}, ignore));
  EXPECT_ERROR(ErrorCode::invalid_argument, write_interfaces({.topics = kMostTopics + 1}, ignore));
}

TEST(SyntheticInterfaces, EndWithTheFirstErrorOfTheSink) {
  int calls = 0;
  const auto full_disk = [&](const std::string&, BytesView) -> Status {
    ++calls;
    return Error(ErrorCode::unavailable, "disk full");
  };
  EXPECT_ERROR(ErrorCode::unavailable, write_interfaces({.topics = 100}, full_disk));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace weir::sal::synthetic

// The real interface XML of an observatory, three releases of it. Skipped where it is not there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "weir/avro/compatibility.h"
#include "weir/avro/schema.h"
#include "weir/base/json.h"
#include "weir/io/file_system.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface_files.h"
#include "weir/testing/matchers.h"

namespace weir::sal {
namespace {

std::string corpus(const std::string& part) {
  const char* root = std::getenv("WEIR_CORPUS");
  return std::string(root != nullptr ? root : "../shared/corpus") + "/" + part;
}

class SalCorpus : public ::testing::Test {
 protected:
  static Interfaces load(const std::string& tree) {
    const std::string path = corpus(tree);
    const std::string paths[] = {path};
    auto interfaces = load_interfaces(io::real_file_system(), paths);
    return interfaces ? std::move(*interfaces) : Interfaces{};
  }
  static bool absent(const std::string& part) {
    return !io::real_file_system().exists(corpus(part));
  }
};

#define SKIP_WITHOUT_CORPUS(part)                                                        \
  if (absent(part)) {                                                                    \
    GTEST_SKIP() << "no reference data: " << corpus(part) << " is absent (WEIR_CORPUS)"; \
  }

TEST_F(SalCorpus, TheRealTreeGivesEveryTopicAndNoProblem) {
  SKIP_WITHOUT_CORPUS("ts_xml-2019-01-21");
  const Interfaces interfaces = load("ts_xml-2019-01-21");
  size_t kinds[3] = {};
  size_t items = 0;
  for (const Topic& topic : interfaces.topics) {
    ++kinds[static_cast<size_t>(topic.kind)];
    items += topic.items.size();
  }
  EXPECT_EQ(interfaces.files, 168u);
  EXPECT_EQ(interfaces.topics.size(), 1227u);
  EXPECT_EQ(kinds[0], 341u);
  EXPECT_EQ(kinds[1], 629u);
  EXPECT_EQ(kinds[2], 257u);
  EXPECT_EQ(items, 4680u);
  EXPECT_EQ(interfaces.subsystem_count(), 66u);
  for (const Problem& problem : interfaces.problems) ADD_FAILURE() << problem.to_string();
}

TEST_F(SalCorpus, EveryReferenceSchemaIsReproducedByteForByte) {
  SKIP_WITHOUT_CORPUS("ts_xml-2019-01-21");
  SKIP_WITHOUT_CORPUS("avro-2019-01-21");
  const Interfaces interfaces = load("ts_xml-2019-01-21");
  // Left over from an earlier tree: the topic was deleted on the day the reference was written.
  const std::string_view kStale = "ATHexapod_command_setMaxSpeeds.json";
  ASSERT_OK_AND_ASSIGN(const auto names, io::real_file_system().list(corpus("avro-2019-01-21")));
  size_t compared = 0;
  for (const std::string& name : names) {
    if (!name.ends_with(".json") || name == kStale) continue;
    const Topic* topic = interfaces.find(std::string_view(name).substr(0, name.size() - 5));
    ASSERT_NE(topic, nullptr) << name;
    ASSERT_OK_AND_ASSIGN(const Bytes reference,
                         io::read_file(io::real_file_system(), corpus("avro-2019-01-21/" + name)));
    ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(*topic, Profile::sqr_029));
    EXPECT_EQ(print_schema(schema, Profile::sqr_029), reference) << name;
    ++compared;
  }
  EXPECT_GE(compared, 500u);
  EXPECT_EQ(interfaces.find("ATHexapod_command_setMaxSpeeds"), nullptr);
}

TEST_F(SalCorpus, EveryTopicOfEveryTreeGivesAValidAvroSchema) {
  for (const char* tree : {"ts_xml-2019-01-21", "ts_xml-v4.0.0", "ts_xml-v20.0.0"}) {
    SKIP_WITHOUT_CORPUS(tree);
    for (const Topic& topic : load(tree).topics) {
      ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(topic, Profile::sqr_029));
      EXPECT_OK(avro::parse_schema(schema)) << topic.name;
    }
  }
}

TEST_F(SalCorpus, LaterTreesLoseNoFile) {
  SKIP_WITHOUT_CORPUS("ts_xml-v4.0.0");
  SKIP_WITHOUT_CORPUS("ts_xml-v20.0.0");
  EXPECT_EQ(load("ts_xml-v4.0.0").topics.size(), 1194u);
  EXPECT_EQ(load("ts_xml-v20.0.0").topics.size(), 1853u);
  for (const char* tree : {"ts_xml-v4.0.0", "ts_xml-v20.0.0"}) {
    for (const Problem& problem : load(tree).problems) ADD_FAILURE() << problem.to_string();
  }
}

// Topics with their generic ones, and how many of them acknowledge commands. For the last tree the
// observatory's own converter finds the same names.
struct Expected {
  const char* tree;
  size_t topics;
  size_t acknowledgements;
  size_t warnings;
};
constexpr Expected kExpected[] = {{"ts_xml-2019-01-21", 2417, 68, 8},
                                  {"ts_xml-v4.0.0", 2293, 62, 13},
                                  {"ts_xml-v20.0.0", 2925, 61, 1}};

TEST_F(SalCorpus, EveryTopicOfEveryTreeIsOneThatEvolvesInTheProfileSalKafka) {
  for (const Expected& expected : kExpected) {
    SKIP_WITHOUT_CORPUS(expected.tree);
    const Interfaces found = profile_topics(load(expected.tree), Profile::sal_kafka);
    size_t acknowledgements = 0;
    std::set<std::string> files;
    for (const Topic& topic : found.topics) {
      acknowledgements += topic.kind == TopicKind::acknowledgement ? 1 : 0;
      EXPECT_TRUE(files.insert(schema_file(topic, Profile::sal_kafka)).second) << topic.name;
      ASSERT_OK_AND_ASSIGN(const Json json, to_avro(topic, Profile::sal_kafka));
      ASSERT_OK_AND_ASSIGN(const avro::Schema schema, avro::parse_schema(json));
      EXPECT_EQ(schema->name.full(), avro_topic(topic, Profile::sal_kafka));
      for (const avro::Field& field : schema->fields) {
        EXPECT_TRUE(field.default_value) << topic.name << "." << field.name;
      }
    }
    EXPECT_EQ(found.topics.size(), expected.topics) << expected.tree;
    EXPECT_EQ(acknowledgements, expected.acknowledgements) << expected.tree;
    EXPECT_EQ(found.warnings.size(), expected.warnings) << expected.tree;
    for (const Problem& problem : found.problems) ADD_FAILURE() << problem.to_string();
  }
}

bool can_read(const avro::Schema& reader, const avro::Schema& writer) {
  const auto found = avro::find_incompatibilities({.reader = reader, .writer = writer});
  return found && found->empty();
}

// Four years lie between the two; what is left are types that did change.
TEST_F(SalCorpus, SchemasOfSalKafkaEvolveFromOneReleaseToAnother) {
  SKIP_WITHOUT_CORPUS("ts_xml-v4.0.0");
  SKIP_WITHOUT_CORPUS("ts_xml-v20.0.0");
  const Interfaces old_tree = profile_topics(load("ts_xml-v4.0.0"), Profile::sal_kafka);
  const Interfaces new_tree = profile_topics(load("ts_xml-v20.0.0"), Profile::sal_kafka);
  size_t in_both = 0, backward = 0, full = 0;
  for (const Topic& topic : new_tree.topics) {
    const Topic* before = old_tree.find(topic.name);
    if (before == nullptr) continue;
    ASSERT_OK_AND_ASSIGN(const Json old_json, to_avro(*before, Profile::sal_kafka));
    ASSERT_OK_AND_ASSIGN(const Json new_json, to_avro(topic, Profile::sal_kafka));
    ASSERT_OK_AND_ASSIGN(const avro::Schema old_schema, avro::parse_schema(old_json));
    ASSERT_OK_AND_ASSIGN(const avro::Schema new_schema, avro::parse_schema(new_json));
    const bool reads_old = can_read(new_schema, old_schema);
    ++in_both;
    backward += reads_old ? 1 : 0;
    full += reads_old && can_read(old_schema, new_schema) ? 1 : 0;
  }
  EXPECT_EQ(in_both, 1040u);
  EXPECT_EQ(backward, 1025u);
  EXPECT_EQ(full, 1023u);
}

}  // namespace
}  // namespace weir::sal

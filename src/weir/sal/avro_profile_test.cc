#include "weir/sal/avro_profile.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "weir/avro/schema.h"
#include "weir/base/json.h"
#include "weir/io/file_system.h"
#include "weir/sal/interface_files.h"
#include "weir/testing/matchers.h"

namespace weir::sal {
namespace {

std::string corpus(const std::string& part) {
  const char* root = std::getenv("WEIR_CORPUS");
  return std::string(root != nullptr ? root : "../shared/corpus") + "/" + part;
}

std::string printed(const Json& schema) {
  return schema.print({.indent = 2, .sort_keys = true, .ascii = true});
}

Topic one_item_topic(Item item) {
  Topic topic;
  topic.name = "Dome_position";
  topic.subsystem = "Dome";
  topic.items.push_back(std::move(item));
  return topic;
}

Item make_item(std::string name, ItemType type) {
  Item item;
  item.name = std::move(name);
  item.type = type;
  return item;
}

TEST(AvroProfile, WritesTheLeadingFieldsAndAnItemWithItsUnits) {
  Item item = make_item("azimuth", ItemType::float64);
  item.units = "deg";
  item.description = "Where the slit points.";
  Topic topic = one_item_topic(item);
  topic.explanation = "position of the dome";
  ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(topic, Profile::sqr_029));
  const Json& fields = *schema.find("fields");
  ASSERT_EQ(fields.items().size(), 8u);
  EXPECT_EQ(*fields.items()[0].find_string("name"), "kafka_timestamp");
  EXPECT_EQ(*fields.items()[6].find_string("name"), "sal_host");
  EXPECT_EQ(fields.items()[7].print(),
            R"({"name":"azimuth","type":"double","doc":"Where the slit points.","sal_index":0,)"
            R"("sal_units":"deg"})");
  EXPECT_EQ(*schema.find_string("doc"), "position of the dome");
  EXPECT_EQ(schema.find("sal_author"), nullptr);
  EXPECT_EQ(avro_topic(topic), "lsst.sal.Dome_position");
}

TEST(AvroProfile, MapsEveryIdlTypeOfTheReference) {
  const std::pair<ItemType, std::string_view> kTypes[] = {
      {ItemType::null_value, "null"}, {ItemType::boolean, "boolean"}, {ItemType::byte, "bytes"},
      {ItemType::character, "bytes"}, {ItemType::int16, "int"},       {ItemType::uint16, "int"},
      {ItemType::int32, "int"},       {ItemType::uint32, "int"},      {ItemType::long32, "long"},
      {ItemType::ulong32, "long"},    {ItemType::int64, "long"},      {ItemType::uint64, "long"},
      {ItemType::float32, "float"},   {ItemType::float64, "double"},  {ItemType::string, "string"},
  };
  for (const auto& [type, name] : kTypes) {
    ASSERT_OK_AND_ASSIGN(const Json schema,
                         to_avro(one_item_topic(make_item("x", type)), Profile::sqr_029));
    EXPECT_EQ(*schema.find("fields")->items()[7].find_string("type"), name);
  }
}

TEST(AvroProfile, AnEnumerationWinsOverCountAndTypeAsInTheReference) {
  Item item = make_item("filter", ItemType::int64);
  item.count = 5;
  item.enumeration = {{"red", std::nullopt}, {"blue", 4}};
  ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(one_item_topic(item), Profile::sqr_029));
  EXPECT_EQ(schema.find("fields")->items()[7].find("type")->print(),
            R"({"type":"enum","name":"filter","symbols":["red","blue"]})");
}

TEST(AvroProfile, AnArrayKeepsItsLength) {
  Item item = make_item("current", ItemType::float32);
  item.count = 12;
  ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(one_item_topic(item), Profile::sqr_029));
  EXPECT_EQ(schema.find("fields")->items()[7].find("type")->print(),
            R"({"type":"array","items":"float","sal_count":12})");
}

TEST(AvroProfile, TakesAnyWordOfNeededByDmForTrueAsTheReferenceDoes) {
  Item item = make_item("x", ItemType::string);
  item.needed_by_dm = "false";
  item.needed_by_epo = false;
  item.frequency_hz = 0.02;
  ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(one_item_topic(item), Profile::sqr_029));
  EXPECT_EQ(schema.find("fields")->items()[7].print(),
            R"({"name":"x","type":"string","sal_index":0,"sal_frequency":0.02,)"
            R"("sal_needed_by_dm":true,"sal_needed_by_epo":false})");
}

TEST(AvroProfile, RefusesItemsThatTakeTheNameOfALeadingFieldOrOfTheTopic) {
  EXPECT_ERROR(ErrorCode::invalid_argument,
               to_avro(one_item_topic(make_item("sal_host", ItemType::int32)), Profile::sqr_029));
  Item item = make_item("Dome_position", ItemType::int32);
  item.enumeration = {{"a", std::nullopt}};
  EXPECT_ERROR(ErrorCode::invalid_argument, to_avro(one_item_topic(item), Profile::sqr_029));
}

TEST(AvroProfile, ProfilesAreKnownByName) {
  ASSERT_OK_AND_ASSIGN(const Profile profile, parse_profile("sqr-029"));
  EXPECT_EQ(to_string(profile), "sqr-029");
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_profile("sqr029"));
}

class AvroProfileCorpus : public ::testing::Test {
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

TEST_F(AvroProfileCorpus, TheRealTreeGivesEveryTopicAndNoProblem) {
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

TEST_F(AvroProfileCorpus, EveryReferenceSchemaIsReproducedByteForByte) {
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
    EXPECT_EQ(printed(schema), reference) << name;
    ++compared;
  }
  EXPECT_GE(compared, 500u);
  EXPECT_EQ(interfaces.find("ATHexapod_command_setMaxSpeeds"), nullptr);
}

TEST_F(AvroProfileCorpus, EveryTopicOfEveryTreeGivesAValidAvroSchema) {
  for (const char* tree : {"ts_xml-2019-01-21", "ts_xml-v4.0.0", "ts_xml-v20.0.0"}) {
    SKIP_WITHOUT_CORPUS(tree);
    for (const Topic& topic : load(tree).topics) {
      ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(topic, Profile::sqr_029));
      EXPECT_OK(avro::parse_schema(schema)) << topic.name;
    }
  }
}

TEST_F(AvroProfileCorpus, LaterTreesLoseNoFile) {
  SKIP_WITHOUT_CORPUS("ts_xml-v4.0.0");
  SKIP_WITHOUT_CORPUS("ts_xml-v20.0.0");
  EXPECT_EQ(load("ts_xml-v4.0.0").topics.size(), 1194u);
  EXPECT_EQ(load("ts_xml-v20.0.0").topics.size(), 1853u);
  for (const char* tree : {"ts_xml-v4.0.0", "ts_xml-v20.0.0"}) {
    for (const Problem& problem : load(tree).problems) ADD_FAILURE() << problem.to_string();
  }
}

}  // namespace
}  // namespace weir::sal

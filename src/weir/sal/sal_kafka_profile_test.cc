#include "weir/sal/sal_kafka_profile.h"

#include <gmock/gmock.h>

#include "weir/avro/schema.h"
#include "weir/sal/avro_profile.h"
#include "weir/testing/matchers.h"

namespace weir::sal {
namespace {

using ::testing::HasSubstr;

Item make_item(std::string name, ItemType type, std::string idl_type) {
  Item item;
  item.name = std::move(name);
  item.type = type;
  item.idl_type = std::move(idl_type);
  return item;
}

Topic topic_with(std::vector<Item> items) {
  Topic topic;
  topic.name = "Dome_logevent_state";
  topic.kind = TopicKind::event;
  topic.subsystem = "Dome";
  topic.items = std::move(items);
  return topic;
}

// The last field of the schema, which every strict parser has to take.
std::string last_field(const Topic& topic) {
  const Result<Json> schema = to_avro(topic, Profile::sal_kafka);
  if (!schema) return schema.error().message();
  EXPECT_OK(avro::parse_schema(*schema));
  return schema->find("fields")->items().back().print();
}

TEST(SalKafkaProfile, NamesTheRecordAsItsTopicOnKafka) {
  Topic topic = topic_with({});
  topic.description = "How it moves.";
  topic.alias = "state";
  ASSERT_OK_AND_ASSIGN(Json schema, to_avro(topic, Profile::sal_kafka));
  schema.set("fields", Json::array());
  EXPECT_EQ(schema.print(),
            R"({"type":"record","name":"logevent_state","namespace":"lsst.sal.Dome",)"
            R"("description":"How it moves.","sal_topic":"Dome_logevent_state",)"
            R"("sal_topic_type":"SALEvent","sal_alias":"state","fields":[]})");
  EXPECT_EQ(avro_topic(topic, Profile::sal_kafka), "lsst.sal.Dome.logevent_state");
  EXPECT_EQ(schema_file(topic, Profile::sal_kafka), "lsst.sal.Dome.logevent_state.avsc");
}

TEST(SalKafkaProfile, TheExplanationOfOlderTreesDescribesTheTopic) {
  Topic topic = topic_with({});
  topic.explanation = "old words";
  ASSERT_OK_AND_ASSIGN(const Json old, to_avro(topic, Profile::sal_kafka));
  EXPECT_EQ(*old.find_string("description"), "old words");
  EXPECT_EQ(old.find("sal_explanation"), nullptr);
  topic.description = "new words";
  ASSERT_OK_AND_ASSIGN(const Json both, to_avro(topic, Profile::sal_kafka));
  EXPECT_EQ(*both.find_string("description"), "new words");
  EXPECT_EQ(*both.find_string("sal_explanation"), "old words");
}

TEST(SalKafkaProfile, PrivateFieldsLeadAndTheIndexIsThereForIndexedComponents) {
  Topic topic = topic_with({});
  ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(topic, Profile::sal_kafka));
  std::vector<std::string> names;
  for (const Json& field : schema.find("fields")->items()) {
    names.push_back(*field.find_string("name"));
    EXPECT_NE(field.find("default"), nullptr);
    EXPECT_NE(field.find_string("units"), nullptr);
    EXPECT_NE(field.find_string("description"), nullptr);
  }
  const std::vector<std::string> kNames = {
      "private_sndStamp", "private_rcvStamp", "private_efdStamp", "private_kafkaStamp",
      "private_seqNum",   "private_revCode",  "private_identity", "private_origin"};
  EXPECT_EQ(names, kNames);
  topic.indexed = true;
  ASSERT_OK_AND_ASSIGN(const Json indexed, to_avro(topic, Profile::sal_kafka));
  EXPECT_EQ(*indexed.find("fields")->items()[0].find_string("name"), "salIndex");
  EXPECT_EQ(indexed.find("fields")->items().size(), kNames.size() + 1);
}

TEST(SalKafkaProfile, MapsEveryIdlTypeAndGivesItADefault) {
  const struct {
    ItemType type;
    const char *idl, *rest;
  } kTypes[] = {
      {ItemType::null_value, "null", R"("null","default":null)"},
      {ItemType::boolean, "boolean", R"("boolean","default":false)"},
      {ItemType::byte, "octet", R"("int","default":0)"},
      {ItemType::character, "char", R"("string","default":"")"},
      {ItemType::int16, "short", R"("int","default":0)"},
      {ItemType::uint16, "unsigned short", R"("int","default":0)"},
      {ItemType::int32, "int", R"("int","default":0)"},
      {ItemType::uint32, "unsigned int", R"("long","default":0)"},
      {ItemType::long32, "long", R"("int","default":0)"},
      {ItemType::ulong32, "unsigned long", R"("long","default":0)"},
      {ItemType::int64, "long long", R"("long","default":0)"},
      {ItemType::uint64, "unsigned long long", R"("long","default":0)"},
      {ItemType::float32, "float", R"("float","default":0.0)"},
      {ItemType::float64, "double", R"("double","default":0.0)"},
      {ItemType::string, "string", R"("string","default":"")"},
  };
  for (const auto& one : kTypes) {
    EXPECT_EQ(
        last_field(topic_with({make_item("x", one.type, one.idl)})),
        std::string(R"({"name":"x","type":)") + one.rest + R"(,"sal_type":")" + one.idl + "\"}");
  }
}

TEST(SalKafkaProfile, KeepsDescriptionAndUnits) {
  Item item = make_item("azimuth", ItemType::float64, "double");
  item.description = "Where the slit points.";
  item.units = "deg";
  item.frequency_hz = 0.5;
  item.needed_by_dm = "False";
  EXPECT_EQ(last_field(topic_with({item})),
            R"({"name":"azimuth","type":"double","default":0.0,"description":)"
            R"("Where the slit points.","units":"deg","sal_type":"double","sal_frequency":0.5,)"
            R"("sal_needed_by_dm":false})");
}

TEST(SalKafkaProfile, ArraysKeepTheirLengthAndBeginEmpty) {
  Item item = make_item("currents", ItemType::float32, "float");
  item.count = 12;
  EXPECT_EQ(last_field(topic_with({item})),
            R"({"name":"currents","type":{"type":"array","items":"float","sal_count":12},)"
            R"("default":[],"sal_type":"float"})");
  item = make_item("names", ItemType::string, "string");
  item.count = 2;
  EXPECT_THAT(last_field(topic_with({item})), HasSubstr(R"("items":"string","sal_count":2})"));
}

TEST(SalKafkaProfile, ACharArrayIsOneText) {
  Item item = make_item("word", ItemType::character, "char");
  item.count = 256;
  EXPECT_EQ(last_field(topic_with({item})),
            R"({"name":"word","type":"string","default":"","sal_type":"char","sal_count":256})");
}

TEST(SalKafkaProfile, AnEnumerationHasASymbolForThoseToCome) {
  Item item = make_item("filter", ItemType::long32, "long");
  item.enumeration = {{"red", std::nullopt}, {"blue", std::nullopt}};
  EXPECT_EQ(last_field(topic_with({item})),
            R"({"name":"filter","type":{"type":"enum","name":"logevent_state_filter",)"
            R"("symbols":["red","blue","unknown"],"default":"unknown"},"default":"unknown",)"
            R"("sal_type":"long"})");
  item.enumeration = {{"unknown", std::nullopt}, {"blue", std::nullopt}};
  EXPECT_THAT(last_field(topic_with({item})), HasSubstr(R"("symbols":["unknown","blue"],)"));
}

TEST(SalKafkaProfile, AnEnumerationWithACountIsAnArray) {
  Item item = make_item("ccdType", ItemType::int32, "int");
  item.count = 9;
  item.enumeration = {{"E2V", std::nullopt}};
  EXPECT_EQ(last_field(topic_with({item})),
            R"({"name":"ccdType","type":{"type":"array","items":{"type":"enum",)"
            R"("name":"logevent_state_ccdType","symbols":["E2V","unknown"],"default":"unknown"},)"
            R"("sal_count":9},"default":[],"sal_type":"int"})");
}

TEST(SalKafkaProfile, KeepsNumbersAndSpellingsThatSymbolsCannotSay) {
  Item item = make_item("sky", ItemType::int16, "short");
  item.enumeration = {{"clear", 4}, {"light cover", std::nullopt}, {"clear", 9}};
  EXPECT_EQ(last_field(topic_with({item})),
            R"({"name":"sky","type":{"type":"enum","name":"logevent_state_sky",)"
            R"("symbols":["clear","light_cover","clear_2","unknown"],"default":"unknown",)"
            R"("sal_values":{"clear":4,"light_cover":5,"clear_2":9},)"
            R"("sal_symbols":{"light_cover":"light cover","clear_2":"clear"}},)"
            R"("default":"unknown","sal_type":"short"})");
}

TEST(SalKafkaProfile, AnItemThatTakesAPrivateFieldsNameGetsAnother) {
  Topic topic = topic_with({make_item("salIndex", ItemType::long32, "long")});
  EXPECT_THAT(last_field(topic), HasSubstr(R"({"name":"salIndex",)"));
  EXPECT_TRUE(renamed_items(topic).empty());
  topic.indexed = true;
  EXPECT_EQ(last_field(topic),
            R"({"name":"salIndex_2","type":"int","default":0,"sal_name":"salIndex",)"
            R"("sal_type":"long"})");
  topic.items[0].line = 7;
  topic.place.file = "a.xml";
  ASSERT_EQ(renamed_items(topic).size(), 1u);
  EXPECT_EQ(renamed_items(topic)[0].to_string(),
            "a.xml:7: item 'salIndex' has the name of a field that SAL adds to every message; its "
            "own field is 'salIndex_2'");
  topic.items.push_back(make_item("salIndex_2", ItemType::long32, "long"));
  ASSERT_OK_AND_ASSIGN(const Json schema, to_avro(topic, Profile::sal_kafka));
  EXPECT_OK(avro::parse_schema(schema));
  EXPECT_THAT(schema.print(), HasSubstr(R"("name":"salIndex_3")"));
}

TEST(SalKafkaProfile, RefusesTopicsThatHaveNoNameInAComponent) {
  Topic topic = topic_with({});
  for (const auto& [name, subsystem] : {std::pair("state", ""), std::pair("state", "a b"),
                                        std::pair("Dome_", ""), std::pair("Dome_4k", "")}) {
    topic.name = name;
    topic.subsystem = subsystem;
    EXPECT_ERROR(ErrorCode::invalid_argument, to_avro(topic, Profile::sal_kafka));
  }
  topic.name = "state";
  topic.subsystem = "Dome";
  EXPECT_OK(to_avro(topic, Profile::sal_kafka));
}

}  // namespace
}  // namespace weir::sal

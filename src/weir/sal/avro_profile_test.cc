#include "weir/sal/avro_profile.h"

#include <gtest/gtest.h>

#include "weir/base/json.h"
#include "weir/testing/matchers.h"

namespace weir::sal {
namespace {

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
  EXPECT_EQ(avro_topic(topic, Profile::sqr_029), "lsst.sal.Dome_position");
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
            R"("sal_needed_by_epo":false,"sal_needed_by_dm":true})");
}

TEST(AvroProfile, RefusesItemsThatTakeTheNameOfALeadingFieldOrOfTheTopic) {
  EXPECT_ERROR(ErrorCode::invalid_argument,
               to_avro(one_item_topic(make_item("sal_host", ItemType::int32)), Profile::sqr_029));
  Item item = make_item("Dome_position", ItemType::int32);
  item.enumeration = {{"a", std::nullopt}};
  EXPECT_ERROR(ErrorCode::invalid_argument, to_avro(one_item_topic(item), Profile::sqr_029));
}

TEST(AvroProfile, SymbolsThatAvroDoesNotTakeAreRefusedAsTheReferenceCannotNameThem) {
  for (const char* second : {"a b", "red", ""}) {
    Item item = make_item("x", ItemType::int32);
    item.enumeration = {{"red", std::nullopt}, {second, std::nullopt}};
    EXPECT_ERROR(ErrorCode::invalid_argument, to_avro(one_item_topic(item), Profile::sqr_029));
  }
}

TEST(AvroProfile, ProfilesAreKnownByName) {
  for (const char* name : {"sqr-029", "sal-kafka"}) {
    ASSERT_OK_AND_ASSIGN(const Profile profile, parse_profile(name));
    EXPECT_EQ(to_string(profile), name);
  }
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_profile("sqr029"));
}

}  // namespace
}  // namespace weir::sal

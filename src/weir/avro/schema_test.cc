#include "weir/avro/schema.h"

#include <gmock/gmock.h>

#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

constexpr SchemaOptions kLenient = {.mode = SchemaOptions::Mode::lenient};

std::string reprint(std::string_view text, const SchemaOptions& options = {}) {
  const Result<Schema> schema = parse_schema(text, options);
  return schema ? schema->to_string() : schema.error().to_string();
}

std::string problem(std::string_view text, const SchemaOptions& options = {}) {
  const Result<Schema> schema = parse_schema(text, options);
  return schema ? "none" : schema.error().message();
}

TEST(SchemaPrint, PutsMembersInTheOrderOfJava) {
  EXPECT_EQ(
      reprint(R"({"aliases":["Old","b.Older"],"sal_version":"3.5","fields":[
        {"sal_units":"deg","aliases":["az"],"order":"descending","default":1.50,"doc":"d","type":"double","name":"azimuth"}],
        "doc":"Where it points","namespace":"a","name":"Pointing","type":"record","sal_index":7})"),
      R"({"type":"record","name":"Pointing","namespace":"a","doc":"Where it points","fields":[)"
      R"({"name":"azimuth","type":"double","doc":"d","default":1.5,"order":"descending","aliases":["az"],"sal_units":"deg"}],)"
      R"("sal_version":"3.5","sal_index":7,"aliases":["Old","b.Older"]})");
  EXPECT_EQ(
      reprint(
          R"({"symbols":["A","B"],"x":1,"default":"B","aliases":["F"],"name":"E","doc":"","type":"enum"})"),
      R"({"type":"enum","name":"E","doc":"","symbols":["A","B"],"default":"B","x":1,"aliases":["F"]})");
  EXPECT_EQ(
      reprint(R"({"size":16,"logicalType":"uuid","name":"a.b.Id","type":"fixed","doc":"i"})"),
      R"({"type":"fixed","name":"Id","namespace":"a.b","doc":"i","size":16,"logicalType":"uuid"})");
  EXPECT_EQ(reprint(R"({"items":{"type":"int"},"sal_count":3,"type":"array"})"),
            R"({"type":"array","items":"int","sal_count":3})");
  EXPECT_EQ(reprint(R"({"values":["null",{"logicalType":"date","type":"int"}],"type":"map"})"),
            R"({"type":"map","values":["null",{"type":"int","logicalType":"date"}]})");
}

TEST(SchemaPrint, WritesPrimitivesWithoutAttributesAsWords) {
  EXPECT_EQ(reprint(R"("string")"), R"("string")");
  EXPECT_EQ(reprint(R"({"type":"string"})"), R"("string")");
  EXPECT_EQ(reprint(R"({"type":"string","doc":"not kept by Java either"})"), R"("string")");
  EXPECT_EQ(reprint(R"({"default":"","type":"string"})"), R"({"type":"string","default":""})");
}

TEST(SchemaPrint, MentionsANamedTypeOnceInFull) {
  EXPECT_EQ(
      reprint(R"({"type":"record","name":"a.R","fields":[
        {"name":"one","type":{"type":"enum","name":"E","symbols":["X"]}},
        {"name":"two","type":"E"},{"name":"three","type":{"type":"a.E"}},
        {"name":"self","type":["null","a.R"]},
        {"name":"far","type":{"type":"fixed","name":"b.F","size":2}},{"name":"far2","type":"b.F"},
        {"name":"none","type":{"type":"fixed","name":"G","namespace":"","size":2}},{"name":"none2","type":"G"}]})"),
      R"({"type":"record","name":"R","namespace":"a","fields":[)"
      R"({"name":"one","type":{"type":"enum","name":"E","symbols":["X"]}},)"
      R"({"name":"two","type":"E"},{"name":"three","type":"E"},{"name":"self","type":["null","R"]},)"
      R"({"name":"far","type":{"type":"fixed","name":"F","namespace":"b","size":2}},{"name":"far2","type":"b.F"},)"
      R"({"name":"none","type":{"type":"fixed","name":"G","namespace":"","size":2}},{"name":"none2","type":"G"}]})");
}

TEST(SchemaPrint, WritesANameThatIsATypeWordInFull) {
  EXPECT_EQ(reprint(R"({"type":"record","name":"a.R","fields":[{"name":"x","type":
        {"type":"fixed","name":"int","size":1}},{"name":"y","type":"a.int"}]})"),
            R"({"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":)"
            R"({"type":"fixed","name":"int","size":1}},{"name":"y","type":"a.int"}]})");
}

TEST(SchemaPrint, WritesNumbersAsJackson) {
  EXPECT_EQ(
      reprint(
          R"({"type":"int","a":0.02,"b":1e-05,"c":100000000000000000000,"d":1E2,"e":[-0,{"f":2.50}]})"),
      R"({"type":"int","a":0.02,"b":1.0E-5,"c":100000000000000000000,"d":100.0,"e":[0,{"f":2.5}]})");
}

TEST(SchemaPrint, HasAPrettyFormThatReadsBack) {
  ASSERT_OK_AND_ASSIGN(const Schema schema,
                       parse_schema(R"({"type":"array","items":"int","n":[1]})"));
  EXPECT_EQ(schema.to_pretty_string(),
            "{\n  \"type\": \"array\",\n  \"items\": \"int\",\n  \"n\": [\n    1\n  ]\n}");
  EXPECT_EQ(*parse_schema(schema.to_pretty_string()), schema);
}

TEST(SchemaParse, TellsNoDefaultFromTheDefaultNull) {
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(R"({"type":"record","name":"R","fields":[
        {"name":"a","type":["null","int"]},{"name":"b","type":["null","int"],"default":null}]})"));
  EXPECT_FALSE(schema->fields[0].default_value.has_value());
  ASSERT_TRUE(schema->fields[1].default_value.has_value());
  EXPECT_TRUE(schema->fields[1].default_value->is_null());
}

TEST(SchemaParse, KnowsLogicalTypesAndKeepsUnknownOnes) {
  const auto logical = [](std::string_view text) { return (*parse_schema(text))->logical; };
  EXPECT_EQ(logical(R"({"type":"long","logicalType":"timestamp-millis"})"),
            LogicalType::timestamp_millis);
  EXPECT_EQ(logical(R"({"type":"long","logicalType":"timestamp-micros"})"),
            LogicalType::timestamp_micros);
  EXPECT_EQ(logical(R"({"type":"string","logicalType":"timestamp-micros"})"), LogicalType::none);
  EXPECT_EQ(logical(R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})"),
            LogicalType::decimal);
  EXPECT_EQ(logical(R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":5})"),
            LogicalType::none);
  EXPECT_EQ(logical(R"({"type":"fixed","name":"D","size":12,"logicalType":"duration"})"),
            LogicalType::duration);
  EXPECT_EQ(reprint(R"({"logicalType":"angle","type":"double"})"),
            R"({"type":"double","logicalType":"angle"})");
}

TEST(SchemaParse, KnowsTheLeastSizeOfAValue) {
  const auto least = [](std::string_view text) { return (*parse_schema(text))->least_size; };
  EXPECT_EQ(least(R"("null")"), 0u);
  EXPECT_EQ(least(R"(["null","double"])"), 1u);
  EXPECT_EQ(least(R"({"type":"record","name":"R","fields":[{"name":"d","type":"double"},
        {"name":"f","type":"float"},{"name":"a","type":{"type":"array","items":"R"}}]})"),
            13u);
}

TEST(SchemaParse, NamesThePlaceOfAnError) {
  EXPECT_EQ(problem(R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},
        {"name":"b","type":{"type":"array","items":["null","Missing"]}}]})"),
            "$.fields[1].type.items[1]: unknown type \"Missing\"");
  EXPECT_EQ(problem(R"({"type":"enum","name":"E","symbols":["A","b c"]})"),
            "$.symbols[1]: the name \"b c\" is not made of letters, digits and underscores");
  EXPECT_THAT(problem("{\"type\":\n tru}"), testing::StartsWith("2:"));
}

TEST(Schema, EqualsAnotherWithTheSameText) {
  ASSERT_OK_AND_ASSIGN(const Schema one, parse_schema(R"({"type":"map","values":"int"})"));
  ASSERT_OK_AND_ASSIGN(const Schema same,
                       parse_schema(R"({"values":{"type":"int"},"type":"map"})"));
  ASSERT_OK_AND_ASSIGN(const Schema other,
                       parse_schema(R"({"values":"int","type":"map","unit":"m"})"));
  EXPECT_TRUE(one == same);
  EXPECT_FALSE(one == other);
}

}  // namespace
}  // namespace weir::avro

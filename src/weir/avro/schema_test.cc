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

TEST(SchemaParse, RefusesWhatIsNoSchema) {
  for (
      const char* text : {
          R"(1)",
          R"(null)",
          R"({})",
          R"("strin")",
          R"({"type":1})",
          R"({"type":{"type":"int"}})",
          R"({"type":"record","name":"R"})",
          R"({"type":"record","fields":[]})",
          R"({"type":"record","name":"","fields":[]})",
          R"({"type":"record","name":"1x","fields":[]})",
          R"({"type":"record","name":"a..R","fields":[]})",
          R"({"type":"record","name":"int","fields":[]})",
          R"({"type":"record","name":"R","fields":[1]})",
          R"({"type":"record","name":"R","fields":[{"name":"a"}]})",
          R"({"type":"record","name":"R","fields":[{"type":"int"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"x y","type":"int"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"a","type":"int","order":"up"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"fixed","name":"R","size":1}}]})",
          R"({"type":"enum","name":"E"})",
          R"({"type":"enum","name":"E","symbols":["A","A"]})",
          R"({"type":"enum","name":"E","symbols":[1]})",
          R"({"type":"enum","name":"E","symbols":["A"],"default":"B"})",
          R"({"type":"fixed","name":"F"})",
          R"({"type":"fixed","name":"F","size":-1})",
          R"({"type":"fixed","name":"F","size":2147483648})",
          R"({"type":"fixed","name":"F","size":1.5})",
          R"({"type":"array"})",
          R"({"type":"map"})",
          R"(["int","int"])",
          R"([["int"]])",
          R"({"type":"fixed","name":"F","size":1,"aliases":"x"})",
      }) {
    EXPECT_ERROR(ErrorCode::invalid_argument, parse_schema(text)) << text;
  }
}

TEST(SchemaParse, ChecksDefaultsAgainstTheirType) {
  const auto with = [](std::string_view type, std::string_view value,
                       const SchemaOptions& options = {}) {
    return parse_schema(R"({"type":"record","name":"R","fields":[{"name":"f","type":)" +
                            std::string(type) + R"(,"default":)" + std::string(value) + "}]}",
                        options);
  };
  EXPECT_OK(with(R"("int")", "-2147483648"));
  EXPECT_ERROR(ErrorCode::invalid_argument, with(R"("int")", "3000000000"));
  EXPECT_ERROR(ErrorCode::invalid_argument, with(R"("int")", "1.0"));
  EXPECT_OK(with(R"("int")", "3000000000", kLenient));
  EXPECT_OK(with(R"("double")", "1"));
  EXPECT_OK(with(R"("double")", R"("NaN")"));
  EXPECT_ERROR(ErrorCode::invalid_argument, with(R"("double")", R"("much")"));
  EXPECT_OK(with(R"(["null","string"])", R"("a later branch")"));
  EXPECT_ERROR(ErrorCode::invalid_argument, with(R"(["null","string"])", "1"));
  EXPECT_OK(with(R"({"type":"array","items":"long"})", "[1,2]"));
  EXPECT_ERROR(ErrorCode::invalid_argument,
               with(R"({"type":"map","values":"long"})", R"({"a":"b"})"));
  EXPECT_OK(with(R"({"type":"record","name":"S","fields":[{"name":"x","type":"int","default":1}]})",
                 "{}"));
  EXPECT_ERROR(ErrorCode::invalid_argument,
               with(R"({"type":"record","name":"S","fields":[{"name":"x","type":"int"}]})", "{}"));
  EXPECT_ERROR(ErrorCode::invalid_argument, with(R"("R")", "{}"));
}

TEST(SchemaParse, TakesOldNamesOnlyWhenLenient) {
  const char* text =
      R"({"type":"record","name":"lsst.sal.a-b","fields":[{"name":"x y","type":{"type":"enum","name":"x y","symbols":["A=0","2"]}}]})";
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_schema(text));
  EXPECT_EQ(
      reprint(text, kLenient),
      R"({"type":"record","name":"a-b","namespace":"lsst.sal","fields":[{"name":"x y","type":)"
      R"({"type":"enum","name":"x y","symbols":["A=0","2"]}}]})");
}

TEST(SchemaParse, StopsAtItsLimits) {
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += R"({"type":"array","items":)";
  EXPECT_THAT(problem(deep + "\"int\"" + std::string(70, '}')),
              testing::HasSubstr("nested deeper than 64"));
  EXPECT_THAT(problem(std::string(101, ' '), {.max_size = 100}), testing::HasSubstr("101 bytes"));
}

TEST(SchemaParse, ReadsDefaultsThatLeadBackToThemselvesInBoundedTime) {
  // Each record refers twice to the one before it: checking the last default would take 2^40 steps.
  std::string text =
      R"({"type":"record","name":"R","fields":[{"name":"f0","type":{"type":"record","name":"T0","fields":[]}})";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "\"T" + std::to_string(i - 1) + "\"";
    text += R"(,{"name":"f)" + std::to_string(i) + R"(","type":{"type":"record","name":"T)" +
            std::to_string(i) + R"(","fields":[{"name":"a","type":)" + before +
            R"(,"default":{}},{"name":"b","type":)" + before + R"(,"default":{}}]},"default":{}})";
  }
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_schema(text + "]}"));
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

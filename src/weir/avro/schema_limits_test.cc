// Schemas made to cost more than their text is worth.
#include <gmock/gmock.h>

#include "weir/avro/canonical_form.h"
#include "weir/avro/schema.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

constexpr SchemaOptions kLenient = {.mode = SchemaOptions::Mode::lenient};

std::string problem(std::string_view text, const SchemaOptions& options = {}) {
  const Result<Schema> schema = parse_schema(text, options);
  return schema ? "none" : schema.error().message();
}

std::string joined(size_t count, const std::function<std::string(size_t)>& item) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += (i > 0 ? "," : "") + item(i);
  return all;
}

TEST(SchemaLimits, StopAtDepthAndSize) {
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += R"({"type":"array","items":)";
  const std::string text = deep + "\"int\"" + std::string(70, '}');
  EXPECT_THAT(problem(text), testing::HasSubstr("nested deeper than 64"));
  EXPECT_EQ(problem(text, {.max_depth = 80}), "none");
  EXPECT_THAT(problem(std::string(100'000, '[')), testing::HasSubstr("nested deeper"));
  EXPECT_THAT(problem(std::string(101, ' '), {.max_size = 100}), testing::HasSubstr("101 bytes"));
}

TEST(SchemaLimits, TakeAFixedOfTheLargestSizeWithoutMemoryForIt) {
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(R"({"type":"record","name":"R","fields":[
      {"name":"a","type":{"type":"fixed","name":"F","size":2147483647}},{"name":"b","type":"F"}]})"));
  EXPECT_EQ(schema->least_size, 2u * 2147483647u);
}

TEST(SchemaLimits, SumOfLeastSizesDoesNotOverflow) {
  // Each record is twice the one before it: 2^64 bytes and more.
  std::string text = R"([{"type":"fixed","name":"T0","size":2147483647})";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "\"type\":\"T" + std::to_string(i - 1) + "\"}";
    text += R"(,{"type":"record","name":"T)" + std::to_string(i) + R"(","fields":[{"name":"a",)" +
            before + R"(,{"name":"b",)" + before + "]}";
  }
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(text + "]"));
  EXPECT_EQ(schema->branches.back()->least_size, size_t{1} << 40);
}

TEST(SchemaLimits, BoundTheCheckOfDefaultsThatLeadBackToThemselves) {
  // Each record refers twice to the one before it: checking the last default takes 2^40 steps.
  std::string text =
      R"({"type":"record","name":"R","fields":[{"name":"f0","type":{"type":"record","name":"T0","fields":[]}})";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "\"T" + std::to_string(i - 1) + "\"";
    text += R"(,{"name":"f)" + std::to_string(i) + R"(","type":{"type":"record","name":"T)" +
            std::to_string(i) + R"(","fields":[{"name":"a","type":)" + before +
            R"(,"default":{}},{"name":"b","type":)" + before + R"(,"default":{}}]},"default":{}})";
  }
  text += "]}";
  EXPECT_THAT(problem(text), testing::HasSubstr("take too long to check"));
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(text, kLenient));
  EXPECT_FALSE(schema.warnings().empty());
  EXPECT_EQ(schema.to_string(), text);
}

TEST(SchemaLimits, ReadTensOfThousandsOfEverything) {
  constexpr size_t kMany = 10'000;
  const auto number = [](size_t i) { return std::to_string(i); };
  const std::string aliases = joined(kMany, [&](size_t i) { return "\"A" + number(i) + "\""; });
  ASSERT_OK_AND_ASSIGN(
      const Schema aliased,
      parse_schema(R"({"type":"fixed","name":"F","size":1,"aliases":[)" + aliases + "]}"));
  EXPECT_EQ(aliased->aliases.size(), kMany);

  const std::string fields = joined(kMany, [&](size_t i) {
    return R"({"name":"f)" + number(i) + R"(","type":"int","default":1})";
  });
  const std::string values =
      joined(kMany, [&](size_t i) { return "\"f" + number(kMany - 1 - i) + "\":2"; });
  const std::string record = R"({"type":"record","name":"S","fields":[)" + fields + "]}";
  ASSERT_OK_AND_ASSIGN(const Schema wide,
                       parse_schema(R"({"type":"record","name":"R","fields":[{"name":"s","type":)" +
                                    record + R"(,"default":{)" + values + "}}]}"));
  EXPECT_EQ(wide->fields[0].type->fields.size(), kMany);
  EXPECT_EQ(wide->fields[0].type->find_field("f9999"), &wide->fields[0].type->fields.back());

  const std::string branches = joined(kMany, [&](size_t i) {
    return R"({"type":"enum","name":"E)" + number(i) + R"(","symbols":["A"]})";
  });
  ASSERT_OK_AND_ASSIGN(const Schema broad, parse_schema("[" + branches + "]"));
  EXPECT_EQ(broad->branches.size(), kMany);
  EXPECT_GT(canonical_form(broad).size(), kMany);
}

TEST(SchemaLimits, KeepAHundredWarningsOfEachKind) {
  const std::string symbols =
      joined(5000, [](size_t i) { return "\"-" + std::to_string(i) + "\""; });
  ASSERT_OK_AND_ASSIGN(
      const Schema schema,
      parse_schema(R"({"type":"enum","name":"E","symbols":[)" + symbols + R"(,"A","A"]})",
                   kLenient));
  EXPECT_THAT(schema.warnings(), testing::SizeIs(101));
  EXPECT_EQ(schema.warnings().back().rule, SchemaRule::unique_symbol);
}

TEST(SchemaLimits, ShareOneTypeAmongAllMentionsOfAPlainPrimitive) {
  ASSERT_OK_AND_ASSIGN(
      const Schema schema,
      parse_schema(R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},
      {"name":"b","type":{"type":"int"}},{"name":"c","type":{"type":"int","units":"m"}}]})"));
  EXPECT_EQ(schema->fields[0].type, schema->fields[1].type);
  EXPECT_NE(schema->fields[0].type, schema->fields[2].type);
}

}  // namespace
}  // namespace weir::avro

#include "weir/avro/json_encoding.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Schema schema_of(std::string_view text) { return *parse_schema(text); }

std::string text_of(std::string_view schema, Value::Data data) {
  const Result<Json> json = to_json_encoding(schema_of(schema), Value{std::move(data), {}});
  return json ? json->print() : json.error().to_string();
}

Result<Value> value_of(std::string_view schema, std::string_view json) {
  return from_json_encoding(schema_of(schema), *Json::parse(json));
}

std::string problem_of(std::string_view schema, std::string_view json) {
  const Result<Value> value = value_of(schema, json);
  return value ? "none" : value.error().message();
}

constexpr const char* kAll = R"({"type":"record","name":"a.All","fields":[
    {"name":"i","type":"int"},{"name":"l","type":"long"},{"name":"f","type":"float"},
    {"name":"s","type":"string"},{"name":"b","type":"bytes"},
    {"name":"e","type":{"type":"enum","name":"E","symbols":["ON","OFF"]}},
    {"name":"m","type":{"type":"map","values":"boolean"}},
    {"name":"u","type":["null","long",{"type":"array","items":"E"},{"type":"fixed","name":"b.F","size":1},"All"]}]})";

TEST(JsonEncoding, WritesAndReadsEveryKindOfType) {
  const Schema schema = schema_of(kAll);
  const std::string head =
      "{\"i\":-1,\"l\":9223372036854775807,\"f\":0.1,\"s\":\"\xC3\xA9\\n\",\"b\":"
      "\"\\u0000\xC3\xBF\","
      "\"e\":\"OFF\",\"m\":{\"x\":true,\"y\":false},\"u\":";
  const std::string inner = head + "null}";
  for (const std::string& u : {std::string("null"), std::string("{\"long\":-9223372036854775808}"),
                               std::string("{\"array\":[\"ON\",\"OFF\"]}"),
                               std::string("{\"b.F\":\"z\"}"), "{\"a.All\":" + inner + "}"}) {
    const std::string text = head + u + "}";
    ASSERT_OK_AND_ASSIGN(const Json json, Json::parse(text));
    ASSERT_OK_AND_ASSIGN(const Value value, from_json_encoding(schema, json));
    Bytes bytes;
    ASSERT_OK(encode_value(schema, value, bytes));
    ASSERT_OK_AND_ASSIGN(const Value decoded, decode_value(schema, bytes));
    EXPECT_TRUE(decoded == value) << text;
    ASSERT_OK_AND_ASSIGN(const Json again, to_json_encoding(schema, decoded));
    EXPECT_EQ(again.print(), text);
  }
}

TEST(JsonEncoding, WritesRealsAsJavaDoes) {
  EXPECT_EQ(text_of("\"double\"", 0.1), "0.1");
  EXPECT_EQ(text_of("\"double\"", 1e-5), "1.0E-5");
  EXPECT_EQ(text_of("\"double\"", 12345678.0), "1.2345678E7");
  EXPECT_EQ(text_of("\"double\"", -0.0), "-0.0");
  EXPECT_EQ(text_of("\"double\"", int64_t{3}), "3.0");
  EXPECT_EQ(text_of("\"float\"", static_cast<double>(0.1F)), "0.1");
  EXPECT_EQ(text_of("\"float\"", static_cast<double>(16777216.0F)), "1.6777216E7");
  EXPECT_EQ(text_of("\"double\"", kNaN), "\"NaN\"");
  EXPECT_EQ(text_of("\"float\"", kInfinity), "\"Infinity\"");
  EXPECT_EQ(text_of("\"double\"", -kInfinity), "\"-Infinity\"");
}

TEST(JsonEncoding, ReadsRealsInEveryFormThatJavaReads) {
  const auto real = [](std::string_view type, std::string_view json) {
    return std::get<double>(value_of(type, json)->data);
  };
  EXPECT_EQ(real("\"double\"", "3"), 3.0);
  EXPECT_EQ(real("\"double\"", "1e-3"), 0.001);
  EXPECT_TRUE(std::isnan(real("\"double\"", "\"NaN\"")));
  EXPECT_EQ(real("\"float\"", "\"INF\""), kInfinity);
  EXPECT_EQ(real("\"float\"", "\"Infinity\""), kInfinity);
  EXPECT_EQ(real("\"double\"", "\"-INF\""), -kInfinity);
  EXPECT_EQ(real("\"double\"", "\"-Infinity\""), -kInfinity);
  EXPECT_EQ(real("\"float\"", "0.1"), static_cast<double>(0.1F));
  EXPECT_EQ(real("\"float\"", "3.4028235e38"),
            static_cast<double>(std::numeric_limits<float>::max()));
  EXPECT_EQ(real("\"float\"", "1e-60"), 0.0);
  // Half way between two floats and a little more, which a double does not tell from half way.
  EXPECT_EQ(real("\"float\"", "1.000000059604644775390625000001"), static_cast<double>(1.0000001F));
}

TEST(JsonEncoding, TakesTheMembersOfRecordsInAnyOrder) {
  const char* schema =
      R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"},
      {"name":"c","type":"int"}]})";
  ASSERT_OK_AND_ASSIGN(const Value value, value_of(schema, R"({"c":3,"a":1,"b":2})"));
  EXPECT_EQ(value.to_json().print(), R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(problem_of(schema, R"({"c":3,"a":1})"), "$.b: the field is missing");
  EXPECT_EQ(problem_of(schema, R"({"c":3,"a":1,"b":2,"d":4})"),
            "$.d: the record has no such field");
}

TEST(JsonEncoding, NamesThePlaceThatDoesNotFit) {
  const char* schema = R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array",
      "items":["null",{"type":"map","values":"int"}]}}]})";
  EXPECT_EQ(problem_of(schema, R"({"a":[null,{"map":{"x":1.5}}]})"),
            "$.a[1].map.x: no int but the number 1.5");
  EXPECT_EQ(problem_of(schema, R"({"a":[null,{"map":{"x":3000000000}}]})"),
            "$.a[1].map.x: 3000000000 needs more than the 32 bits of an int");
  EXPECT_EQ(problem_of(schema, R"({"a":[{"int":3}]})"), "$.a[0]: the union has no branch \"int\"");
  EXPECT_EQ(problem_of(schema, R"({"a":[3]})"),
            "$.a[0]: a union is null or an object with one member, the name of a branch");
  EXPECT_EQ(problem_of(schema, R"({"a":[{"null":null}]})"),
            "$.a[0]: the union has no branch \"null\"");
  EXPECT_EQ(problem_of(schema, R"({"a":[{"map":{},"x":1}]})"),
            "$.a[0]: a union is null or an object with one member, the name of a branch");
  EXPECT_EQ(problem_of(schema, R"({"a":{}})"), "$.a: no array but an object");
  EXPECT_EQ(problem_of(schema, "[]"), "$: no record but an array");
  EXPECT_EQ(problem_of("\"long\"", "9223372036854775808"),
            "$: no long but the number 9223372036854775808");
  EXPECT_EQ(problem_of("\"boolean\"", "null"), "$: no boolean but null");
  EXPECT_EQ(problem_of("\"null\"", "false"), "$: no null but true or false");
  EXPECT_EQ(problem_of("\"float\"", "1e39"), "$: a number beyond the range of a float");
  EXPECT_EQ(problem_of("\"double\"", "\"nan\""), "$: no double but text");
  EXPECT_EQ(problem_of("\"bytes\"", "\"\\u0100\""),
            "$: a character beyond U+00FF, which is no byte");
  EXPECT_EQ(problem_of(R"({"type":"fixed","name":"F","size":2})", "\"\xC3\xBF\""),
            "$: 1 bytes for a fixed of 2");
  EXPECT_EQ(problem_of(R"({"type":"enum","name":"E","symbols":["A"]})", "\"B\""),
            "$: the enum has no such symbol");
}

TEST(JsonEncoding, WritesOnlyValuesThatFit) {
  EXPECT_EQ(text_of("\"int\"", int64_t{1} << 40),
            "invalid argument: $: 1099511627776 needs more than the 32 bits of an int");
  EXPECT_EQ(text_of("\"string\"", std::string("\xFF")),
            "invalid argument: $: text that is not UTF-8");
  EXPECT_EQ(text_of(R"({"type":"map","values":"int"})", Value::Map{{{"k", {true, {}}}}}),
            "invalid argument: $.k: the value is no int");
  EXPECT_EQ(text_of(R"({"type":"array","items":"int"})",
                    std::vector<Value>{{int64_t{1}, {}}, {true, {}}}),
            "invalid argument: $[1]: the value is no int");
  EXPECT_EQ(text_of(R"(["null","int"])", true),
            "invalid argument: $: the value fits no branch of the union");
  EXPECT_EQ(text_of(R"(["null","long"])", int64_t{5}), R"({"long":5})");
}

TEST(JsonEncoding, KeepsTheLastOfEqualMapKeys) {
  EXPECT_EQ(
      text_of(
          R"({"type":"map","values":"int"})",
          Value::Map{{{"k", {int64_t{1}, {}}}, {"j", {int64_t{2}, {}}}, {"k", {int64_t{3}, {}}}}}),
      R"({"k":3,"j":2})");
}

TEST(JsonEncoding, EndsAtNestingWithoutEnd) {
  const char* schema =
      R"({"type":"record","name":"R","fields":[{"name":"n","type":["null","R"]}]})";
  std::string text = "null";
  for (int i = 0; i < 60; ++i) text = R"({"R":{"n":)" + text + "}}";
  EXPECT_THAT(problem_of(schema, R"({"n":)" + text + "}"),
              ::testing::HasSubstr("values nested too deeply"));
}

}  // namespace
}  // namespace weir::avro

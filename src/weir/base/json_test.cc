#include "weir/base/json.h"

#include <gmock/gmock.h>

#include <limits>

#include "weir/base/utf8.h"
#include "weir/testing/matchers.h"

namespace weir {
namespace {

std::string reprint(std::string_view text, const JsonPrintOptions& options = {}) {
  const Result<Json> json = Json::parse(text);
  return json ? json->print(options) : json.error().to_string();
}

std::string problem(std::string_view text) {
  const Result<Json> json = Json::parse(text);
  return json ? "none" : json.error().message();
}

TEST(Json, PrintsBackWhatItReadInTheSameOrder) {
  for (const char* text : {"null",
                           "true",
                           "false",
                           "0",
                           "-0",
                           "-1",
                           "9223372036854775807",
                           "-9223372036854775808",
                           "18446744073709551615",
                           "123456789012345678901234567890",
                           "0.02",
                           "1.0",
                           "1e-05",
                           "1.50",
                           "\"\"",
                           "\"a\\\"b\\\\c\\n\"",
                           "[]",
                           "{}",
                           "[1,[2,[]],{}]",
                           "{\"b\":1,\"a\":{\"z\":null,\"y\":[true]}}",
                           "\"\xC3\xA9\xF0\x9F\x94\xAD\""}) {
    EXPECT_EQ(reprint(text), text);
  }
}

TEST(Json, NamesLineAndColumnOfAnError) {
  EXPECT_THAT(problem("{\n  \"a\": 1,\n  \"b\": tru\n}"), testing::StartsWith("3:"));
  EXPECT_THAT(problem("[1, 2"), testing::StartsWith("1:6: "));
  EXPECT_EQ(problem("{\"a\":1,\n \"b\":2, \"a\":3}"), "2:11: duplicate key \"a\"");
  EXPECT_THAT(problem(""), testing::StartsWith("1:1: "));
}

TEST(Json, RefusesWhatIsNoJson) {
  for (std::string_view text :
       {"{",           "}",        "[1,]",     "{\"a\"}",      "{\"a\":}",
        "{a:1}",       "'a'",      "01",       "1.",           ".5",
        "+1",          "NaN",      "Infinity", "1 2",          "\"\\x\"",
        "\"\\ud800\"", "\"a\nb\"", "\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"",
        "/**/1",       "nul",      "1e999"}) {
    EXPECT_ERROR(ErrorCode::invalid_argument, Json::parse(text));
  }
}

TEST(Json, RefusesNestingPastItsLimitAndSurvivesMillionsOfBrackets) {
  EXPECT_OK(Json::parse("[[[]]]", {.max_depth = 3}));
  EXPECT_ERROR(ErrorCode::invalid_argument, Json::parse("[[[[]]]]", {.max_depth = 3}));
  EXPECT_THAT(problem(std::string(1'000'000, '[')), testing::HasSubstr("nested deeper than 128"));
}

TEST(Json, FindsADuplicateAmongVeryManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 50'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_OK(Json::parse(text + "\"end\":0}"));
  EXPECT_THAT(problem(text + "\"k123\":0}"), testing::HasSubstr("duplicate key \"k123\""));
}

TEST(Json, PrintsAsPythonDoes) {
  const std::string text =
      R"({"b":[],"a":{},"é":"\u0000\u001f\u007f\b\f/\"\\","list":[1,[2],{"x":null}],"𝄞":"🔭","￿":true})";
  const std::string expected =
      "{\n  \"a\": {},\n  \"b\": [],\n  \"list\": [\n    1,\n    [\n      2\n    ],\n    {\n      "
      "\"x\": null\n"
      "    }\n  ],\n  \"\\u00e9\": \"\\u0000\\u001f\\u007f\\b\\f/\\\"\\\\\",\n  \"\\uffff\": "
      "true,\n"
      "  \"\\ud834\\udd1e\": \"\\ud83d\\udd2d\"\n}";
  EXPECT_EQ(reprint(text, {.indent = 2, .sort_keys = true, .ascii = true}), expected);
  EXPECT_EQ(reprint("{}", {.indent = 2}), "{}");
}

TEST(Json, EscapesControlCharactersAsJavaDoes) {
  EXPECT_EQ(reprint(R"("\u001f\u0000\u007f\/\t")"), "\"\\u001F\\u0000\x7F/\\t\"");
}

TEST(Json, WritesRealNumbersAsPythonRepr) {
  const auto repr = [](double value) { return format_real(value, NumberStyle::python); };
  EXPECT_EQ(repr(0.02), "0.02");
  EXPECT_EQ(repr(1), "1.0");
  EXPECT_EQ(repr(1e-5), "1e-05");
  EXPECT_EQ(repr(0.0001), "0.0001");
  EXPECT_EQ(repr(1e15), "1000000000000000.0");
  EXPECT_EQ(repr(1e16), "1e+16");
  EXPECT_EQ(repr(-1.5e300), "-1.5e+300");
  EXPECT_EQ(repr(-0.0), "-0.0");
  EXPECT_EQ(repr(123456.75), "123456.75");
  EXPECT_EQ(repr(5e-324), "5e-324");
  EXPECT_EQ(repr(0.1 + 0.2), "0.30000000000000004");
}

TEST(Json, WritesRealNumbersAsJavaDouble) {
  const auto java = [](double value) { return format_real(value, NumberStyle::java); };
  EXPECT_EQ(java(0.02), "0.02");
  EXPECT_EQ(java(100), "100.0");
  EXPECT_EQ(java(0.001), "0.001");
  EXPECT_EQ(java(0.00025), "2.5E-4");
  EXPECT_EQ(java(9999999), "9999999.0");
  EXPECT_EQ(java(1e7), "1.0E7");
  EXPECT_EQ(java(-1.25e-300), "-1.25E-300");
  EXPECT_EQ(reprint("[1,-0,1.50,1e2,-1E-7]", {.numbers = NumberStyle::java}),
            "[1,0,1.5,100.0,-1.0E-7]");
}

TEST(Json, BuildsNumbersWithoutLosingADigit) {
  EXPECT_EQ(Json(INT64_MIN).print(), "-9223372036854775808");
  EXPECT_EQ(Json(UINT64_MAX).print(), "18446744073709551615");
  EXPECT_EQ(Json(true).print(), "true");
  EXPECT_EQ(Json::real(0.02).print(), "0.02");
  EXPECT_EQ(Json::single(0.1F).print(), "0.1");
  EXPECT_EQ(Json::single(16777216.0F, NumberStyle::java).print(), "1.6777216E7");
  EXPECT_EQ(Json::single(-std::numeric_limits<float>::infinity()).print(), "\"-Infinity\"");
  EXPECT_EQ(Json::real(1e-5, NumberStyle::java).print(), "1.0E-5");
  EXPECT_EQ(Json::real(std::numeric_limits<double>::quiet_NaN()).print(), "\"NaN\"");
  EXPECT_EQ(Json::real(-std::numeric_limits<double>::infinity()).print(), "\"-Infinity\"");
}

TEST(Json, GivesTypedValuesAndNothingForAnotherKind) {
  ASSERT_OK_AND_ASSIGN(const Json json,
                       Json::parse(R"({"i":-5,"u":18446744073709551615,"d":2.5,"s":"x"})"));
  EXPECT_EQ(json.find_int64("i"), -5);
  EXPECT_EQ(json.find_int64("u"), std::nullopt);
  EXPECT_EQ(json.find("u")->as_uint64(), UINT64_MAX);
  EXPECT_EQ(json.find_int64("d"), std::nullopt);
  EXPECT_EQ(json.find("d")->as_double(), 2.5);
  EXPECT_EQ(*json.find_string("s"), "x");
  EXPECT_EQ(json.find_string("i"), nullptr);
  EXPECT_EQ(json.find("missing"), nullptr);
  EXPECT_TRUE(json.items().empty());
}

TEST(Json, SetsMembersInPlaceAndAppendsNewOnes) {
  Json json;
  json.set("a", 1).set("b", "x").set("a", Json().push_back(false).push_back(true));
  EXPECT_EQ(json.print(), R"({"a":[false,true],"b":"x"})");
  EXPECT_EQ(json, *Json::parse(json.print()));
  EXPECT_FALSE(json == *Json::parse(R"({"b":"x","a":[false,true]})"));
}

TEST(Json, NeverPrintsBytesThatAreNotUtf8) {
  const Json json = std::string_view("a\xFF\xC3");
  EXPECT_EQ(json.print(), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json.print({.ascii = true}), "\"a\\ufffd\\ufffd\"");
}

TEST(Utf8, TellsWellFormedFromMalformed) {
  for (std::string_view good :
       {"", "plain text of some length", "\xC3\xA9", "\xE2\x82\xAC", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good));
    EXPECT_TRUE(is_utf8("01234567" + std::string(good) + "01234567"));
  }
  for (std::string_view bad :
       {"\x80", "\xC1\x81", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_FALSE(is_utf8("01234567" + std::string(bad)));
  }
}

}  // namespace
}  // namespace weir

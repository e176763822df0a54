// The rules themselves are rows of tests/data/schema_pairs.jsonl (schema_pairs_test.cc); here is
// what a row cannot say: limits, lenient schemas, and what is done about costly ones.
#include "weir/avro/compatibility.h"

#include <gmock/gmock.h>

#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Schema schema_of(const std::string& text) {
  Result<Schema> schema = parse_schema(text);
  EXPECT_OK(schema);
  return schema ? *schema : *parse_schema("\"null\"");
}

Result<std::vector<Incompatibility>> compare(const std::string& reader, const std::string& writer,
                                             const ComparisonLimits& limits = {}) {
  return find_incompatibilities({.reader = schema_of(reader), .writer = schema_of(writer)}, limits);
}

// A record R of so many fields f0, f1, …, each of one type.
std::string record_of(size_t fields, const std::string& type) {
  std::string text = R"({"type":"record","name":"R","fields":[)";
  for (size_t i = 0; i < fields; ++i) {
    if (i > 0) text += ",";
    text += R"({"name":"f)" + std::to_string(i) + R"(","type":)" + type + "}";
  }
  return text + "]}";
}

// A union of so many records, each of two fields that may hold any of the records already there.
std::string tangle(size_t records, const std::string& space) {
  std::string text = "[";
  std::string known = R"("null")";
  for (size_t i = 0; i < records; ++i) {
    const std::string name = "\"" + space + ".R" + std::to_string(i) + "\"";
    known += "," + name;
    if (i > 0) text += ",";
    text += R"({"type":"record","name":)" + name + R"(,"fields":[{"name":"a","type":[)" + known +
            R"(]},{"name":"b","type":{"type":"array","items":[)" + known + "]}}]}";
  }
  return text + "]";
}

TEST(Compatibility, SaysWhatWhereAndWhy) {
  ASSERT_OK_AND_ASSIGN(
      const auto found,
      compare(R"({"type":"record","name":"New","fields":[{"name":"a","type":"int"},
                  {"name":"b","type":{"type":"array","items":{"type":"enum","name":"E","symbols":["X"]}}},
                  {"name":"c","type":"string"}]})",
              R"({"type":"record","name":"a.Old","fields":[{"name":"a","type":"long"},
                  {"name":"b","type":{"type":"array","items":{"type":"enum","name":"E","symbols":["Z","X","Y"]}}}]})"));
  EXPECT_THAT(
      found,
      ElementsAre(Incompatibility{IncompatibilityType::name_mismatch, "/name", "expected: a.Old"},
                  Incompatibility{IncompatibilityType::type_mismatch, "/fields/0/type",
                                  "reader type: INT not compatible with writer type: LONG"},
                  Incompatibility{IncompatibilityType::missing_enum_symbols,
                                  "/fields/1/type/items/symbols", "[Y, Z]"},
                  Incompatibility{IncompatibilityType::reader_field_missing_default_value,
                                  "/fields/2", "c"}));
}

TEST(Compatibility, OfASchemaWithItselfIsPerfect) {
  const Schema schema = schema_of(tangle(20, "a"));
  ASSERT_OK_AND_ASSIGN(const auto found,
                       find_incompatibilities({.reader = schema, .writer = schema}));
  EXPECT_THAT(found, IsEmpty());
}

TEST(Compatibility, DoesNotSearchASharedTypeTwice) {
  // Each record holds the one before twice: 2^40 places, forty pairs.
  const auto tower = [](const std::string& bottom) {
    std::string text =
        R"({"type":"record","name":"R0","fields":[{"name":"x","type":)" + bottom + "}]}";
    for (int i = 1; i <= 40; ++i) {
      const std::string below = "\"R" + std::to_string(i - 1) + "\"";
      text = R"({"type":"record","name":"R)" + std::to_string(i) +
             R"(","fields":[{"name":"a","type":)" + text + R"(},{"name":"b","type":)" + below +
             "}]}";
    }
    return text;
  };
  ASSERT_OK_AND_ASSIGN(const auto good, compare(tower("\"long\""), tower("\"int\"")));
  EXPECT_THAT(good, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto bad,
                       compare(tower("\"int\""), tower("\"long\""), {.max_listed = 7}));
  EXPECT_THAT(bad, SizeIs(7));
}

TEST(Compatibility, HasABoundForTangledUnions) {
  const std::string reader = tangle(60, "a");
  const std::string writer = tangle(60, "b");
  ASSERT_OK_AND_ASSIGN(const auto found, compare(reader, writer, {.max_steps = 5'000'000}));
  EXPECT_THAT(found, IsEmpty());
  const auto costly = compare(reader, writer, {.max_steps = 10'000});
  EXPECT_ERROR(ErrorCode::invalid_argument, costly);
  EXPECT_THAT(costly.error().message(), HasSubstr("takes more than 10000 steps"));
}

TEST(Compatibility, HasABoundForDepth) {
  // A chain of records that is entered at its end: deep without one type inside another.
  const auto chain = [](const std::string& defining_field) {
    std::string types = "\"null\"";
    std::string last = "\"int\"";
    for (int i = 0; i < 400; ++i) {
      const std::string name = "\"C" + std::to_string(i) + "\"";
      types += R"(,{"type":"record","name":)" + name + R"(,"fields":[{"name":"x","type":)" + last +
               "}]}";
      last = name;
    }
    return R"({"type":"record","name":"R","fields":[{"name":")" + defining_field + R"(","type":[)" +
           types + R"(],"default":null},{"name":"enter","type":)" + last + "}]}";
  };
  // The fields that define the chains do not meet, so that it is first entered at its end.
  const auto deep = compare(chain("defined"), chain("elsewhere"));
  EXPECT_ERROR(ErrorCode::invalid_argument, deep);
  EXPECT_THAT(deep.error().message(), HasSubstr("more than 300 types deep"));
  EXPECT_OK(compare(chain("defined"), chain("elsewhere"), {.max_depth = 1000}));
  EXPECT_OK(compare(chain("defined"), chain("defined")));
}

TEST(Compatibility, ListsAsManyAsAskedForButAlwaysOne) {
  const std::string reader = record_of(50, "\"int\"");
  const std::string writer = record_of(50, "\"string\"");
  ASSERT_OK_AND_ASSIGN(const auto all, compare(reader, writer));
  EXPECT_THAT(all, SizeIs(50));
  ASSERT_OK_AND_ASSIGN(const auto some, compare(reader, writer, {.max_listed = 3}));
  EXPECT_THAT(some, SizeIs(3));
  ASSERT_OK_AND_ASSIGN(const auto one, compare(reader, writer, {.max_listed = 0}));
  EXPECT_THAT(one, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto short_text, compare(reader, writer, {.max_text = 100}));
  EXPECT_THAT(short_text, SizeIs(2));
}

TEST(Compatibility, TakesWideRecordsInAnyOrder) {
  const std::string reader = record_of(5'000, "\"double\"");
  std::string writer = R"({"type":"record","name":"R","fields":[)";
  for (size_t i = 5'000; i > 0; --i) {
    writer += R"({"name":"f)" + std::to_string(i - 1) + R"(","type":"float"})";
    writer += i > 1 ? "," : "]}";
  }
  ASSERT_OK_AND_ASSIGN(const auto found, compare(reader, writer));
  EXPECT_THAT(found, IsEmpty());
}

TEST(Compatibility, KnowsADefaultOfNullFromNone) {
  const std::string writer = R"({"type":"record","name":"R","fields":[]})";
  const auto reader = [](const std::string& rest) {
    return R"({"type":"record","name":"R","fields":[{"name":"x","type":["null","int"])" + rest +
           "}]}";
  };
  ASSERT_OK_AND_ASSIGN(const auto with, compare(reader(R"(,"default":null)"), writer));
  EXPECT_THAT(with, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto without, compare(reader(""), writer));
  EXPECT_THAT(without, SizeIs(1));
}

TEST(Compatibility, OfLenientSchemasPairsFieldsOfOneNameInTheirOrder) {
  const SchemaOptions lenient = {.mode = SchemaOptions::Mode::lenient};
  const auto parse = [&](const char* fields) {
    return *parse_schema(R"({"type":"record","name":"R","fields":[)" + std::string(fields) + "]}",
                         lenient);
  };
  const Schema twice = parse(R"({"name":"x","type":"int"},{"name":"x","type":"string"})");
  const Schema once = parse(R"({"name":"x","type":"long"})");
  ASSERT_OK_AND_ASSIGN(const auto found, find_incompatibilities({.reader = once, .writer = twice}));
  EXPECT_THAT(found, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto itself,
                       find_incompatibilities({.reader = twice, .writer = twice}));
  EXPECT_THAT(itself, IsEmpty());
  // The second of the reader's has nothing to read, since each written field is read once.
  ASSERT_OK_AND_ASSIGN(
      const auto lost,
      find_incompatibilities({.reader = twice, .writer = parse(R"({"name":"x","type":"int"})")}));
  EXPECT_THAT(lost,
              ElementsAre(Incompatibility{IncompatibilityType::reader_field_missing_default_value,
                                          "/fields/1", "x"}));
}

TEST(IncompatibilityType, HasTheSpellingOfRegistries) {
  EXPECT_EQ(to_string(IncompatibilityType::name_mismatch), "NAME_MISMATCH");
  EXPECT_EQ(to_string(IncompatibilityType::reader_field_missing_default_value),
            "READER_FIELD_MISSING_DEFAULT_VALUE");
  EXPECT_EQ(to_string(IncompatibilityType::missing_union_branch), "MISSING_UNION_BRANCH");
}

}  // namespace
}  // namespace weir::avro

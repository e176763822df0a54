// The pairs of tests/data/schema_pairs.jsonl, which other programs are asked about as well.
#include <gmock/gmock.h>

#include <fstream>

#include "weir/avro/compatibility_level.h"
#include "weir/avro/resolution.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

constexpr const char* kFile = "tests/data/schema_pairs.jsonl";

// In the form of the file: [type, location, message] each.
Json as_json(const std::vector<Incompatibility>& found) {
  Json list = Json::array();
  for (const Incompatibility& one : found) {
    Json row = Json::array();
    row.push_back(to_string(one.type)).push_back(one.location).push_back(one.message);
    list.push_back(std::move(row));
  }
  return list;
}

Json as_json(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json list_or_empty(const Json& row, std::string_view key) {
  const Json* list = row.find(key);
  return list == nullptr ? Json::array() : *list;
}

void check_pair(const Json& row) {
  ASSERT_OK_AND_ASSIGN(const Schema reader, parse_schema(*row.find("reader")));
  ASSERT_OK_AND_ASSIGN(const Schema writer, parse_schema(*row.find("writer")));
  ASSERT_OK_AND_ASSIGN(const auto found,
                       find_incompatibilities({.reader = reader, .writer = writer}));
  EXPECT_EQ(found.empty(), row.find("compatible")->as_boolean());
  EXPECT_EQ(as_json(found).print(), list_or_empty(row, "incompatibilities").print());
}

void check_level(const Json& row) {
  const auto level = parse_compatibility_level(*row.find_string("level"));
  ASSERT_TRUE(level);
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(*row.find("new")));
  std::vector<OlderVersion> older;
  for (const Json& text : row.find("old")->items()) {
    ASSERT_OK_AND_ASSIGN(Schema old, parse_schema(text));
    older.push_back({std::move(old), static_cast<int>(older.size()) + 1});
  }
  ASSERT_OK_AND_ASSIGN(const auto conflict, find_conflict(*level, schema, older));
  EXPECT_EQ(!conflict, row.find("compatible")->as_boolean());
  const std::vector<std::string> messages =
      conflict ? describe(*conflict, older, {.level = *level}) : std::vector<std::string>();
  EXPECT_EQ(as_json(messages).print(), list_or_empty(row, "messages").print());
}

std::vector<Json> rows() {
  std::ifstream file(kFile);
  EXPECT_TRUE(file) << kFile << " is not there: run the tests from the folder of the project";
  std::vector<Json> all;
  std::string line;
  while (std::getline(file, line)) {
    Result<Json> row = Json::parse(line);
    EXPECT_OK(row) << line;
    if (row) all.push_back(std::move(*row));
  }
  EXPECT_GE(all.size(), 300u);
  return all;
}

TEST(SchemaPairs, HaveTheVerdictsAndTheMessagesOfTheFile) {
  for (const Json& row : rows()) {
    SCOPED_TRACE(*row.find_string("name"));
    row.find("level") == nullptr ? check_pair(row) : check_level(row);
  }
}

TEST(SchemaPairs, AreReadWhereTheyAreCompatible) {
  for (const Json& row : rows()) {
    if (row.find("level") != nullptr || !*row.find("compatible")->as_boolean()) continue;
    SCOPED_TRACE(*row.find_string("name"));
    ASSERT_OK_AND_ASSIGN(const Schema reader, parse_schema(*row.find("reader")));
    ASSERT_OK_AND_ASSIGN(const Schema writer, parse_schema(*row.find("writer")));
    ASSERT_OK_AND_ASSIGN(const Resolution resolution, Resolution::make(writer, reader));
    EXPECT_TRUE(resolution.reads_everything());
  }
}

}  // namespace
}  // namespace weir::avro

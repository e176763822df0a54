#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "weir/avro/decode_plan.h"
#include "weir/avro/schema.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string corpus_folder() {
  const char* named = std::getenv("WEIR_CORPUS");
  return std::string(named != nullptr ? named : "../shared/corpus") + "/avro-2019-01-21";
}

TEST(ObservatorySchemas, ParsePrintToAFixpointAndCompile) {
  const std::string folder = corpus_folder();
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << folder << " is not there: set WEIR_CORPUS to the folder of reference files";
  }
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const std::string text = slurp(entry.path());
    ASSERT_OK_AND_ASSIGN(const Json json, Json::parse(text));
    EXPECT_EQ(json.print({.indent = 2, .sort_keys = true, .ascii = true}), text);
    const SchemaOptions lenient = {.mode = SchemaOptions::Mode::lenient};
    ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(json, lenient));
    const std::string printed = schema.to_string();
    ASSERT_OK_AND_ASSIGN(const Schema again, parse_schema(printed, lenient));
    EXPECT_EQ(again.to_string(), printed);
    ASSERT_OK_AND_ASSIGN(const DecodePlan plan, DecodePlan::compile(schema));
    EXPECT_EQ(plan.leaves().size(), schema->fields.size());
    ++files;
  }
  EXPECT_GE(files, 591u);
}

}  // namespace
}  // namespace weir::avro

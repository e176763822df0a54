// Whatever is called compatible decodes: comparison and resolution are written apart and must
// agree.
#include <gmock/gmock.h>

#include "weir/avro/compatibility.h"
#include "weir/avro/random_datum.h"
#include "weir/avro/random_evolution.h"
#include "weir/avro/resolution.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

// What is left to the datum: bytes read as a string have to be text.
bool is_no_text(const Error& error) {
  return error.message().find("not UTF-8") != std::string::npos;
}

struct Counts {
  size_t compatible = 0;
  size_t incompatible = 0;
  size_t read = 0;
};

// Compares, and where that says yes, reads random data of the writer's.
void check(const Schema& writer, const Schema& reader, RandomDatum& random, Counts& counts) {
  ASSERT_OK_AND_ASSIGN(const auto found,
                       find_incompatibilities({.reader = reader, .writer = writer}));
  const Result<Resolution> resolution = Resolution::make(writer, reader);
  const bool reads_everything = resolution && resolution->reads_everything();
  if (!found.empty()) {
    ++counts.incompatible;
    EXPECT_FALSE(reads_everything) << found[0].location << ": " << found[0].message;
    return;
  }
  ++counts.compatible;
  ASSERT_OK(resolution);
  EXPECT_TRUE(reads_everything);
  for (int i = 0; i < 4; ++i) {
    Bytes bytes;
    ASSERT_OK(encode_value(writer, random.value(writer.root()), bytes));
    const Result<Value> value = decode_value(*resolution, bytes);
    if (!value) {
      EXPECT_TRUE(is_no_text(value.error())) << value.error().to_string();
      continue;
    }
    ++counts.read;
    Bytes again;
    EXPECT_OK(encode_value(reader, *value, again));
  }
}

TEST(CompatibilityProperty, WhatIsCalledCompatibleDecodesAndOnlyThat) {
  Counts counts;
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    RandomDatum random(seed);
    RandomEvolution evolution(seed);
    Json text = random.schema();
    const Result<Schema> writer = parse_schema(text);
    ASSERT_OK(writer);
    // Up to three steps away from where the writer stands.
    for (int step = 0; step < 3; ++step) {
      text = evolution.evolve(text);
      const Result<Schema> reader = parse_schema(text);
      if (!reader) break;
      SCOPED_TRACE("seed " + std::to_string(seed) + "\nwriter " + writer->to_string() +
                   "\nreader " + reader->to_string());
      check(*writer, *reader, random, counts);
      check(*reader, *writer, random, counts);
    }
  }
  EXPECT_GT(counts.compatible, 2'000u);
  EXPECT_GT(counts.incompatible, 2'000u);
  EXPECT_GT(counts.read, 8'000u);
}

}  // namespace
}  // namespace weir::avro

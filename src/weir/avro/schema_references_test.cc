#include <gmock/gmock.h>

#include "weir/avro/canonical_form.h"
#include "weir/avro/schema.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

// Point holds Unit; Track uses both by name.
constexpr const char* kPoint =
    R"({"type":"record","name":"Point","namespace":"geo","fields":[)"
    R"({"name":"x","type":"double"},{"name":"unit","type":{"type":"enum","name":"Unit","symbols":["M"]}}]})";
constexpr const char* kTrack =
    R"({"type":"record","name":"Track","namespace":"geo","fields":[)"
    R"({"name":"points","type":{"type":"array","items":"Point"}},{"name":"unit","type":"Unit"}]})";

Schema parse(std::string_view text, std::span<const Schema> references = {},
             SchemaOptions::Mode mode = SchemaOptions::Mode::strict) {
  Result<Schema> schema = parse_schema(text, {.mode = mode, .references = references});
  EXPECT_OK(schema) << text;
  return *schema;
}

std::string problem(std::string_view text, std::span<const Schema> references,
                    SchemaOptions::Mode mode = SchemaOptions::Mode::strict) {
  const Result<Schema> schema = parse_schema(text, {.mode = mode, .references = references});
  return schema ? "none" : schema.error().message();
}

TEST(SchemaReferences, AreKnownByNameAndPrintedByName) {
  const std::vector<Schema> references = {parse(kPoint)};
  const Schema track = parse(kTrack, references);
  EXPECT_EQ(track.to_string(), kTrack);
  EXPECT_EQ(track->fields[0].type->items, &references[0].root());
  EXPECT_EQ(track.find_type("geo.Point"), &references[0].root());
  EXPECT_EQ(track.find_type("geo.Unit"), references[0]->fields[1].type);
  EXPECT_EQ(track.find_type("geo.Track"), &track.root());
  EXPECT_EQ(track.find_type("Point"), nullptr);
  EXPECT_ERROR(ErrorCode::invalid_argument, parse_schema(kTrack));
}

TEST(SchemaReferences, MayBeTheWholeSchema) {
  const std::vector<Schema> references = {parse(kPoint)};
  const Schema point = parse(R"("geo.Point")", references);
  EXPECT_EQ(point.to_string(), R"("geo.Point")");
  EXPECT_EQ(&point.root(), &references[0].root());
}

TEST(SchemaReferences, LiveAsLongAsWhoUsesThem) {
  const Schema line = [] {
    const std::vector<Schema> points = {parse(kPoint)};
    const std::vector<Schema> tracks = {parse(kTrack, points)};
    // Types of a reference's own references are known, too.
    return parse(R"({"type":"record","name":"Line","fields":[{"name":"from","type":"geo.Point"},
        {"name":"track","type":"geo.Track"}]})",
                 tracks);
  }();
  EXPECT_EQ(line->fields[0].type->fields[1].type->symbols[0], "M");
  EXPECT_EQ(line->fields[1].type->find_field("points")->type->items, line->fields[0].type);
}

TEST(SchemaReferences, AreWrittenOutWhereASchemaHasToStandAlone) {
  const std::vector<Schema> references = {parse(kPoint)};
  const Schema track = parse(kTrack, references);
  const std::string alone = track.to_resolved_string();
  EXPECT_EQ(
      alone,
      R"({"type":"record","name":"Track","namespace":"geo","fields":[)"
      R"({"name":"points","type":{"type":"array","items":{"type":"record","name":"Point","fields":[)"
      R"({"name":"x","type":"double"},{"name":"unit","type":{"type":"enum","name":"Unit","symbols":["M"]}}]}}},)"
      R"({"name":"unit","type":"Unit"}]})");
  const Schema same = parse(alone);
  EXPECT_EQ(canonical_form(same), canonical_form(track));
  EXPECT_TRUE(same == track);
}

TEST(SchemaReferences, TellSchemasWithTheSameTextApart) {
  const std::vector<Schema> one = {parse(R"({"type":"fixed","name":"F","size":1})")};
  const std::vector<Schema> other = {parse(R"({"type":"fixed","name":"F","size":2})")};
  EXPECT_FALSE(parse(R"(["null","F"])", one) == parse(R"(["null","F"])", other));
}

TEST(SchemaReferences, MayNotBeDefinedAgain) {
  const std::vector<Schema> references = {parse(kPoint)};
  const std::string other = R"({"type":"enum","name":"geo.Unit","symbols":["KM"]})";
  EXPECT_EQ(problem(other, references),
            "$: the name \"geo.Unit\" is taken by a type of a reference");
  EXPECT_THAT(problem(other, references, SchemaOptions::Mode::lenient),
              testing::HasSubstr("taken by a type of a reference"));
  EXPECT_THAT(problem(kPoint, references), testing::HasSubstr("taken by a type of a reference"));
}

// Avro Java writes Unit out when a schema that references Point mentions it.
TEST(SchemaReferences, DefinedAgainTheSameAreTheReferencedOnesWhenLenient) {
  const std::vector<Schema> references = {parse(kPoint)};
  const Schema track = parse(
      R"({"type":"record","name":"Track","namespace":"geo","fields":[{"name":"points","type":)"
      R"({"type":"array","items":"Point"}},{"name":"unit","type":{"type":"enum","name":"Unit","symbols":["M"]}}]})",
      references, SchemaOptions::Mode::lenient);
  EXPECT_EQ(track.to_string(), kTrack);
  ASSERT_THAT(track.warnings(), testing::SizeIs(1));
  EXPECT_EQ(track.warnings()[0].rule, SchemaRule::unique_type);
  EXPECT_EQ(track.warnings()[0].path, "$.fields[1].type");
  EXPECT_EQ(track->fields[1].type, references[0]->fields[1].type);
  // All of a reference, which holds another of its types.
  const Schema again =
      parse(R"(["null",)" + std::string(kPoint) + "]", references, SchemaOptions::Mode::lenient);
  EXPECT_EQ(again.to_string(), R"(["null","geo.Point"])");
}

TEST(SchemaReferences, MayShareATypeButNotDisagreeAboutOne) {
  // Two schemas that each read the definition of Point for themselves.
  const std::vector<Schema> point = {parse(kPoint)}, same_point = {parse(kPoint)};
  const std::vector<Schema> both = {
      parse(R"({"type":"record","name":"A","fields":[{"name":"p","type":"geo.Point"}]})", point),
      parse(R"({"type":"record","name":"B","fields":[{"name":"p","type":"geo.Point"}]})",
            same_point)};
  const Schema schema = parse(R"(["A","B","geo.Point"])", both);
  EXPECT_EQ(schema.to_string(), R"(["A","B","geo.Point"])");

  const std::vector<Schema> apart = {
      parse(kPoint), parse(R"({"type":"enum","name":"geo.Unit","symbols":["KM"]})")};
  EXPECT_EQ(problem(R"("int")", apart), "$: two references define \"geo.Unit\" differently");
}

TEST(SchemaReferences, KeepWrittenOutTypesWithinAnyStack) {
  // Each record holds the one before it: 5,000 inside each other once written out.
  std::string text =
      R"({"type":"record","name":"R","fields":[{"name":"f","type":{"type":"fixed","name":"T0","size":1}})";
  for (int i = 1; i <= 5000; ++i) {
    text += R"(,{"name":"f)" + std::to_string(i) + R"(","type":{"type":"record","name":"T)" +
            std::to_string(i) + R"(","fields":[{"name":"a","type":"T)" + std::to_string(i - 1) +
            "\"}]}}";
  }
  const std::vector<Schema> references = {parse(text + "]}")};
  EXPECT_EQ(problem(R"("T9")", references), "none");
  EXPECT_THAT(problem(R"("T5000")", references),
              testing::HasSubstr("nested deeper than 256 levels"));
}

}  // namespace
}  // namespace weir::avro

#include "weir/avro/fingerprint.h"

#include <gtest/gtest.h>

#include "weir/avro/canonical_form.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

std::string canonical(std::string_view text, const SchemaOptions& options = {}) {
  const Result<Schema> schema = parse_schema(text, options);
  return schema ? canonical_form(*schema) : schema.error().to_string();
}

TEST(CanonicalForm, KeepsWhatDecidesHowDataIsRead) {
  struct Case {
    const char* what;
    const char* schema;
    const char* form;
  };
  const Case cases[] = {
      {"a primitive is its word", R"({"type":"int"})", R"("int")"},
      {"attributes and logical types go",
       R"({"type":"long","logicalType":"timestamp-micros","x":1})", R"("long")"},
      {"items stay", R"({"x":[],"items":{"type":"float"},"type":"array"})",
       R"({"type":"array","items":"float"})"},
      {"values stay", R"({"values":"bytes","type":"map"})", R"({"type":"map","values":"bytes"})"},
      {"branches keep their order", R"( [ "string" , "null" ] )", R"(["string","null"])"},
      {"an empty union is one", "[]", "[]"},
      {"names get their namespace, name comes before type",
       R"({"type":"fixed","name":"F","namespace":"a.b","size":3,"doc":"d","aliases":["G"]})",
       R"({"name":"a.b.F","type":"fixed","size":3})"},
      {"the default symbol goes", R"({"type":"enum","name":"E","symbols":["A","B"],"default":"A"})",
       R"({"name":"E","type":"enum","symbols":["A","B"]})"},
      {"an error is a record", R"({"type":"error","name":"a.X","fields":[]})",
       R"({"name":"a.X","type":"record","fields":[]})"},
      {"fields keep name and type alone",
       R"({"type":"record","name":"a.R","fields":[{"doc":"d","type":["null","int"],"default":null,
          "order":"ignore","aliases":["y"],"name":"x","units":"m"}]})",
       R"({"name":"a.R","type":"record","fields":[{"name":"x","type":["null","int"]}]})"},
      {"a type mentioned again is its full name",
       R"({"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":1}},
          {"name":"y","type":"F"},{"name":"next","type":["null","R"]}]})",
       R"({"name":"a.R","type":"record","fields":[{"name":"x","type":{"name":"a.F","type":"fixed","size":1}},)"
       R"({"name":"y","type":"a.F"},{"name":"next","type":["null","a.R"]}]})"},
  };
  for (const Case& one : cases) EXPECT_EQ(canonical(one.schema), one.form) << one.what;
}

TEST(CanonicalForm, EscapesNamesThatALenientSchemaMayHave) {
  EXPECT_EQ(canonical(R"({"type":"enum","name":"E","symbols":["a\"b","é\n"]})",
                      {.mode = SchemaOptions::Mode::lenient}),
            R"({"name":"E","type":"enum","symbols":["a\"b","é\n"]})");
}

TEST(CanonicalForm, WritesReferencedTypesOut) {
  const std::vector<Schema> known = {
      *parse_schema(R"({"type":"fixed","name":"b.F","size":2,"x":1})")};
  EXPECT_EQ(canonical(R"({"type":"array","items":"b.F"})", {.references = known}),
            R"({"type":"array","items":{"name":"b.F","type":"fixed","size":2}})");
}

// The empty input and the primitives: values that every implementation of Avro gives.
TEST(Fingerprint, OfTheEmptyTextAndThePrimitives) {
  EXPECT_EQ(crc64_avro(""), 0xc15d213aa4d7a795u);
  const auto crc = [](std::string_view text) { return crc64_fingerprint(*parse_schema(text)); };
  EXPECT_EQ(crc(R"("int")"), 0x7275d51a3f395c8fu);
  EXPECT_EQ(crc(R"({"type":"int","doc":"x"})"), 0x7275d51a3f395c8fu);
  EXPECT_EQ(crc(R"("null")"), 0x63dd24e7cc258f8au);
  EXPECT_EQ(crc(R"("string")"), 0x8f014872634503c7u);
}

TEST(Fingerprint, LongOnesAreDigestsOfTheCanonicalForm) {
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(R"({"type":"double","unit":"deg"})"));
  EXPECT_EQ(md5_fingerprint(schema), md5("\"double\""));
  EXPECT_EQ(sha256_fingerprint(schema), sha256("\"double\""));
}

}  // namespace
}  // namespace weir::avro

#include <gmock/gmock.h>

#include "weir/registry/model/catalog.h"
#include "weir/registry/model/schema_record.h"
#include "weir/registry/model/wire_format.h"
#include "weir/testing/matchers.h"

namespace weir::registry::model {
namespace {

constexpr const char* kRecord =
    R"({"type":"record","name":"a","fields":[{"name":"x","type":"int"}]})";

Candidate candidate(std::string_view text) {
  auto parsed = Candidate::parse(text);
  EXPECT_TRUE(parsed.has_value());
  return std::move(parsed).value_or(Candidate{});
}

// Reserves and lets the record come back, as the server does.
Catalog::Place add(Catalog& catalog, const std::string& subject, std::string_view text) {
  auto record = catalog.reserve(subject, candidate(text));
  EXPECT_TRUE(record.has_value());
  EXPECT_OK(catalog.apply({.kind = SchemasEvent::Kind::schema, .record = *record}));
  return {record->id, record->version};
}

Status replay(Catalog& catalog, std::optional<BytesView> key, std::optional<BytesView> value) {
  WEIR_TRY_ASSIGN(const SchemasEvent event, decode_schemas_record(key, value));
  return catalog.apply(event);
}

TEST(SchemaGuid, IsTheMd5OfTheTextWrittenAsAUuid) {
  EXPECT_EQ(schema_guid({.schema = "abc"}), "90015098-3cd2-4fb0-d696-3f7d28e17f72");
}

TEST(WireFormat, FramesAndParsesAValue) {
  Bytes value;
  append_frame_header(258, value);
  value += "abc";
  EXPECT_EQ(value, std::string("\0\0\0\1\2abc", 8));
  ASSERT_OK_AND_ASSIGN(const Frame frame, parse_frame(value));
  EXPECT_EQ(frame.schema_id, 258);
  EXPECT_EQ(frame.payload, "abc");
  EXPECT_ERROR(ErrorCode::corrupt, parse_frame("\x01\x00\x00\x00\x01"));
  EXPECT_ERROR(ErrorCode::corrupt, parse_frame(std::string(4, '\0')));
}

TEST(SchemaRecord, HasConfluentsBytes) {
  const SchemaRecord record{.subject = "t-value", .version = 2, .id = 7, .schema = "\"string\""};
  EXPECT_EQ(encode_schema_key("t-value", 2),
            R"({"keytype":"SCHEMA","subject":"t-value","version":2,"magic":1})");
  EXPECT_EQ(
      encode_schema_value(record),
      R"({"subject":"t-value","version":2,"id":7,"md5":"CV1xzxJVa51eMwrVdbPfXQ==","schema":"\"string\"",)"
      R"("deleted":false})");
}

TEST(SchemaRecord, ComesBackAsItWasWritten) {
  const SchemaRecord record{.subject = "s",
                            .version = 3,
                            .id = 9,
                            .schema = "{}",
                            .type = "JSON",
                            .references = {{"n", "other", 1}},
                            .deleted = true};
  ASSERT_OK_AND_ASSIGN(
      const SchemasEvent event,
      decode_schemas_record(encode_schema_key("s", 3), encode_schema_value(record)));
  EXPECT_EQ(event.kind, SchemasEvent::Kind::schema);
  EXPECT_EQ(event.record.subject, "s");
  EXPECT_EQ(event.record.version, 3);
  EXPECT_EQ(event.record.id, 9);
  EXPECT_EQ(event.record.type, "JSON");
  EXPECT_EQ(event.record.references, record.references);
  EXPECT_TRUE(event.record.deleted);
}

TEST(SchemaRecord, ReadsTheFormsOfOtherRegistries) {
  Catalog catalog;
  // Karapace: magic 1, sorted members, no md5. Redpanda: seq and node in the key. Old Confluent:
  // magic 0.
  EXPECT_OK(replay(
      catalog, R"({"keytype":"SCHEMA","subject":"k","version":1,"magic":1})",
      R"({"deleted":false,"id":1,"schema":"{\"fields\":[{\"name\":\"x\",\"type\":\"int\"}],\"name\":\"a\",)"
      R"(\"type\":\"record\"}","subject":"k","version":1})"));
  EXPECT_OK(replay(catalog,
                   R"({"keytype":"SCHEMA","subject":"r","version":1,"magic":1,"seq":4,"node":0})",
                   R"({"subject":"r","version":1,"id":2,"schema":"\"int\"","deleted":false})"));
  EXPECT_OK(replay(catalog, R"({"keytype":"SCHEMA","subject":"c","version":1,"magic":0})",
                   R"({"subject":"c","version":1,"id":3,"schema":"\"long\"","deleted":false})"));
  EXPECT_OK(replay(catalog, R"({"keytype":"CONFIG","subject":null,"magic":0})",
                   R"({"compatibilityLevel":"NONE"})"));
  EXPECT_OK(replay(catalog, R"({"keytype":"NOOP","magic":0})", std::nullopt));
  EXPECT_OK(replay(catalog, R"({"keytype":"CONTEXT","tenant":"default","context":".c"})", "{}"));
  EXPECT_THAT(catalog.subjects(), ::testing::ElementsAre("c", "k", "r"));
  // The same schema in another writing is the same schema.
  EXPECT_EQ(catalog.find("k", candidate(kRecord))->id, 1);
}

TEST(SchemaRecord, SaysWhatIsWrong) {
  EXPECT_ERROR(ErrorCode::corrupt, decode_schemas_record(std::nullopt, "x"));
  EXPECT_ERROR(ErrorCode::corrupt, decode_schemas_record("not json", "x"));
  EXPECT_ERROR(ErrorCode::corrupt, decode_schemas_record("[]", "x"));
  EXPECT_ERROR(ErrorCode::corrupt,
               decode_schemas_record(R"({"keytype":"SCHEMA","magic":1})", "{}"));
  EXPECT_ERROR(
      ErrorCode::corrupt,
      decode_schemas_record(R"({"keytype":"SCHEMA","subject":"s","version":0,"magic":1})", "{}"));
  EXPECT_ERROR(
      ErrorCode::corrupt,
      decode_schemas_record(R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":2})", "{}"));
  EXPECT_ERROR(ErrorCode::corrupt,
               decode_schemas_record(R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})",
                                     R"({"id":4294967297,"schema":"\"int\""})"));
}

TEST(Catalog, GivesOneIdPerSchemaAndOneVersionPerSubject) {
  Catalog catalog;
  const auto first = add(catalog, "a", kRecord);
  EXPECT_EQ(first.id, 1);
  EXPECT_EQ(first.version, 1);
  const auto elsewhere = add(catalog, "b", kRecord);
  EXPECT_EQ(elsewhere.id, 1);
  const auto second = add(catalog, "a", "\"string\"");
  EXPECT_EQ(second.id, 2);
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(
      catalog
          .find(
              "a",
              candidate(
                  R"( {"name": "a", "type": "record", "fields": [ {"type":"int","name":"x"} ]} )"))
          ->id,
      1);
  EXPECT_FALSE(catalog.find("b", candidate("\"string\"")));
  EXPECT_EQ(catalog.latest("a")->version, 2);
}

TEST(Catalog, SeesWhatWasReservedUntilItComesBack) {
  Catalog catalog;
  ASSERT_OK_AND_ASSIGN(const SchemaRecord record, catalog.reserve("a", candidate("\"int\"")));
  EXPECT_FALSE(catalog.find("a", candidate("\"int\"")));
  EXPECT_EQ(catalog.find_reserved("a", candidate("\"int\""))->version, 1);
  ASSERT_OK_AND_ASSIGN(const SchemaRecord same, catalog.reserve("b", candidate("\"int\"")));
  EXPECT_EQ(same.id, record.id);
  ASSERT_OK_AND_ASSIGN(const SchemaRecord next, catalog.reserve("a", candidate("\"long\"")));
  EXPECT_EQ(next.version, 2);
  ASSERT_OK(catalog.apply({.kind = SchemasEvent::Kind::schema, .record = record}));
  EXPECT_FALSE(catalog.find_reserved("a", candidate("\"int\"")));
  catalog.release(next);
  ASSERT_OK_AND_ASSIGN(const SchemaRecord again, catalog.reserve("a", candidate("\"long\"")));
  EXPECT_EQ(again.version, 2);
  EXPECT_GT(again.id, next.id);  // ids are not used again
}

TEST(Catalog, KeepsIdsOfDeletedVersions) {
  Catalog catalog;
  add(catalog, "a", "\"int\"");
  ASSERT_OK(replay(catalog, R"({"keytype":"DELETE_SUBJECT","subject":"a","magic":0})",
                   R"({"subject":"a","version":1})"));
  EXPECT_FALSE(catalog.has_subject("a"));
  EXPECT_TRUE(catalog.has_subject("a", Versions::live_and_deleted));
  EXPECT_NE(catalog.by_id(1), nullptr);
  const auto again = add(catalog, "a", "\"int\"");
  EXPECT_EQ(again.id, 1);
  EXPECT_EQ(again.version, 2);
  ASSERT_OK(replay(catalog, R"({"keytype":"CLEAR_SUBJECT","subject":"a","magic":0})",
                   R"({"subject":"a"})"));
  EXPECT_THAT(catalog.versions("a", Versions::live_and_deleted), ::testing::ElementsAre(2));
  ASSERT_OK(replay(catalog, encode_schema_key("a", 2), std::nullopt));
  EXPECT_TRUE(catalog.subjects(Versions::live_and_deleted).empty());
  EXPECT_EQ(add(catalog, "c", "\"long\"").id, 2);
}

TEST(Catalog, IgnoresASecondMeaningOfAnId) {
  Catalog catalog;
  add(catalog, "a", "\"int\"");
  EXPECT_ERROR(ErrorCode::refused,
               replay(catalog, encode_schema_key("b", 1),
                      R"({"subject":"b","version":1,"id":1,"schema":"\"long\""})"));
  EXPECT_EQ(catalog.by_id(1)->schema, "\"int\"");
  EXPECT_FALSE(catalog.has_subject("b"));
}

TEST(Catalog, RefusesWhenTheIdsAreUsedUp) {
  Catalog catalog;
  ASSERT_OK(replay(catalog, encode_schema_key("a", 1), R"({"id":2147483647,"schema":"\"int\""})"));
  EXPECT_ERROR(ErrorCode::refused, catalog.reserve("b", candidate("\"long\"")));
  EXPECT_OK(catalog.reserve("b", candidate("\"int\"")));
}

TEST(Candidate, NamesWhatIsWrongInASchema) {
  EXPECT_ERROR(ErrorCode::invalid_argument, Candidate::parse("{"));
  EXPECT_ERROR(ErrorCode::invalid_argument, Candidate::parse(R"({"type":"record","name":"a"})"));
}

}  // namespace
}  // namespace weir::registry::model

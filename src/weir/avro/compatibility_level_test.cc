#include "weir/avro/compatibility_level.h"

#include <gmock/gmock.h>

#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A record R with fields; "x" has no default, "x?" has one.
Schema record_of(std::initializer_list<std::string> fields) {
  Json list = Json::array();
  for (const std::string& name : fields) {
    const bool optional = name.back() == '?';
    Json field;
    field.set("name", optional ? name.substr(0, name.size() - 1) : name).set("type", "int");
    if (optional) field.set("default", 0);
    list.push_back(std::move(field));
  }
  return *parse_schema(
      Json().set("type", "record").set("name", "R").set("fields", std::move(list)));
}

// The versions 1, 2, …
std::vector<OlderVersion> versions(std::initializer_list<Schema> schemas) {
  std::vector<OlderVersion> list;
  for (const Schema& schema : schemas) list.push_back({schema, static_cast<int>(list.size()) + 1});
  return list;
}

std::optional<VersionConflict> conflict_of(CompatibilityLevel level, const Schema& schema,
                                           const std::vector<OlderVersion>& older) {
  const auto result = find_conflict(level, schema, older);
  EXPECT_OK(result);
  return result ? *result : std::nullopt;
}

// The fields named by incompatibilities, in their order.
std::vector<std::string> fields_of(const std::vector<Incompatibility>& list) {
  std::vector<std::string> names;
  for (const Incompatibility& one : list) names.push_back(one.message);
  return names;
}

constexpr CompatibilityLevel kAll[] = {CompatibilityLevel::none,
                                       CompatibilityLevel::backward,
                                       CompatibilityLevel::forward,
                                       CompatibilityLevel::full,
                                       CompatibilityLevel::backward_transitive,
                                       CompatibilityLevel::forward_transitive,
                                       CompatibilityLevel::full_transitive};

TEST(CompatibilityLevel, AllowsAnythingForTheFirstVersion) {
  for (const CompatibilityLevel level : kAll) {
    EXPECT_FALSE(conflict_of(level, record_of({"a"}), {})) << to_string(level);
  }
}

TEST(CompatibilityLevel, NoneComparesNothing) {
  EXPECT_FALSE(conflict_of(CompatibilityLevel::none, *parse_schema("\"int\""),
                           versions({record_of({"a"})})));
}

TEST(CompatibilityLevel, BackwardLetsTheNewReadTheNewest) {
  const auto older = versions({record_of({}), record_of({"a"})});
  EXPECT_FALSE(conflict_of(CompatibilityLevel::backward, record_of({"a", "b?"}), older));
  const auto conflict =
      conflict_of(CompatibilityLevel::backward, record_of({"a", "b", "c"}), older);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->older, 1u);
  EXPECT_THAT(fields_of(conflict->new_reads_older), ElementsAre("b", "c"));
  EXPECT_THAT(conflict->older_reads_new, IsEmpty());
}

TEST(CompatibilityLevel, ForwardLetsTheNewestReadTheNew) {
  const auto older = versions({record_of({"gone"}), record_of({"a", "b"})});
  EXPECT_FALSE(conflict_of(CompatibilityLevel::forward, record_of({"a", "b", "c"}), older));
  const auto conflict = conflict_of(CompatibilityLevel::forward, record_of({"c"}), older);
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->older, 1u);
  EXPECT_THAT(fields_of(conflict->older_reads_new), ElementsAre("a", "b"));
  EXPECT_THAT(conflict->new_reads_older, IsEmpty());
}

TEST(CompatibilityLevel, FullAsksBothWays) {
  const auto older = versions({record_of({"z"}), record_of({"a", "b"})});
  EXPECT_FALSE(conflict_of(CompatibilityLevel::full, record_of({"a", "b", "c?"}), older));
  const auto conflict = conflict_of(CompatibilityLevel::full, record_of({"a", "c"}), older);
  ASSERT_TRUE(conflict);
  EXPECT_THAT(fields_of(conflict->older_reads_new), ElementsAre("b"));
  EXPECT_THAT(fields_of(conflict->new_reads_older), ElementsAre("c"));
}

TEST(CompatibilityLevel, TransitiveGoesFromTheNewestToTheFirstThatConflicts) {
  const auto older = versions({record_of({"a"}), record_of({"a", "b"}), record_of({"a", "b", "c"}),
                               record_of({"a", "b", "c", "d"})});
  const auto backward =
      conflict_of(CompatibilityLevel::backward_transitive, record_of({"a", "b", "c"}), older);
  ASSERT_TRUE(backward);
  EXPECT_EQ(backward->older, 1u);  // and not the oldest, which conflicts as well
  EXPECT_FALSE(conflict_of(CompatibilityLevel::backward, record_of({"a", "b", "c"}), older));

  const auto forward =
      conflict_of(CompatibilityLevel::forward_transitive, record_of({"a", "b", "d"}), older);
  ASSERT_TRUE(forward);
  EXPECT_EQ(forward->older, 3u);
  EXPECT_THAT(fields_of(forward->older_reads_new), ElementsAre("c"));

  const auto full =
      conflict_of(CompatibilityLevel::full_transitive, record_of({"a", "b", "c", "d"}), older);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->older, 2u);
  EXPECT_THAT(fields_of(full->new_reads_older), ElementsAre("d"));
  EXPECT_FALSE(conflict_of(CompatibilityLevel::full, record_of({"a", "b", "c", "d"}), older));
}

TEST(CompatibilityLevel, PassesErrorsOn) {
  const auto older = versions({record_of({"a", "b", "c"})});
  EXPECT_ERROR(ErrorCode::invalid_argument,
               find_conflict(CompatibilityLevel::full, record_of({"a"}), older, {.max_steps = 2}));
}

TEST(CompatibilityLevel, HasTheSpellingOfRegistries) {
  for (const CompatibilityLevel level : kAll) {
    EXPECT_EQ(parse_compatibility_level(to_string(level)), level);
  }
  EXPECT_EQ(to_string(CompatibilityLevel::full_transitive), "FULL_TRANSITIVE");
  EXPECT_EQ(parse_compatibility_level("backward_Transitive"),
            CompatibilityLevel::backward_transitive);
  EXPECT_EQ(parse_compatibility_level("BACKWARDS"), std::nullopt);
  EXPECT_EQ(parse_compatibility_level("BACKWAR"), std::nullopt);
  EXPECT_EQ(parse_compatibility_level(""), std::nullopt);
}

TEST(CompatibilityMessages, DescribeEachIncompatibilityFromTheReader) {
  const auto text = [](IncompatibilityType type) {
    return describe({type, "/fields/1", "M"}, Reader::new_schema);
  };
  EXPECT_EQ(text(IncompatibilityType::name_mismatch),
            "{errorType:'NAME_MISMATCH', description:'The name of the schema has changed (path "
            "'/fields/1')', "
            "additionalInfo:'M'}");
  EXPECT_EQ(text(IncompatibilityType::fixed_size_mismatch),
            "{errorType:'FIXED_SIZE_MISMATCH', description:'The size of FIXED type field at path "
            "'/fields/1' in the "
            "new schema does not match with the old schema', additionalInfo:'M'}");
  EXPECT_EQ(text(IncompatibilityType::missing_enum_symbols),
            "{errorType:'MISSING_ENUM_SYMBOLS', description:'The new schema is missing enum "
            "symbols 'M' at path "
            "'/fields/1' in the old schema', additionalInfo:'M'}");
  EXPECT_EQ(text(IncompatibilityType::missing_union_branch),
            "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type "
            "inside a union field at "
            "path '/fields/1' in the old schema', additionalInfo:'M'}");
  EXPECT_EQ(text(IncompatibilityType::type_mismatch),
            "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/1') of a field in "
            "the new schema does "
            "not match with the old schema', additionalInfo:'M'}");
  EXPECT_EQ(
      describe({IncompatibilityType::reader_field_missing_default_value, "/fields/1", "f2"},
               Reader::old_schema),
      "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'f2' at path "
      "'/fields/1' in the "
      "old schema has no default value and is missing in the new schema', additionalInfo:'f2'}");
}

TEST(CompatibilityMessages, EndWithTheOldSchemaAndTheSettings) {
  const std::vector<OlderVersion> older = {{*parse_schema("\"long\""), 4}};
  const Schema schema = *parse_schema("\"int\"");
  const auto conflict = conflict_of(CompatibilityLevel::backward, schema, older);
  ASSERT_TRUE(conflict);
  EXPECT_THAT(
      describe(*conflict, older, {.level = CompatibilityLevel::backward, .validate_fields = true}),
      ElementsAre(StartsWith("{errorType:'TYPE_MISMATCH'"), "{oldSchemaVersion: 4}",
                  "{oldSchema: '\"long\"'}",
                  "{validateFields: 'true', compatibility: 'BACKWARD'}"));
}

TEST(CompatibilityMessages, LeaveOutAVersionThatIsNotKnown) {
  const std::vector<OlderVersion> older = {{*parse_schema("\"long\""), std::nullopt}};
  const auto conflict = conflict_of(CompatibilityLevel::backward, *parse_schema("\"int\""), older);
  ASSERT_TRUE(conflict);
  EXPECT_THAT(describe(*conflict, older, {.level = CompatibilityLevel::backward}),
              ElementsAre(StartsWith("{errorType"), StartsWith("{oldSchema: "),
                          StartsWith("{validateFields: 'false'")));
}

TEST(CompatibilityMessages, OfFullHaveTheOldReaderFirst) {
  const auto older = versions({record_of({"old"})});
  const auto both = conflict_of(CompatibilityLevel::full, record_of({"new"}), older);
  ASSERT_TRUE(both);
  EXPECT_THAT(describe(*both, older, {.level = CompatibilityLevel::full}),
              ElementsAre(EndsWith("additionalInfo:'old'}"), EndsWith("additionalInfo:'new'}"),
                          "{oldSchemaVersion: 1}", StartsWith("{oldSchema: '"),
                          "{validateFields: 'false', compatibility: 'FULL'}"));

  // When the new one reads the old, nobody names the old one.
  const auto one_way = conflict_of(CompatibilityLevel::full, record_of({}), older);
  ASSERT_TRUE(one_way);
  EXPECT_THAT(describe(*one_way, older, {.level = CompatibilityLevel::full}),
              ElementsAre(EndsWith("additionalInfo:'old'}"),
                          "{validateFields: 'false', compatibility: 'FULL'}"));
}

TEST(CompatibilityMessages, CutALongOldSchema) {
  const auto shown = [](const std::string& doc) {
    const std::vector<OlderVersion> older = {
        {*parse_schema(R"({"type":"fixed","name":"F","doc":")" + doc + R"(","size":1})"),
         std::nullopt}};
    const auto conflict = conflict_of(CompatibilityLevel::forward, *parse_schema("\"int\""), older);
    return describe(*conflict, older, {.level = CompatibilityLevel::forward})[1];
  };
  const std::string head = R"({"type":"fixed","name":"F","doc":")";
  const std::string tail = R"(","size":1})";
  const size_t room = 10'240 - head.size() - tail.size();
  EXPECT_EQ(shown(std::string(room, 'x')),
            "{oldSchema: '" + head + std::string(room, 'x') + tail + "'}");
  EXPECT_EQ(shown(std::string(room + 1, 'x')), "{oldSchema: <truncated> '" + head +
                                                   std::string(room + 1, 'x') +
                                                   tail.substr(0, tail.size() - 1) + "...'}");

  // Counted in UTF-16: an é is one unit, a telescope two, and it is not cut through.
  std::string accents;
  for (size_t i = 0; i < room; ++i) accents += "é";
  EXPECT_THAT(shown(accents), EndsWith(tail + "'}"));
  std::string telescopes = "x";
  for (size_t i = 0; i < 5'200; ++i) telescopes += "🔭";
  const std::string cut = shown(telescopes);
  EXPECT_THAT(cut, EndsWith("🔭...'}"));
  EXPECT_THAT(cut, StartsWith("{oldSchema: <truncated> '"));
}

}  // namespace
}  // namespace weir::avro

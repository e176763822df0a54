// What a strict parse refuses and a lenient one warns about, rule by rule.
#include <gmock/gmock.h>

#include "weir/avro/schema.h"
#include "weir/testing/matchers.h"

namespace weir::avro {

void PrintTo(SchemaRule rule, std::ostream* out) { *out << "rule " << static_cast<int>(rule); }

namespace {

constexpr SchemaOptions kLenient = {.mode = SchemaOptions::Mode::lenient};

std::string problem(std::string_view text, const SchemaOptions& options = {}) {
  const Result<Schema> schema = parse_schema(text, options);
  return schema ? "none" : schema.error().message();
}

// A record R with one field f.
std::string field_of(std::string_view type, std::string_view more = "") {
  return R"({"type":"record","name":"R","fields":[{"name":"f","type":)" + std::string(type) +
         std::string(more) + "}]}";
}
std::string with_default(std::string_view type, std::string_view value) {
  return field_of(type, ",\"default\":" + std::string(value));
}

TEST(SchemaParse, RefusesWhatIsNoSchemaInBothModes) {
  const std::string many(10'000, 'x');
  const std::string cases[] = {
      R"(1)",
      R"(null)",
      R"({})",
      R"("strin")",
      R"({"type":1})",
      R"({"type":{"type":"int"}})",
      R"({"type":["int"]})",
      R"({"type":"union"})",
      R"({"type":"record","name":"R"})",
      R"({"type":"record","name":"R","fields":{}})",
      R"({"type":"record","fields":[]})",
      R"({"type":"record","name":"","fields":[]})",
      R"({"type":"record","name":"a.","fields":[]})",
      R"({"type":"record","name":5,"fields":[]})",
      R"({"type":"record","name":"int","fields":[]})",
      R"({"type":"record","name":".int","namespace":"a","fields":[]})",
      R"({"type":"record","name":"R","fields":[1]})",
      R"({"type":"record","name":"R","fields":[{"name":"a"}]})",
      R"({"type":"record","name":"R","fields":[{"name":"","type":"int"}]})",
      R"({"type":"record","name":"R","fields":[{"type":"int"}]})",
      R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"fixed","name":"R","size":1}}]})",
      R"({"type":"record","name":"R","fields":[{"name":"a","type":"F"},{"name":"b","type":{"type":"fixed","name":"F","size":1}}]})",
      R"([{"type":"fixed","name":"F","size":1},{"type":"map","values":{"type":"fixed","name":"F","size":2}}])",
      R"({"type":"enum","name":"E"})",
      R"({"type":"enum","name":"E","symbols":[1]})",
      R"({"type":"fixed","name":"F"})",
      R"({"type":"fixed","name":"F","size":-1})",
      R"({"type":"fixed","name":"F","size":2147483648})",
      R"({"type":"fixed","name":"F","size":1.5})",
      R"({"type":"fixed","name":"F","size":"1"})",
      R"({"type":"array"})",
      R"({"type":"map"})",
      R"([["int"]])",
      R"({"type":"int"} {"type":"int"})",
      R"({"type":"int","type":"int"})",
      "\"" + many + "\"",
      "",
  };
  for (const std::string& text : cases) {
    EXPECT_ERROR(ErrorCode::invalid_argument, parse_schema(text)) << text;
    EXPECT_ERROR(ErrorCode::invalid_argument, parse_schema(text, kLenient)) << text;
    EXPECT_LT(problem(text).size(), 300u) << text;
  }
}

TEST(SchemaParse, NamesThePlaceAndTheTextOfAnError) {
  EXPECT_EQ(problem(R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},
        {"name":"b","type":{"type":"array","items":["null","Missing"]}}]})"),
            "$.fields[1].type.items[1]: unknown type \"Missing\"");
  EXPECT_EQ(problem(R"({"type":"enum","name":"E","symbols":["A","b c"]})"),
            "$.symbols[1]: the name \"b c\" is not made of letters, digits and underscores");
  EXPECT_EQ(problem(R"({"type":"map","values":{"type":"array","itms":"int"}})"),
            R"($.values: no "items" in {"type":"array","itms":"int"})");
  EXPECT_EQ(problem(R"(["null",7])"), "$[1]: a type is text, an object or an array, not 7");
  EXPECT_EQ(problem(with_default(R"({"type":"array","items":{"type":"map","values":"int"}})",
                                 R"([{},{"a b":2,"c":true}])")),
            R"($.fields[0].default[1]["c"]: true is no int)");
  EXPECT_THAT(problem("{\"type\":\n tru}"), testing::StartsWith("2:"));
  // Long texts are cut, between characters.
  std::string name(100'000, 'x');
  for (size_t i = 0; i + 2 < name.size(); i += 2) name.replace(i, 2, "é");
  EXPECT_THAT(problem("\"" + name + "\""),
              testing::MatchesRegex("\\$: unknown type \"(é){39,40}…\""));
}

struct Breach {
  const char* what;
  SchemaRule rule;
  std::string schema;
  const char* path;
};

std::vector<Breach> breaches() {
  const auto record = [](std::string_view fields) {
    return R"({"type":"record","name":"R","fields":[)" + std::string(fields) + "]}";
  };
  return {
      {"a name that begins with a digit", SchemaRule::name,
       R"({"type":"fixed","name":"1F","size":1})", "$"},
      {"a name with a dash", SchemaRule::name, R"({"type":"record","name":"a-b","fields":[]})",
       "$"},
      {"a name outside ASCII", SchemaRule::name, R"({"type":"fixed","name":"é","size":1})", "$"},
      {"a namespace with a blank", SchemaRule::name,
       R"({"type":"fixed","name":"F","namespace":"a b","size":1})", "$"},
      {"a namespace with an empty part", SchemaRule::name,
       R"({"type":"fixed","name":"a..F","size":1})", "$"},
      {"a namespace that ends with a dot", SchemaRule::name,
       R"({"type":"fixed","name":"F","namespace":"a.","size":1})", "$"},
      {"a field with a blank", SchemaRule::name, record(R"({"name":"x y","type":"int"})"),
       "$.fields[0]"},
      {"a field with a dot", SchemaRule::name, record(R"({"name":"x.y","type":"int"})"),
       "$.fields[0]"},
      {"a symbol with a value", SchemaRule::name,
       R"({"type":"enum","name":"E","symbols":["A","B=1"]})", "$.symbols[1]"},
      {"an empty symbol", SchemaRule::name, R"({"type":"enum","name":"E","symbols":["A",""]})",
       "$.symbols[1]"},
      {"a field twice", SchemaRule::unique_field,
       record(R"({"name":"x","type":"int"},{"name":"x","type":"string"})"), "$.fields[1]"},
      {"a symbol twice", SchemaRule::unique_symbol,
       R"({"type":"enum","name":"E","symbols":["A","B","A"]})", "$.symbols[2]"},
      {"a kind twice in a union", SchemaRule::unique_branch,
       R"(["int","null",{"type":"int","x":1}])", "$[2]"},
      {"arrays twice in a union", SchemaRule::unique_branch,
       R"([{"type":"array","items":"int"},{"type":"array","items":"long"}])", "$[1]"},
      {"a named type twice in a union", SchemaRule::unique_branch,
       R"([{"type":"fixed","name":"F","size":1},"F"])", "$[1]"},
      {"an order that is none", SchemaRule::order,
       record(R"({"name":"x","type":"int","order":"up"})"), "$.fields[0]"},
      {"an order in capitals", SchemaRule::order,
       record(R"({"name":"x","type":"int","order":"ASCENDING"})"), "$.fields[0]"},
      {"an order that is no text", SchemaRule::order,
       record(R"({"name":"x","type":"int","order":null})"), "$.fields[0]"},
      {"aliases that are text", SchemaRule::alias_list,
       R"({"type":"fixed","name":"F","size":1,"aliases":"G"})", "$"},
      {"aliases with a number", SchemaRule::alias_list,
       record(R"({"name":"x","type":"int","aliases":["y",1]})"), "$.fields[0]"},
      {"a default symbol that is none", SchemaRule::default_value,
       R"({"type":"enum","name":"E","symbols":["A"],"default":"B"})", "$.default"},
      {"a default null for a union of others", SchemaRule::default_value,
       record(R"({"name":"x","type":["float","int"],"default":null})"), "$.fields[0].default"},
      {"an int beyond 32 bits", SchemaRule::default_value,
       record(R"({"name":"x","type":"int","default":3000000000})"), "$.fields[0].default"},
  };
}

TEST(StrictSchemas, RefuseEachBreach) {
  for (const Breach& one : breaches()) {
    EXPECT_TRUE(is_breach(one.rule));
    EXPECT_THAT(problem(one.schema), testing::StartsWith(std::string(one.path) + ": ")) << one.what;
  }
}

TEST(LenientSchemas, WarnOfEachBreachAndPrintWhatWasRead) {
  for (const Breach& one : breaches()) {
    SCOPED_TRACE(one.what);
    ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(one.schema, kLenient));
    ASSERT_THAT(schema.warnings(), testing::SizeIs(1));
    EXPECT_EQ(schema.warnings()[0].rule, one.rule);
    EXPECT_EQ(schema.warnings()[0].path, one.path);
    EXPECT_FALSE(schema.warnings()[0].reason.empty());
    const std::string printed = schema.to_string();
    ASSERT_OK_AND_ASSIGN(const Schema again, parse_schema(printed, kLenient));
    EXPECT_EQ(again.to_string(), printed);
    ASSERT_THAT(again.warnings(), testing::SizeIs(1));
    EXPECT_EQ(again.warnings()[0].rule, one.rule);
  }
}

TEST(LenientSchemas, KeepTheTextOfBreaches) {
  // Printed as read: these texts are already in the order of the printer.
  for (
      const char* text : {
          R"({"type":"record","name":"a-b","namespace":"lsst.sal","fields":[{"name":"x y","type":)"
          R"({"type":"enum","name":"x y","symbols":["A=0","2","","A=0"],"default":"none"}}]})",
          R"({"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"x","type":"long"}]})",
          R"({"type":"record","name":"R","fields":[{"name":"x","type":["float","null"],"default":null},)"
          R"({"name":"y","type":"int","default":3000000000},{"name":"z","type":"int","order":"up","aliases":3}]})",
          R"(["int","int"])",
          R"({"type":"fixed","name":"F","size":1,"aliases":null})",
      }) {
    ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(text, kLenient));
    EXPECT_EQ(schema.to_string(), text);
  }
}

TEST(LenientSchemas, TakeTheSameDefinitionAgainAsAReference) {
  const char* text = R"({"type":"record","name":"a.R","fields":[
      {"name":"x","type":{"type":"enum","name":"E","symbols":["A"]}},
      {"name":"y","type":{"type":"enum","name":"E","symbols":["A"]}}]})";
  EXPECT_THAT(problem(text), testing::HasSubstr("\"a.E\" is taken by an earlier type"));
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(text, kLenient));
  EXPECT_EQ(schema->fields[1].type, schema->fields[0].type);
  ASSERT_THAT(schema.warnings(), testing::SizeIs(1));
  EXPECT_EQ(schema.warnings()[0].rule, SchemaRule::unique_type);
  EXPECT_EQ(schema.warnings()[0].path, "$.fields[1].type");
}

TEST(LenientSchemas, FindTheFirstOfSeveralFieldsOfOneName) {
  std::string fields = R"({"name":"x","type":"int"},{"name":"x","type":"long"})";
  for (int few_and_many = 0; few_and_many < 2; ++few_and_many) {
    ASSERT_OK_AND_ASSIGN(
        const Schema schema,
        parse_schema(R"({"type":"record","name":"R","fields":[)" + fields + "]}", kLenient));
    EXPECT_EQ(schema->find_field("x"), &schema->fields[0]);
    EXPECT_EQ(schema->find_field("w"), nullptr);
    for (int i = 0; i < 40; ++i) {
      fields = fields + R"(,{"name":"n)" + std::to_string(i) + R"(","type":"int"})";
    }
  }
}

TEST(Type, FindsFieldsAndSymbolsInLargeTypes) {
  std::string fields, symbols;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "n" + std::to_string(i * 37 % 100);
    fields += (i > 0 ? "," : "") + (R"({"name":")" + name + R"(","type":"int"})");
    symbols += (i > 0 ? ",\"" : "\"") + name + "\"";
  }
  ASSERT_OK_AND_ASSIGN(const Schema record,
                       parse_schema(R"({"type":"record","name":"R","fields":[)" + fields + "]}"));
  ASSERT_OK_AND_ASSIGN(const Schema symbol,
                       parse_schema(R"({"type":"enum","name":"E","symbols":[)" + symbols + "]}"));
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(record->find_field(record->fields[i].name), &record->fields[i]);
    EXPECT_EQ(symbol->find_symbol(symbol->symbols[i]), i);
  }
  EXPECT_EQ(record->find_field("n100"), nullptr);
  EXPECT_EQ(symbol->find_symbol(""), std::nullopt);
}

struct DefaultCase {
  const char* type;
  const char* value;
  const char* problem;  // nullptr: it fits
};

TEST(SchemaParse, ChecksDefaultsAgainstTheirType) {
  const DefaultCase cases[] = {
      {R"("null")", "null", nullptr},
      {R"("null")", "0", "0 is no null"},
      {R"("boolean")", "false", nullptr},
      {R"("boolean")", R"("false")", R"("false" is no boolean)"},
      {R"("int")", "-2147483648", nullptr},
      {R"("int")", "2147483648", "2147483648 is out of the range of int"},
      {R"("int")", "1.0", "1.0 is no int"},
      {R"("int")", R"("1")", R"("1" is no int)"},
      {R"("long")", "9223372036854775807", nullptr},
      {R"("long")", "9223372036854775808", "9223372036854775808 is out of the range of long"},
      {R"("long")", "1e3", "1e3 is no long"},
      {R"("float")", "1", nullptr},
      {R"("double")", "-1.5e300", nullptr},
      {R"("double")", R"("NaN")", nullptr},
      {R"("double")", R"("-Infinity")", nullptr},
      {R"("double")", R"("nan")", R"("nan" is no double)"},
      {R"("double")", R"("inf")", R"("inf" is no double)"},
      {R"("double")", R"("--1")", R"("--1" is no double)"},
      {R"("double")", "null", "null is no double"},
      {R"("string")", R"("🔭")", nullptr},
      {R"("string")", "1", "1 is no string"},
      {R"("bytes")", R"("\u0000\u00ff")", nullptr},
      {R"("bytes")", R"("Ā")", R"("Ā" has a character above U+00FF, which is no byte)"},
      {R"("bytes")", "[1]", "[1] is no bytes"},
      {R"({"type":"fixed","name":"F","size":2})", R"("é\u0001")", nullptr},
      {R"({"type":"fixed","name":"F","size":2})", R"("abc")",
       R"("abc" has 3 bytes, the fixed has 2)"},
      {R"({"type":"enum","name":"E","symbols":["A","B"]})", R"("B")", nullptr},
      {R"({"type":"enum","name":"E","symbols":["A","B"],"default":"A"})", R"("C")",
       R"("C" is none of the symbols)"},
      {R"({"type":"array","items":"long"})", "[1,2]", nullptr},
      {R"({"type":"array","items":"long"})", "{}", "{} is no array"},
      {R"({"type":"array","items":"double"})", R"(["NaN"])", R"("NaN" is no double)"},
      {R"({"type":"map","values":"long"})", R"({"a":1})", nullptr},
      {R"({"type":"map","values":"long"})", R"({"a":"b"})", R"("b" is no long)"},
      {R"({"type":"map","values":"long"})", "[]", "[] is no map"},
      {R"(["null","string"])", "null", nullptr},
      {R"(["null","string"])", "1", "1 fits no branch of the union"},
      {R"(["null","double"])", R"("NaN")", R"("NaN" fits no branch of the union)"},
      {R"([])", "null", "null fits no branch of the union"},
      {R"({"type":"record","name":"S","fields":[{"name":"x","type":"int","default":1}]})", "{}",
       nullptr},
      {R"({"type":"record","name":"S","fields":[{"name":"x","type":"double","default":"NaN"}]})",
       "{}", nullptr},
      {R"({"type":"record","name":"S","fields":[{"name":"x","type":"int"}]})", R"({"x":1,"y":2})",
       nullptr},
      {R"({"type":"record","name":"S","fields":[{"name":"x","type":"int"}]})", "{}",
       R"(the record has no "x", and that field has no default)"},
      {R"("R")", "{}", "the default goes on deeper than 64 levels"},
      {R"(["null","R"])", R"({"f":null})", nullptr},
  };
  for (const DefaultCase& one : cases) {
    const std::string text = with_default(one.type, one.value);
    if (one.problem == nullptr) {
      EXPECT_OK(parse_schema(text)) << text;
    } else {
      EXPECT_THAT(problem(text), testing::EndsWith(one.problem)) << text;
      EXPECT_THAT(problem(text), testing::StartsWith("$.fields[0].default")) << text;
      EXPECT_OK(parse_schema(text, kLenient)) << text;
    }
  }
}

TEST(SchemaParse, ReadsTextAsANumberWhereJavaDoes) {
  const auto printed = [](std::string_view type, std::string_view value) {
    ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(with_default(type, value)));
    ASSERT_TRUE(schema->fields[0].default_value.has_value());
    EXPECT_EQ(schema->fields[0].default_value->print(), "15.0") << value;
  };
  for (const char* value : {R"("15")", R"(" +15.0 ")", R"("1.5e1f")", R"("15D")"}) {
    printed("\"double\"", value);
    printed("\"float\"", value);
  }
}

TEST(SchemaParse, WarnsOfWhatIsAllowedAndProbablyNotMeant) {
  struct Case {
    const char* what;
    SchemaRule rule;
    std::string schema;
    const char* path;
    const char* printed;
  };
  const Case cases[] = {
      {"a default of a later branch", SchemaRule::later_branch,
       with_default(R"(["null","string"])", R"("x")"), "$.fields[0].default",
       R"({"type":"record","name":"R","fields":[{"name":"f","type":["null","string"],"default":"x"}]})"},
      {"a default of a later branch inside an array", SchemaRule::later_branch,
       with_default(R"({"type":"array","items":["null","int"]})", "[null,1]"),
       "$.fields[0].default",
       R"({"type":"record","name":"R","fields":[{"name":"f","type":{"type":"array","items":["null","int"]},"default":[null,1]}]})"},
      {"an alias of a field that is no name", SchemaRule::alias_name,
       field_of(R"("int")", R"(,"aliases":["old name"])"), "$.fields[0]",
       R"({"type":"record","name":"R","fields":[{"name":"f","type":"int","aliases":["old name"]}]})"},
      {"an alias of a type that is no name", SchemaRule::alias_name,
       R"({"type":"fixed","name":"F","size":1,"aliases":["G-1"]})", "$",
       R"({"type":"fixed","name":"F","size":1,"aliases":["G-1"]})"},
      {"a name like a type", SchemaRule::type_word, R"({"type":"fixed","name":"a.long","size":1})",
       "$", R"({"type":"fixed","name":"long","namespace":"a","size":1})"},
      {"a doc that is no text", SchemaRule::ignored_value,
       R"({"type":"fixed","name":"F","size":1,"doc":["x"]})", "$",
       R"({"type":"fixed","name":"F","size":1})"},
      {"a namespace that is no text", SchemaRule::ignored_value,
       R"({"type":"fixed","name":"F","size":1,"namespace":7})", "$",
       R"({"type":"fixed","name":"F","size":1})"},
      {"attributes beside a reference", SchemaRule::ignored_attribute,
       R"([{"type":"fixed","name":"F","size":1},{"type":"array","items":{"type":"F","units":"m"}}])",
       "$[1].items", R"([{"type":"fixed","name":"F","size":1},{"type":"array","items":"F"}])"},
      {"a logical type beside the type", SchemaRule::ignored_attribute,
       field_of(R"("int")", R"(,"logicalType":"date")"), "$.fields[0]",
       R"({"type":"record","name":"R","fields":[{"name":"f","type":"int","logicalType":"date"}]})"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    EXPECT_FALSE(is_breach(one.rule));
    for (const SchemaOptions& options : {SchemaOptions{}, kLenient}) {
      ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(one.schema, options));
      ASSERT_THAT(schema.warnings(), testing::SizeIs(1));
      EXPECT_EQ(schema.warnings()[0].rule, one.rule);
      EXPECT_EQ(schema.warnings()[0].path, one.path);
      EXPECT_EQ(schema.to_string(), one.printed);
    }
  }
}

TEST(SchemaParse, SaysNothingAboutWhatIsRight) {
  for (
      const char* text :
      {R"({"type":"enum","name":"E","doc":null,"namespace":null,"symbols":[],"default":null})",
       R"({"type":"record","name":"a.R","aliases":["b.S","T"],"fields":[{"name":"t","type":{"type":"int","logicalType":"date"},"logicalType":"date"},
            {"name":"u","type":["null","int"],"default":null,"order":"ascending"}]})"}) {
    ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(text));
    EXPECT_THAT(schema.warnings(), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace weir::avro

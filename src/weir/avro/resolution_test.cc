#include "weir/avro/resolution.h"

#include <gmock/gmock.h>

#include <cmath>

#include "weir/avro/binary.h"
#include "weir/avro/random_datum.h"
#include "weir/avro/random_evolution.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kInt = R"("int")";

Resolution resolve(std::string_view writer, std::string_view reader) {
  return *Resolution::make(*parse_schema(writer), *parse_schema(reader));
}

std::string refusal(std::string_view writer, std::string_view reader) {
  const Result<Resolution> made = Resolution::make(*parse_schema(writer), *parse_schema(reader));
  return made ? "made" : made.error().to_string();
}

Value number(int64_t value) { return Value{value, {}}; }
Value real(double value) { return Value{value, {}}; }
Value text(std::string value) { return Value{std::move(value), {}}; }
Value binary(Bytes value) { return Value{Value::Binary{std::move(value)}, {}}; }

Bytes encoded(std::string_view schema, const Value& value) {
  Bytes out;
  const Status status = encode_value(*parse_schema(schema), value, out);
  EXPECT_OK(status);
  return out;
}

// What the reader reads of a value of the writer's, as JSON, or the error.
std::string read(std::string_view writer, std::string_view reader, const Value& value) {
  const Resolution resolution = resolve(writer, reader);
  const Result<Value> read = decode_value(resolution, encoded(writer, value));
  if (!read) return read.error().to_string();
  Bytes again;
  EXPECT_OK(encode_value(resolution.reader(), *read, again));
  return read->to_json().print();
}

std::string record(std::string_view fields, std::string_view name = "R",
                   std::string_view more = "") {
  return R"({"type":"record","name":")" + std::string(name) + "\"" + std::string(more) +
         R"(,"fields":[)" + std::string(fields) + "]}";
}

Value fields(std::vector<Value::Entry> entries) {
  return Value{Value::Record{std::move(entries)}, {}};
}

TEST(Resolution, PromotesNumbers) {
  EXPECT_EQ(read(kInt, R"("long")", number(-7)), "-7");
  EXPECT_EQ(read(kInt, R"("float")", number(16'777'217)), "16777216.0");
  EXPECT_EQ(read(kInt, R"("double")", number(16'777'217)), "16777217.0");
  EXPECT_EQ(read(R"("long")", R"("float")", number((int64_t{1} << 53) + 1)), "9007199254740992.0");
  EXPECT_EQ(read(R"("long")", R"("double")", number(1LL << 40)), "1099511627776.0");
  EXPECT_EQ(read(R"("float")", R"("double")", real(0.25)), "0.25");
  EXPECT_EQ(decode_value(resolve(kInt, R"("long")"), BytesView("\x80\x80\x80\x80\x10", 5))
                .error()
                .to_string(),
            "corrupt: an int of more than 32 bits (byte 5)");
}

TEST(Resolution, TurnsStringsIntoBytesAndBack) {
  EXPECT_EQ(read(R"("string")", R"("bytes")", text("é")), "\"Ã©\"");
  EXPECT_EQ(read(R"("bytes")", R"("string")", binary("\xC3\xA9")), "\"é\"");
  EXPECT_EQ(read(R"("bytes")", R"("string")", binary("\xFF")),
            "refused: bytes that are read as a string and are not UTF-8 (byte 2)");
}

TEST(Resolution, RefusesWhatIsNoPromotionWithBothPlaces) {
  EXPECT_EQ(refusal(R"("long")", kInt),
            "refused: writer's $, reader's $: a long is not read as an int");
  EXPECT_EQ(
      refusal(
          record(
              R"({"name":"a","type":"int"},{"name":"b","type":{"type":"array","items":"double"}})"),
          record(R"({"name":"b","type":{"type":"array","items":"float"}})")),
      "refused: writer's $.fields[1].type.items, reader's $.fields[0].type.items: "
      "a double is not read as a float");
  EXPECT_THAT(
      refusal(R"({"type":"map","values":"string"})", R"({"type":"map","values":["null","int"]})"),
      HasSubstr(
          "writer's $.values, reader's $.values: no branch of the reader's union takes a string"));
  EXPECT_THAT(
      refusal(R"({"type":"fixed","name":"F","size":2})", R"({"type":"fixed","name":"F","size":3})"),
      HasSubstr("the fixed 'F' has 2 bytes, the reader's has 3"));
  EXPECT_THAT(refusal(R"({"type":"fixed","name":"F","size":2})", R"("bytes")"),
              HasSubstr("the fixed 'F' is not read as a bytes"));
  EXPECT_THAT(refusal(R"(["int","string"])", R"("boolean")"),
              HasSubstr("writer's $[1], reader's $: a string"));
}

TEST(Resolution, MatchesFieldsByNameThenByAliasAndSkipsTheRest) {
  const std::string writer =
      record(R"({"name":"a","type":"int"},{"name":"gone","type":{"type":"array","items":"string"}},
                {"name":"old","type":"long"},{"name":"z","type":"string"})");
  const Value value = fields({{"a", number(1)},
                              {"gone", Value{std::vector<Value>{text("x")}, {}}},
                              {"old", number(3)},
                              {"z", text("end")}});
  EXPECT_EQ(
      read(
          writer,
          record(
              R"({"name":"z","type":"string"},{"name":"new","type":"double","aliases":["older","old"]},
                                   {"name":"a","type":"long"})"),
          value),
      R"({"z":"end","new":3.0,"a":1})");
  EXPECT_THAT(
      refusal(writer, record(R"({"name":"new","type":"double","aliases":["a","old"]})")),
      HasSubstr("the field 'new' and its aliases name more than one field of the writer's"));
  EXPECT_THAT(refusal(writer, record(R"({"name":"a","type":"int","aliases":["old"]})")),
              HasSubstr("more than one field"));
  // A field that is there by name is nobody's alias.
  EXPECT_EQ(
      read(
          writer,
          record(
              R"({"name":"b","type":"int","aliases":["a"],"default":9},{"name":"a","type":"int"})"),
          value),
      R"({"b":9,"a":1})");
}

TEST(Resolution, FillsDefaultsOfEveryType) {
  const std::string reader = record(R"(
      {"name":"n","type":"null","default":null},{"name":"b","type":"boolean","default":true},
      {"name":"i","type":"int","default":-1},{"name":"l","type":"long","default":9007199254740993},
      {"name":"f","type":"float","default":0.1},{"name":"d","type":"double","default":1},
      {"name":"s","type":"string","default":"é"},{"name":"y","type":"bytes","default":"\u00ff\u0001"},
      {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"],"default":"A"},"default":"B"},
      {"name":"x","type":{"type":"fixed","name":"F","size":2},"default":"\u0000\u0001"},
      {"name":"arr","type":{"type":"array","items":"int"},"default":[1,2]},
      {"name":"map","type":{"type":"map","values":"long"},"default":{"k":5}},
      {"name":"u","type":["null","string","int"],"default":7},
      {"name":"r","type":{"type":"record","name":"In","fields":[
          {"name":"p","type":"int"},{"name":"q","type":["null","double"],"default":2.5}]},"default":{"p":4}})");
  EXPECT_EQ(
      read(record(""), reader, fields({})),
      "{\"n\":null,\"b\":true,\"i\":-1,\"l\":9007199254740993,\"f\":0.10000000149011612,\"d\":1.0,"
      "\"s\":\"é\",\"y\":\"ÿ\\u0001\",\"e\":\"B\",\"x\":\"\\u0000\\u0001\",\"arr\":[1,2],"
      "\"map\":{\"k\":5},\"u\":7,\"r\":{\"p\":4,\"q\":2.5}}");
}

TEST(Resolution, ReadsDefaultsThatAreNoNumbersAsJavaDoes) {
  const std::string nan = R"({"name":"d","type":"double","default":"NaN"})";
  EXPECT_EQ(read(record(""),
                 record(nan + R"(,{"name":"f","type":"float","default":"-Infinity"},
      {"name":"s","type":)" +
                        record(nan, "S") + R"(,"default":{}})"),
                 fields({})),
            R"({"d":"NaN","f":"-Infinity","s":{"d":"NaN"}})");
}

TEST(Resolution, RefusesMissingAndUnusableDefaults) {
  EXPECT_EQ(refusal(record(""), record(R"({"name":"a","type":"int"})")),
            "refused: writer's $, reader's $: the reader's field 'a' has no default, and the "
            "record 'R' does not "
            "have it");
  const SchemaOptions lenient{.mode = SchemaOptions::Mode::lenient};
  const Schema reader =
      *parse_schema(record(R"({"name":"a","type":"int","default":"x"})"), lenient);
  const auto made = Resolution::make(*parse_schema(record("")), reader);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().to_string(),
              HasSubstr("the default of the reader's field 'a' cannot be used: it is no int"));
  const auto unused =
      Resolution::make(*parse_schema(record(R"({"name":"a","type":"int"})")), reader);
  EXPECT_OK(unused);
}

TEST(Resolution, MatchesNamedTypesBySimpleNameOrAlias) {
  const std::string field = R"({"name":"a","type":"int"})";
  const Value value = fields({{"a", number(1)}});
  EXPECT_EQ(read(record(field, "one.R"), record(field, "two.R"), value), R"({"a":1})");
  EXPECT_EQ(read(record(field, "one.R"), record(field, "two.S", R"(,"aliases":["one.R"])"), value),
            R"({"a":1})");
  EXPECT_THAT(refusal(record(field, "one.R"), record(field, "two.S", R"(,"aliases":["R"])")),
              HasSubstr("the record 'one.R' is not read as the record 'two.S'"));
  EXPECT_THAT(refusal(R"({"type":"enum","name":"E","symbols":["A"]})",
                      R"({"type":"enum","name":"D","symbols":["A"]})"),
              HasSubstr("the enum 'E' is not read as the enum 'D'"));
}

TEST(Resolution, MapsSymbolsAndRefusesUnknownOnesWhenTheyCome) {
  const char* writer = R"({"type":"enum","name":"E","symbols":["A","B","C"]})";
  const char* reader = R"({"type":"enum","name":"E","symbols":["C","A"]})";
  EXPECT_EQ(read(writer, reader, text("C")), "\"C\"");
  EXPECT_EQ(read(writer, reader, text("B")),
            "refused: a symbol that the reader's enum does not have, nor a default (byte 1)");
  EXPECT_FALSE(resolve(writer, reader).reads_everything());
  const char* with_default = R"({"type":"enum","name":"E","symbols":["C","A"],"default":"A"})";
  EXPECT_EQ(read(writer, with_default, text("B")), "\"A\"");
  EXPECT_TRUE(resolve(writer, with_default).reads_everything());
  EXPECT_EQ(decode_value(resolve(writer, reader), BytesView("\x06", 1)).error().code(),
            ErrorCode::corrupt);
}

TEST(Resolution, ReadsAWritersUnionBranchByBranch) {
  const char* writer = R"(["int","string","null"])";
  const Resolution resolution = resolve(writer, R"("long")");
  EXPECT_FALSE(resolution.reads_everything());
  EXPECT_EQ(read(writer, R"("long")", number(5)), "5");
  EXPECT_EQ(read(writer, R"("long")", text("x")),
            "refused: a string is not read as a long (byte 1)");
  EXPECT_EQ(read(writer, R"(["null","bytes","double"])", number(5)), "5.0");
  const Result<Value> value =
      decode_value(resolve(writer, R"(["null","bytes","double"])"), encoded(writer, text("x")));
  ASSERT_OK(value);
  EXPECT_EQ(value->branch, 1u);
  EXPECT_THAT(read(record(R"({"name":"a","type":["null","int"]})"),
                   record(R"({"name":"a","type":"int"})"), fields({{"a", Value()}})),
              StartsWith("refused: a: a null is not read as an int"));
}

TEST(Resolution, ChoosesTheReadersBranchByTypeThenByPromotion) {
  EXPECT_EQ(read(kInt, R"(["double","long","int"])", number(3)), "3");
  EXPECT_EQ(read(kInt, R"(["string","double","long"])", number(3)), "3.0");
  EXPECT_EQ(decode_value(resolve(kInt, R"(["null","double","long"])"), "\x06")->branch, 1u);
}

TEST(Resolution, ChoosesAmongRecordsByNameAndByWhatCanBeRead) {
  const auto readers = [](std::string_view first, std::string_view second) {
    return "[" + std::string(first) + "," + std::string(second) + "]";
  };
  const std::string writer = record(R"({"name":"a","type":"int"})", "x.R");
  const Value value = fields({{"a", number(1)}});
  const auto branch = [&](const std::string& reader) {
    return decode_value(resolve(writer, reader), encoded(writer, value))->branch;
  };
  const std::string same = record(R"({"name":"a","type":"int"})", "x.R");
  const std::string moved = record(R"({"name":"a","type":"int"})", "y.R");
  const std::string broken = record(R"({"name":"a","type":"string"})", "x.R");
  const std::string aliased =
      record(R"({"name":"a","type":"int"})", "z.S", R"(,"aliases":["x.R"])");
  EXPECT_EQ(branch(readers(moved, same)), 1u);
  EXPECT_EQ(branch(readers(moved, aliased)), 1u);
  EXPECT_EQ(branch(readers(broken, moved)), 1u);
  EXPECT_THAT(refusal(writer, readers(broken, R"("null")")),
              HasSubstr("reader's $[0].fields[0].type"));
  EXPECT_THAT(refusal(writer, readers(record("", "S"), record("", "T"))),
              HasSubstr("no branch of the reader's union takes the record 'x.R'"));
  // A branch that reads every datum goes before a better name that reads some.
  const std::string partly = record(R"({"name":"a","type":"int"})", "x.R");
  const std::string union_writer = record(R"({"name":"a","type":["int","string"]})", "x.R");
  const std::string wide = record(R"({"name":"a","type":["int","string"]})", "y.R");
  EXPECT_TRUE(resolve(union_writer, readers(partly, wide)).reads_everything());
}

TEST(Resolution, FollowsSchemasIntoThemselves) {
  const std::string writer =
      record(R"({"name":"v","type":"int"},{"name":"next","type":["null","Node"]})", "Node");
  const std::string reader = record(
      R"({"name":"next","type":["Node","null"]},{"name":"v","type":"double"},{"name":"w","type":"int","default":0})",
      "Node");
  Value end = fields({{"v", number(2)}, {"next", Value{{}, 0}}});
  end.branch = 1;
  EXPECT_EQ(read(writer, reader, fields({{"v", number(1)}, {"next", end}})),
            R"({"next":{"next":null,"v":2.0,"w":0},"v":1.0,"w":0})");
  const std::string broken =
      record(R"({"name":"next","type":["null","Node"]},{"name":"w","type":"int"})", "Node");
  EXPECT_THAT(refusal(writer, broken), HasSubstr("the reader's field 'w' has no default"));
  // Two records that hold each other fall together, whichever is looked at first.
  const std::string two =
      record(R"({"name":"b","type":["null",{"type":"record","name":"B","fields":[
      {"name":"a","type":["null","A"]},{"name":"x","type":"int"}]}]})",
             "A");
  const std::string two_broken = record(R"({"name":"b","type":{"type":"record","name":"B","fields":[
      {"name":"a","type":"A"},{"name":"x","type":"string"}]}})",
                                        "A");
  EXPECT_THAT(refusal(two, two_broken), StartsWith("refused: "));
}

TEST(Resolution, IsIdentityWhenTheBytesMeanTheSame) {
  const std::string one = record(
      R"({"name":"a","type":["null","int"]},{"name":"e","type":{"type":"enum","name":"E","symbols":["X"]}},
      {"name":"m","type":{"type":"map","values":{"type":"array","items":"string"}}},{"name":"next","type":["null","R"]})");
  EXPECT_TRUE(resolve(one, one).is_identity());
  const std::string renamed =
      record(R"({"name":"b","aliases":["a"],"doc":"new","type":["null","int"]},
      {"name":"e","type":{"type":"enum","name":"E","symbols":["X"]}},
      {"name":"m","type":{"type":"map","values":{"type":"array","items":"string"}}},{"name":"next","type":["null","R"]})");
  EXPECT_TRUE(resolve(one, renamed).is_identity());
  EXPECT_FALSE(resolve(kInt, R"("long")").is_identity());
  EXPECT_FALSE(resolve(kInt, R"(["int"])").is_identity());
  EXPECT_FALSE(resolve(R"(["null","int"])", R"(["int","null"])").is_identity());
  EXPECT_FALSE(resolve(R"(["null","int"])", R"(["null","int","string"])").is_identity());
  EXPECT_FALSE(resolve(record(R"({"name":"a","type":"int"})"), record("")).is_identity());
  EXPECT_TRUE(resolve(R"(["null",{"type":"array","items":["int","string"]}])",
                      R"(["null",{"type":"array","items":["int","string"]}])")
                  .is_identity());
  EXPECT_FALSE(resolve(R"({"type":"enum","name":"E","symbols":["A"]})",
                       R"({"type":"enum","name":"E","symbols":["A","B"]})")
                   .is_identity());
}

TEST(Resolution, NamesThePlaceOfCorruptBytes) {
  const std::string writer = record(
      R"({"name":"old","type":{"type":"record","name":"M","fields":[{"name":"x","type":"int"}]}},
      {"name":"skipped","type":"string"},{"name":"z","type":"int"})");
  const std::string reader =
      record(R"({"name":"z","type":"long"},{"name":"m","aliases":["old"],"type":
      {"type":"record","name":"M","fields":[{"name":"x","type":"double"}]}})");
  const Resolution resolution = resolve(writer, reader);
  const auto error = [&](BytesView bytes) {
    return decode_value(resolution, bytes).error().to_string();
  };
  EXPECT_EQ(error(""), "corrupt: m.x: the bytes end inside an integer (byte 0)");
  EXPECT_THAT(error(BytesView("\x02\x08", 2)), StartsWith("corrupt: skipped: "));
  EXPECT_THAT(error(BytesView("\x02\x00", 2)), StartsWith("corrupt: z: "));
  EXPECT_THAT(error(BytesView("\x02\x00\x04\x01", 4)),
              HasSubstr("more bytes than the value takes"));
}

TEST(Resolution, RefusesSchemasThatStandForTooMuch) {
  // 2 to the 30 values in one default.
  std::string inner =
      R"({"type":"record","name":"T0","fields":[{"name":"v","type":"int","default":1}]})";
  for (int i = 1; i <= 30; ++i) {
    inner = R"({"type":"record","name":"T)" + std::to_string(i) +
            R"(","fields":[{"name":"a","default":{},"type":)" + inner +
            R"(},{"name":"b","default":{},"type":"T)" + std::to_string(i - 1) + R"("}]})";
  }
  const SchemaOptions unchecked{.mode = SchemaOptions::Mode::lenient, .max_depth = 100};
  const Schema reader =
      *parse_schema(record(R"({"name":"t","default":{},"type":)" + inner + "}"), unchecked);
  EXPECT_ERROR(ErrorCode::unsupported,
               Resolution::make(*parse_schema(record("")), reader, {.max_steps = 10'000}));
  const Schema wide =
      *parse_schema(record(R"({"name":"a","type":"int"},{"name":"b","type":"int"})"));
  EXPECT_ERROR(ErrorCode::unsupported, Resolution::make(wide, wide, {.max_steps = 4}));
  EXPECT_OK(Resolution::make(wide, wide, {.max_steps = 6}));
}

TEST(Resolution, BoundsWhatDefaultsTakeInOneDatum) {
  const std::string writer = R"({"type":"array","items":)" + record("") + "}";
  const std::string reader =
      R"({"type":"array","items":)" +
      record(R"({"name":"s","type":"string","default":")" + std::string(1 << 20, 'x') + "\"}") +
      "}";
  Bytes bytes;
  append_long(bytes, 1'000);
  append_long(bytes, 0);
  const Result<Value> read = decode_value(resolve(writer, reader), bytes);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().to_string(), AllOf(StartsWith("refused: "), HasSubstr("64 MiB")));
}

// Whether the only thing wrong is the one that is left to the datum.
bool is_no_text(const Error& error) {
  return error.message().find("not UTF-8") != std::string::npos;
}

TEST(ResolutionProperty, ReadsEveryDatumWhereItSaysSo) {
  size_t made = 0;
  size_t whole = 0;
  size_t read_some = 0;
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    RandomDatum random(seed);
    const Json text = random.schema();
    const Result<Schema> writer = parse_schema(text);
    const Result<Schema> reader = parse_schema(RandomEvolution(seed).evolve(text));
    if (!writer || !reader) continue;
    const Result<Resolution> resolution = Resolution::make(*writer, *reader);
    if (!resolution) {
      EXPECT_EQ(resolution.error().code(), ErrorCode::refused) << resolution.error().to_string();
      continue;
    }
    ++made;
    whole += resolution->reads_everything();
    for (int i = 0; i < 4; ++i) {
      Bytes bytes;
      ASSERT_OK(encode_value(*writer, random.value(writer->root()), bytes));
      const Result<Value> value = decode_value(*resolution, bytes);
      if (!value) {
        EXPECT_EQ(value.error().code(), ErrorCode::refused) << value.error().to_string();
        EXPECT_TRUE(!resolution->reads_everything() || is_no_text(value.error()))
            << seed << ": " << value.error().to_string();
        continue;
      }
      ++read_some;
      Bytes again;
      EXPECT_OK(encode_value(*reader, *value, again)) << seed;
      if (resolution->is_identity()) {
        EXPECT_EQ(again, bytes) << seed;
        EXPECT_EQ(*value, *decode_value(*reader, bytes)) << seed;
      }
    }
  }
  EXPECT_GT(made, 1'500u);
  EXPECT_GT(whole, 1'000u);
  EXPECT_GT(read_some, 5'000u);
}

TEST(ResolutionProperty, OfASchemaWithItselfIsIdentity) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    RandomDatum random(seed);
    const Json text = random.schema();
    ASSERT_OK_AND_ASSIGN(const Schema writer, parse_schema(text));
    ASSERT_OK_AND_ASSIGN(const Schema reader, parse_schema(text));
    ASSERT_OK_AND_ASSIGN(const Resolution resolution, Resolution::make(writer, reader));
    EXPECT_TRUE(resolution.is_identity()) << text.print();
    EXPECT_TRUE(resolution.reads_everything()) << text.print();
  }
}

}  // namespace
}  // namespace weir::avro

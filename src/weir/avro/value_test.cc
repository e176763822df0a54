#include "weir/avro/value.h"

#include <gmock/gmock.h>

#include "weir/avro/binary.h"
#include "weir/avro/decode_plan.h"
#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

Schema schema_of(std::string_view text) { return *parse_schema(text); }

std::string encode_error(std::string_view schema, const Value& value) {
  Bytes out = "before";
  const Status status = encode_value(schema_of(schema), value, out);
  EXPECT_EQ(out, "before");
  return status ? "none" : status.error().message();
}

TEST(Value, PrintsAsNaturalJson) {
  const Schema schema =
      schema_of(R"({"type":"record","name":"R","fields":[{"name":"l","type":"long"},
      {"name":"b","type":"bytes"},{"name":"m","type":{"type":"map","values":["null","double"]}}]})");
  Bytes bytes;
  append_long(bytes, INT64_MIN);
  append_bytes(bytes, "a\xFF");
  append_long(bytes, 3);
  append_string(bytes, "x");
  append_long(bytes, 0);
  append_string(bytes, "y");
  append_long(bytes, 1);
  append_double(bytes, -std::numeric_limits<double>::infinity());
  append_string(bytes, "x");
  append_long(bytes, 1);
  append_double(bytes, 0.1);
  append_long(bytes, 0);
  ASSERT_OK_AND_ASSIGN(const Value value, decode_value(schema, bytes));
  EXPECT_EQ(
      value.to_json().print(),
      "{\"l\":-9223372036854775808,\"b\":\"a\xC3\xBF\",\"m\":{\"x\":0.1,\"y\":\"-Infinity\"}}");
}

TEST(Value, ChoosesTheFirstBranchThatFits) {
  const Schema schema = schema_of(R"(["null","int","long",{"type":"array","items":"string"}])");
  const auto bytes_of = [&](Value::Data data) {
    Bytes out;
    EXPECT_OK(encode_value(schema, Value{std::move(data), {}}, out));
    return out;
  };
  EXPECT_EQ(bytes_of(std::monostate()), BytesView("\0", 1));
  EXPECT_EQ(bytes_of(int64_t{1}), "\x02\x02");
  EXPECT_EQ(bytes_of(int64_t{1} << 31), "\x04\x80\x80\x80\x80\x10");
  EXPECT_EQ(bytes_of(std::vector<Value>()), BytesView("\x06\0", 2));
}

TEST(Value, NamesThePlaceThatDoesNotFit) {
  Value record{Value::Record{{{"a", {std::vector<Value>{{int64_t{5}, {}}, {true, {}}}, {}}}}}, {}};
  EXPECT_EQ(
      encode_error(
          R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":"int"}}]})",
          record),
      "a: the value is no int");
  EXPECT_EQ(
      encode_error(R"({"type":"record","name":"R","fields":[{"name":"b","type":"int"}]})", record),
      "b: the field is missing");
  EXPECT_EQ(encode_error(R"("int")", {int64_t{1} << 40, {}}),
            "1099511627776 needs more than the 32 bits of an int");
  EXPECT_EQ(encode_error(R"("string")", {std::string("\xFF"), {}}), "text that is not UTF-8");
  EXPECT_EQ(encode_error(R"({"type":"fixed","name":"F","size":2})", {Value::Binary{"abc"}, {}}),
            "3 bytes for a fixed of 2");
  EXPECT_EQ(encode_error(R"({"type":"enum","name":"E","symbols":["A"]})", {std::string("B"), {}}),
            "the enum has no such symbol");
  EXPECT_EQ(encode_error(R"(["null","int"])", {std::string("B"), {}}),
            "the value fits no branch of the union");
  EXPECT_EQ(encode_error(R"(["null"])", {std::monostate(), 1}), "the union has no such branch");
}

TEST(Value, BoundsItemsThatTakeNoBytesAndNestingWithoutEnd) {
  Bytes many;
  append_long(many, 1'000'000'000);
  append_long(many, 0);
  EXPECT_ERROR(ErrorCode::corrupt,
               decode_value(schema_of(R"({"type":"array","items":"null"})"), many));
  EXPECT_ERROR(ErrorCode::corrupt, decode_value(schema_of(R"({"type":"array","items":
      {"type":"record","name":"R","fields":[]}})"),
                                                many));
  EXPECT_ERROR(ErrorCode::corrupt, decode_value(schema_of(R"({"type":"record","name":"R","fields":[
      {"name":"self","type":"R"}]})"),
                                                ""));
  EXPECT_ERROR(ErrorCode::corrupt, decode_value(schema_of(R"({"type":"record","name":"R","fields":[
      {"name":"next","type":["null","R"]}]})"),
                                                std::string(1'000'000, '\x02')));
}

TEST(Value, BoundsRecordsOfNothingInsideEachOther) {
  // 2^30 empty records in no bytes at all.
  std::string text =
      R"({"type":"record","name":"R","fields":[{"name":"f0","type":["null",{"type":"record","name":"T0","fields":[]}]})";
  for (int i = 1; i <= 30; ++i) {
    const std::string before = "\"T" + std::to_string(i - 1) + "\"";
    text += R"(,{"name":"f)" + std::to_string(i) +
            R"(","type":["null",{"type":"record","name":"T)" + std::to_string(i) +
            R"(","fields":[{"name":"a","type":)" + before + R"(},{"name":"b","type":)" + before +
            "}]}]}";
  }
  const Schema schema = schema_of(text + "]}");
  EXPECT_OK(decode_value(schema, std::string(31, '\0')));
  EXPECT_ERROR(ErrorCode::corrupt, decode_value(schema, std::string(30, '\0') + "\x02"));
  EXPECT_ERROR(ErrorCode::unsupported, DecodePlan::compile(schema));
}

TEST(Value, ReadsAThousandNullsInAFewBytes) {
  Bytes bytes;
  append_long(bytes, 1000);
  append_long(bytes, 0);
  const Schema schema = schema_of(R"({"type":"array","items":"null"})");
  ASSERT_OK_AND_ASSIGN(const Value value, decode_value(schema, bytes));
  EXPECT_EQ(value.to_json().items().size(), 1000u);
}

TEST(Value, RefusesMalformedBytesOfEveryKind) {
  struct Case {
    const char* schema;
    const char* hex;
    const char* problem;
  };
  constexpr const char* kInts = R"({"type":"array","items":"int"})";
  constexpr const char* kMap = R"({"type":"map","values":"int"})";
  constexpr const char* kNulls = R"({"type":"array","items":"null"})";
  const Case cases[] = {
      {"\"string\"", "05 616263", "a negative length (byte 1)"},
      {"\"string\"", "08 616263", "a length past the end of the bytes (byte 1)"},
      {"\"bytes\"", "feffffffffffffffff01", "a length past the end of the bytes (byte 10)"},
      {"\"int\"", "8080808010", "an int of more than 32 bits (byte 5)"},
      {kInts, "08 02 04 00", "a block count that the bytes cannot hold (byte 1)"},
      {kInts, "feffffffffffffffff01 00", "a block count that the bytes cannot hold (byte 10)"},
      {kInts, "ffffffffffffffffff01 00", "a block count out of range (byte 10)"},
      {kInts, "03 01 02 04 00", "a block size past the end of the bytes (byte 2)"},
      {kInts, "03 20 02 04 00", "a block size past the end of the bytes (byte 2)"},
      {kInts, "03 02 02 04 00", "a block that is not as long as it says (byte 4)"},
      {kInts, "02 02", "the bytes end inside an integer (byte 2)"},
      {kMap, "08 02 6b 02 00", "a block count that the bytes cannot hold (byte 1)"},
      {kMap, "02 02 6b", "the bytes end inside an integer (byte 3)"},
      {kMap, "02 02 ff 02 00", "text that is not UTF-8 (byte 3)"},
      {kMap, "02 03 6b 02 00", "a negative length (byte 2)"},
      {kNulls, "8080808008 00", "too many items that take no bytes (byte 5)"},
      {kNulls, "ffffffff0f 00 00", "too many items that take no bytes (byte 6)"},
      {R"(["null","int"])", "04", "an index of a symbol or branch that does not exist (byte 1)"},
      {R"(["null","int"])", "01", "an index of a symbol or branch that does not exist (byte 1)"},
      {R"({"type":"enum","name":"E","symbols":["A"]})", "02",
       "an index of a symbol or branch that does not exist (byte 1)"},
      {R"({"type":"fixed","name":"F","size":4})", "010203",
       "the bytes end inside a fixed (byte 0)"},
      {"\"double\"", "01020304", "the bytes end inside a double (byte 0)"},
      {"\"boolean\"", "02", "a boolean that is neither 0 nor 1 (byte 0)"},
      {"\"null\"", "00", "more bytes than the value takes (byte 0)"},
  };
  for (const Case& one : cases) {
    const Schema schema = schema_of(one.schema);
    const Bytes bytes = testing::from_hex(one.hex);
    const Result<Value> value = decode_value(schema, bytes);
    ASSERT_FALSE(value) << one.schema << " " << one.hex;
    EXPECT_EQ(value.error().to_string(), std::string("corrupt: ") + one.problem)
        << one.schema << " " << one.hex;
    Visitor nobody;
    EXPECT_ERROR(ErrorCode::corrupt, DecodePlan::compile(schema)->decode(bytes, nobody))
        << one.schema << " " << one.hex;
  }
}

}  // namespace
}  // namespace weir::avro

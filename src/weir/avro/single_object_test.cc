#include "weir/avro/single_object.h"

#include <gmock/gmock.h>

#include "weir/avro/fingerprint.h"
#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using testing::from_hex;

std::optional<Schema> nothing(uint64_t) { return std::nullopt; }

TEST(SingleObject, WritesMarkerFingerprintAndDatum) {
  // 7275d51a3f395c8f is the fingerprint of "int" in the specification.
  Bytes out = "before";
  ASSERT_OK(append_single_object(*parse_schema("\"int\""), {int64_t{3}, {}}, out));
  EXPECT_EQ(out, "before" + from_hex("c301 8f5c393f1ad57572 06"));
}

TEST(SingleObject, FindsTheSchemaByFingerprint) {
  const Schema schema =
      *parse_schema(R"({"type":"record","name":"a.R","fields":[{"name":"x","type":"long"}]})");
  const Value value{Value::Record{{{"x", {int64_t{-9}, {}}}}}, {}};
  Bytes message;
  ASSERT_OK(append_single_object(schema, value, message));
  ASSERT_OK_AND_ASSIGN(const Value decoded,
                       decode_single_object(message, [&](uint64_t fingerprint) {
                         EXPECT_EQ(fingerprint, crc64_fingerprint(schema));
                         return std::optional<Schema>(schema);
                       }));
  EXPECT_TRUE(decoded == value);
  ASSERT_OK_AND_ASSIGN(const SingleObject parts, parse_single_object(message));
  EXPECT_EQ(parts.datum, "\x11");
}

TEST(SingleObject, SaysWhatIsMissing) {
  const auto problem = [](std::string_view hex, const SchemaLookup& lookup) {
    return decode_single_object(from_hex(hex), lookup).error().to_string();
  };
  const auto anything = [](uint64_t) { return std::optional<Schema>(*parse_schema("\"int\"")); };
  EXPECT_EQ(problem("", nothing), "corrupt: no single object of Avro, which begins with C3 01");
  EXPECT_EQ(problem("c302 0000000000000000", nothing),
            "corrupt: no single object of Avro, which begins with C3 01");
  EXPECT_EQ(problem("c301 00000000000000", nothing),
            "corrupt: the bytes end inside the header of a single object");
  EXPECT_EQ(problem("c301 0100000000000080 06", nothing),
            "not found: no schema with the fingerprint 8000000000000001");
  EXPECT_EQ(problem("c301 0100000000000000", anything),
            "corrupt: the bytes end inside an integer (byte 0)");
}

TEST(SingleObject, WritesNothingOfAValueThatDoesNotFit) {
  Bytes out = "before";
  EXPECT_ERROR(ErrorCode::invalid_argument,
               append_single_object(*parse_schema("\"int\""), {true, {}}, out));
  EXPECT_EQ(out, "before");
}

}  // namespace
}  // namespace weir::avro

#include <gmock/gmock.h>

#include "weir/base/bytes.h"
#include "weir/base/crc32.h"
#include "weir/base/crc32c.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/testing/matchers.h"

namespace weir {
namespace {

TEST(ByteReader, ReadsBackWhatTheWriterWrote) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.be<int16_t>(-2);
  writer.be<uint32_t>(0xCAFEF00D);
  writer.le<double>(1.5);
  writer.varint(INT64_MIN);
  writer.uvarint(UINT64_MAX);
  writer.append("abc");

  ByteReader reader(bytes);
  EXPECT_EQ(reader.be<int16_t>(), -2);
  EXPECT_EQ(reader.be<uint32_t>(), 0xCAFEF00D);
  EXPECT_EQ(reader.le<double>(), 1.5);
  EXPECT_EQ(reader.varint(), INT64_MIN);
  EXPECT_EQ(reader.uvarint(), UINT64_MAX);
  EXPECT_EQ(reader.rest(), "abc");
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReader, StaysFailedAfterAReadPastTheEnd) {
  ByteReader reader(BytesView("\x01\x02", 2));
  EXPECT_EQ(reader.be<uint32_t>(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.byte(), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, RefusesAVarintOfMoreThan64Bits) {
  ByteReader reader(BytesView("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10));
  reader.uvarint();
  EXPECT_FALSE(reader.ok());
}

TEST(Crc32c, MatchesTheCheckValueOfRfc3720AndContinues) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c("6789", crc32c("12345")), 0xE3069283u);
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(crc32("6789", crc32("12345")), 0xCBF43926u);
}

TEST(Time, PrintsAndReadsUtc) {
  const Timestamp now = from_millis(1'763'823'706'250);
  EXPECT_EQ(format_utc(now), "2025-11-22T15:01:46.250000Z");
  ASSERT_OK_AND_ASSIGN(const Timestamp same, parse_time("2025-11-22T15:01:46.25Z", now));
  EXPECT_EQ(same, now);
  ASSERT_OK_AND_ASSIGN(const Timestamp ago, parse_time("-15m", now));
  EXPECT_EQ(now - ago, std::chrono::minutes(15));
  ASSERT_OK_AND_ASSIGN(const Timestamp day, parse_time("2025-11-22", now));
  EXPECT_EQ(format_utc(day), "2025-11-22T00:00:00.000000Z");
}

TEST(Time, RefusesWhatIsNoMoment) {
  for (const char* text : {"", "tomorrow", "2025-13-01", "2025-11-22T25:00", "-", "2025-11-22T15:01:46.Z"}) {
    EXPECT_ERROR(ErrorCode::invalid_argument, parse_time(text, Timestamp{}));
  }
}

TEST(Error, PutsThePlaceInFront) {
  const Error error = Error(ErrorCode::corrupt, "tag not closed").within("a.xml:12");
  EXPECT_EQ(error.to_string(), "corrupt: a.xml:12: tag not closed");
}

}  // namespace
}  // namespace weir

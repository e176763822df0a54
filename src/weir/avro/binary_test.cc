#include "weir/avro/binary.h"

#include <gmock/gmock.h>

#include <limits>

namespace weir::avro {
namespace {

Bytes long_bytes(int64_t value) {
  Bytes out;
  append_long(out, value);
  return out;
}

std::string problem_of(BytesView bytes, bool (*read)(BinaryReader&)) {
  BinaryReader reader(bytes);
  return read(reader) ? "none" : reader.problem();
}

TEST(Binary, WritesTheBytesOfTheSpecification) {
  EXPECT_EQ(long_bytes(0), BytesView("\0", 1));
  EXPECT_EQ(long_bytes(-1), "\x01");
  EXPECT_EQ(long_bytes(1), "\x02");
  EXPECT_EQ(long_bytes(-64), "\x7f");
  EXPECT_EQ(long_bytes(64), BytesView("\x80\x01", 2));
  Bytes out;
  append_string(out, "foo");
  append_boolean(out, true);
  append_double(out, 1.0);
  append_float(out, -2.0F);
  EXPECT_EQ(out, BytesView("\x06"
                           "foo\x01\0\0\0\0\0\0\xf0\x3f\0\0\0\xc0",
                           17));
}

TEST(Binary, ReadsBackTheEndsOfTheRange) {
  for (const int64_t value : {INT64_MIN, INT64_MIN + 1, int64_t{-1}, int64_t{0}, INT64_MAX}) {
    const Bytes bytes = long_bytes(value);
    BinaryReader reader(bytes);
    int64_t read = 7;
    ASSERT_TRUE(reader.read_long(read));
    EXPECT_EQ(read, value);
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(Binary, RefusesIntegersThatAreTooLong) {
  const auto read_long = [](BinaryReader& reader) {
    int64_t value = 0;
    return reader.read_long(value);
  };
  const auto read_int = [](BinaryReader& reader) {
    int64_t value = 0;
    return reader.read_int(value);
  };
  EXPECT_EQ(problem_of("", read_long), "the bytes end inside an integer");
  EXPECT_EQ(problem_of("\x80\x80", read_long), "the bytes end inside an integer");
  EXPECT_EQ(problem_of(std::string(10, '\xff'), read_long), "an integer of more than 64 bits");
  EXPECT_EQ(problem_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", read_long),
            "an integer of more than 64 bits");
  EXPECT_EQ(problem_of(long_bytes(int64_t{1} << 31), read_int), "an int of more than 32 bits");
  EXPECT_EQ(problem_of(long_bytes(-(int64_t{1} << 31)), read_int), "none");
}

TEST(Binary, RefusesLengthsThatTheBytesDoNotHave) {
  const auto read_bytes = [](BinaryReader& reader) {
    BytesView value;
    return reader.read_bytes(value);
  };
  EXPECT_EQ(problem_of(long_bytes(-1), read_bytes), "a negative length");
  EXPECT_EQ(problem_of(long_bytes(INT64_MIN), read_bytes), "a negative length");
  EXPECT_EQ(problem_of(long_bytes(INT64_MAX) + "abc", read_bytes),
            "a length past the end of the bytes");
  EXPECT_EQ(problem_of(long_bytes(4) + "abc", read_bytes), "a length past the end of the bytes");
}

TEST(Binary, RefusesTextThatIsNotUtf8AndBooleansThatAreNeither) {
  EXPECT_EQ(problem_of("\x04\xff\xfe",
                       [](BinaryReader& reader) {
                         std::string_view text;
                         return reader.read_string(text);
                       }),
            "text that is not UTF-8");
  EXPECT_EQ(problem_of("\x02",
                       [](BinaryReader& reader) {
                         bool value = false;
                         return reader.read_boolean(value);
                       }),
            "a boolean that is neither 0 nor 1");
}

TEST(Binary, RefusesBlockCountsThatTheBytesCannotHold) {
  size_t count = 0;
  size_t end = 0;
  const auto refused = [&](const Bytes& bytes, size_t item_size) {
    BinaryReader reader(bytes);
    return !reader.read_block(item_size, count, end);
  };
  EXPECT_FALSE(refused(long_bytes(2) + std::string(16, 'x'), 8));
  EXPECT_TRUE(refused(long_bytes(3) + std::string(16, 'x'), 8));
  EXPECT_TRUE(refused(long_bytes(INT64_MAX), 1));
  EXPECT_TRUE(refused(long_bytes(INT64_MIN) + long_bytes(0), 1));
  EXPECT_TRUE(refused(long_bytes(-2) + long_bytes(-1) + "xx", 1));
  EXPECT_TRUE(refused(long_bytes(-2) + long_bytes(3) + "xx", 1));
  EXPECT_FALSE(refused(long_bytes(1000), 0));
  EXPECT_TRUE(refused(long_bytes(1'000'000'000), 0));
}

TEST(Binary, KeepsTheFirstProblemAndItsPlace) {
  BinaryReader reader(BytesView("\x02\x80", 2));
  int64_t value = 0;
  EXPECT_TRUE(reader.read_long(value));
  EXPECT_FALSE(reader.read_long(value));
  bool flag = false;
  EXPECT_FALSE(reader.read_boolean(flag));
  EXPECT_EQ(reader.error("a.b").message(), "a.b: the bytes end inside an integer (byte 2)");
}

}  // namespace
}  // namespace weir::avro

#include "weir/store/chunk.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "weir/store/column_codec.h"
#include "weir/store/testing_rows.h"
#include "weir/store/word_codec.h"
#include "weir/testing/matchers.h"

namespace weir::store {
namespace {

using testing_rows::random_column;
using testing_rows::same_value;

constexpr ValueType kTypes[] = {ValueType::boolean, ValueType::integer, ValueType::real,
                                ValueType::text, ValueType::bytes};

Bytes encoded(const ColumnData& column) {
  Bytes bytes;
  encode_column(column, bytes);
  return bytes;
}

ColumnData reals(const std::vector<double>& values) {
  ColumnData data(ValueType::real, false);
  for (const double value : values) data.set_real(data.rows(), value);
  return data;
}

TEST(ColumnCodec, GivesBackEveryBitOfRandomColumns) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 600; ++round) {
    const ValueType type = kTypes[round % 5];
    const bool array = round % 2 == 0;
    const ColumnData column = random_column(type, array, 1 + random() % 300, random);
    ASSERT_OK_AND_ASSIGN(const auto decoded,
                         decode_column(type, array, column.rows(), encoded(column)));
    for (size_t row = 0; row < column.rows(); ++row) {
      ASSERT_TRUE(same_value(column, row, decoded, row)) << "round " << round << " row " << row;
    }
  }
}

TEST(ColumnCodec, KeepsExtremesOfIntegers) {
  ColumnData column(ValueType::integer, false);
  for (const int64_t value :
       {INT64_MAX, INT64_MIN, int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    column.set_integer(column.rows(), value);
  }
  ASSERT_OK_AND_ASSIGN(const auto decoded,
                       decode_column(ValueType::integer, false, 6, encoded(column)));
  for (size_t row = 0; row < 6; ++row) EXPECT_TRUE(same_value(column, row, decoded, row)) << row;
}

TEST(ColumnCodec, KeepsThePayloadOfNotANumber) {
  ColumnData column(ValueType::real, false);
  column.set_word(0, 0x7ff4000000000001);  // signalling, with a payload
  column.set_real(1, -std::numeric_limits<double>::infinity());
  column.set_real(2, -0.0);
  ASSERT_OK_AND_ASSIGN(const auto decoded,
                       decode_column(ValueType::real, false, 3, encoded(column)));
  for (size_t row = 0; row < 3; ++row) EXPECT_TRUE(same_value(column, row, decoded, row)) << row;
}

TEST(ColumnCodec, TakesAFewBytesForWhatIsConstantOrEven) {
  ColumnData constant = reals(std::vector<double>(4000, 12.3456789));
  EXPECT_LT(encoded(constant).size(), 16u);
  ColumnData even(ValueType::integer, false);
  for (int i = 0; i < 4000; ++i) even.set_integer(even.rows(), 1'700'000'000'000'000 + i * 20'000);
  EXPECT_LT(encoded(even).size(), 16u);
  ColumnData absent(ValueType::text, true);
  absent.resize(4000);
  EXPECT_EQ(encoded(absent).size(), 1u);
}

TEST(ColumnCodec, TakesDecimalsForTheIntegersThatTheyAre) {
  std::vector<double> doubles, floats;
  for (int i = 0; i < 1000; ++i) {
    const double value = std::nearbyint(std::sin(i * 0.01) * 1000) / 1000;
    doubles.push_back(value);
    floats.push_back(static_cast<float>(value));
  }
  EXPECT_LT(encoded(reals(doubles)).size(), 1100u);
  EXPECT_LT(encoded(reals(floats)).size(), 1100u);
}

TEST(ColumnCodec, RefusesBytesThatAreLeftOver) {
  Bytes bytes = encoded(reals({1, 2, 3}));
  bytes.push_back('x');
  EXPECT_ERROR(ErrorCode::corrupt, decode_column(ValueType::real, false, 3, bytes));
}

TEST(ColumnCodec, RefusesEveryTruncation) {
  std::mt19937_64 random(7);
  for (const ValueType type : kTypes) {
    const Bytes bytes = encoded(random_column(type, true, 50, random));
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_ERROR(ErrorCode::corrupt,
                   decode_column(type, true, 50, BytesView(bytes).substr(0, size)));
    }
  }
}

struct Sample {
  RowSet rows;
  std::vector<Column> columns;
};

Sample make_sample(size_t columns, size_t rows, std::mt19937_64& random) {
  Sample sample;
  for (size_t row = 0; row < rows; ++row) {
    sample.rows.times.set_integer(row, static_cast<int64_t>(1'000'000 * row + random() % 50));
    sample.rows.partitions.set_integer(row, 0);
    sample.rows.offsets.set_integer(row, static_cast<int64_t>(row + 100));
  }
  for (size_t i = 0; i < columns; ++i) {
    const ValueType type = kTypes[random() % 5];
    const bool array = random() % 4 == 0;
    sample.rows.columns.push_back(random_column(type, array, rows, random));
    sample.columns.push_back({.name = "c" + std::to_string(i), .type = type, .array = array});
  }
  return sample;
}

TEST(Chunk, ReadsOnlyTheStripsOfTheColumnsAskedFor) {
  std::mt19937_64 random(3);
  const Sample sample = make_sample(1811, 500, random);
  ChunkEncoder encoder;
  const EncodedChunk chunk = encoder.encode(sample.rows);
  ASSERT_GT(chunk.strips.size(), 20u);
  size_t opened = 0;
  const auto strips = [&](size_t number) {
    ++opened;
    return open_strip(chunk.strips[number]);
  };
  ASSERT_OK_AND_ASSIGN(const RowSet rows, read_chunk(strips, sample.columns, {1810, 3}));
  EXPECT_EQ(opened, 3u);
  for (size_t row = 0; row < 500; ++row) {
    ASSERT_EQ(rows.time(row), sample.rows.time(row));
    ASSERT_EQ(rows.offset(row), sample.rows.offset(row));
    ASSERT_TRUE(same_value(rows.columns[0], row, sample.rows.columns[1810], row));
    ASSERT_TRUE(same_value(rows.columns[1], row, sample.rows.columns[3], row));
  }
}

TEST(Chunk, FindsAnyChangedByte) {
  std::mt19937_64 random(4);
  const Sample sample = make_sample(12, 60, random);
  ChunkEncoder encoder;
  const EncodedChunk chunk = encoder.encode(sample.rows);
  for (const Bytes& strip : chunk.strips) {
    for (size_t at = 0; at < strip.size(); at += 7) {
      Bytes damaged = strip;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      EXPECT_ERROR(ErrorCode::corrupt, open_strip(damaged));
    }
  }
}

TEST(Chunk, HasNullsWhereColumnsWereAddedLater) {
  std::mt19937_64 random(5);
  Sample sample = make_sample(2, 10, random);
  ChunkEncoder encoder;
  const EncodedChunk chunk = encoder.encode(sample.rows);
  sample.columns.push_back({.name = "later", .type = ValueType::text});
  const auto strips = [&](size_t number) { return open_strip(chunk.strips[number]); };
  ASSERT_OK_AND_ASSIGN(const RowSet rows, read_chunk(strips, sample.columns, {2}));
  EXPECT_TRUE(rows.columns[0].is_null(9));
}

// The worked example of docs/internals/store.md.
TEST(Chunk, HasTheBytesThatTheDocumentationShows) {
  RowSet rows;
  rows.columns.emplace_back(ValueType::real, false);
  for (size_t row = 0; row < 3; ++row) {
    rows.times.set_integer(row, static_cast<int64_t>(1'000'000 + row * 100'000));
    rows.partitions.set_integer(row, 0);
    rows.offsets.set_integer(row, static_cast<int64_t>(7 + row));
  }
  for (const double value : {45.0, 45.1, 45.3})
    rows.columns[0].set_real(rows.columns[0].rows(), value);
  ChunkEncoder encoder;
  const EncodedChunk chunk = encoder.encode(rows);
  const auto hex = [](BytesView bytes) {
    std::string text;
    for (const char byte : bytes) {
      constexpr char kDigits[] = "0123456789abcdef";
      text += kDigits[(byte >> 4) & 15];
      text += kDigits[byte & 15];
    }
    return text;
  };
  ASSERT_EQ(chunk.strips.size(), 2u);
  EXPECT_EQ(hex(BytesView(chunk.strips[0]).substr(4)),
            "000103010100080000"
            "80897ac09a0c"
            "04000000000400000e02");
  EXPECT_EQ(hex(BytesView(chunk.strips[1]).substr(4)),
            "0008003101840702"
            "0001");
}

}  // namespace
}  // namespace weir::store

#include "weir/compression/codec.h"

#include <gmock/gmock.h>

#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::compression {
namespace {

using testing::from_hex;

constexpr Codec kCodecs[] = {Codec::gzip, Codec::deflate, Codec::snappy, Codec::lz4, Codec::zstd};

Bytes text_of(size_t size) {
  Bytes text;
  for (int i = 0; text.size() < size; ++i) text += "elevation " + std::to_string(i * 37 % 1000);
  text.resize(size);
  return text;
}

TEST(Codec, GivesBackWhatWasPackedAtEverySize) {
  for (const Codec codec : kCodecs) {
    for (const size_t size : {0, 1, 100, 32768, 32769, 300'000}) {
      const Bytes text = text_of(size);
      ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(codec, text));
      ASSERT_OK_AND_ASSIGN(const Bytes unpacked, decompress(codec, packed, size));
      EXPECT_EQ(unpacked, text) << to_string(codec) << " " << size;
      if (size > 1000) {
        EXPECT_LT(packed.size(), size / 2);
      }
    }
  }
}

TEST(Codec, AppendsBehindWhatIsThere) {
  for (const Codec codec : kCodecs) {
    Bytes packed = "head";
    ASSERT_OK(append_compressed(codec, text_of(1000), packed));
    ASSERT_EQ(packed.substr(0, 4), "head");
    Bytes unpacked = "a longer head";
    ASSERT_OK(append_decompressed(codec, BytesView(packed).substr(4), 1000, unpacked));
    EXPECT_EQ(unpacked, "a longer head" + text_of(1000)) << to_string(codec);
  }
}

TEST(Codec, PacksTighterAtAHigherLevel) {
  Bytes text;  // that does not repeat itself
  for (uint64_t i = 0; i < 20'000; ++i) text += std::to_string(i * i * i % 100'003) + " az ";
  for (const Codec codec : {Codec::gzip, Codec::deflate, Codec::zstd}) {
    ASSERT_OK_AND_ASSIGN(const Bytes fast, compress(codec, text, 1));
    ASSERT_OK_AND_ASSIGN(const Bytes tight, compress(codec, text, codec == Codec::zstd ? 19 : 9));
    EXPECT_LT(tight.size(), fast.size()) << to_string(codec);
  }
  Bytes out = "kept";
  EXPECT_ERROR(ErrorCode::internal, append_compressed(Codec::deflate, "x", out, 77));
  EXPECT_EQ(out, "kept");
}

TEST(Codec, StopsAtTheLimitAndNotAByteLater) {
  for (const Codec codec : kCodecs) {
    ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(codec, text_of(100'000)));
    EXPECT_OK(decompress(codec, packed, 100'000));
    EXPECT_ERROR(ErrorCode::refused, decompress(codec, packed, 99'999)) << to_string(codec);
  }
}

TEST(Codec, StopsABombAtTheLimit) {
  const Bytes zeros(64 << 20, '\0');
  for (const Codec codec : kCodecs) {
    ASSERT_OK_AND_ASSIGN(const Bytes bomb, compress(codec, zeros));
    EXPECT_ERROR(ErrorCode::refused, decompress(codec, bomb, 1 << 20)) << to_string(codec);
  }
}

TEST(Codec, RefusesDataCutAnywhere) {
  for (const Codec codec : kCodecs) {
    ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(codec, text_of(500)));
    for (size_t size = 0; size < packed.size(); ++size) {
      EXPECT_ERROR(ErrorCode::corrupt, decompress(codec, packed.substr(0, size), 1 << 20))
          << to_string(codec) << " " << size;
    }
  }
}

TEST(Codec, ReadsTheFormsOfTheSpecifications) {
  const auto unpacked = [](Codec codec, std::string_view hex) {
    const Result<Bytes> bytes = decompress(codec, from_hex(hex), 100);
    return bytes ? *bytes : bytes.error().to_string();
  };
  EXPECT_EQ(unpacked(Codec::snappy, "0510 68656c6c6f"), "hello");
  EXPECT_EQ(unpacked(Codec::deflate, "cb48cdc9c907 00"), "hello");
  EXPECT_EQ(unpacked(Codec::deflate, "01 0500 faff 68656c6c6f"), "hello");
  // As the Avro libraries for Python leave it.
  EXPECT_EQ(unpacked(Codec::deflate, "cb48cdc9c90700 062c02"), "hello");
}

TEST(Codec, DoesNotBelieveTheSizesThatHeadersClaim) {
  EXPECT_ERROR(ErrorCode::corrupt,
               decompress(Codec::snappy, from_hex("ffffffff0f 10 68656c6c6f"), SIZE_MAX));
  // A Zstandard frame that claims 2^40 bytes and holds one raw block of one byte.
  EXPECT_ERROR(
      ErrorCode::corrupt,
      decompress(Codec::zstd, from_hex("28b52ffd e0 0000000000010000 090000 61"), SIZE_MAX));
}

TEST(Codec, ReadsGzipAndLz4AndZstdOfSeveralPartsButNotDeflate) {
  for (const Codec codec : {Codec::gzip, Codec::lz4, Codec::zstd}) {
    ASSERT_OK_AND_ASSIGN(const Bytes one, compress(codec, "one "));
    ASSERT_OK_AND_ASSIGN(const Bytes two, compress(codec, "two"));
    ASSERT_OK_AND_ASSIGN(const Bytes both, decompress(codec, one + two, 100));
    EXPECT_EQ(both, "one two") << to_string(codec);
  }
  ASSERT_OK_AND_ASSIGN(const Bytes one, compress(Codec::deflate, "one "));
  EXPECT_ERROR(ErrorCode::corrupt, decompress(Codec::deflate, one + one, 100));
}

TEST(Codec, RefusesAnUnknownOne) {
  EXPECT_ERROR(ErrorCode::unsupported, decompress(static_cast<Codec>(9), "x", 100));
  EXPECT_ERROR(ErrorCode::unsupported, compress(static_cast<Codec>(9), "x"));
}

}  // namespace
}  // namespace weir::compression

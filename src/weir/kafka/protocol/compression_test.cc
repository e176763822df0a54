#include "weir/kafka/protocol/compression.h"

#include <gmock/gmock.h>

#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::kafka::protocol {
namespace {

using testing::from_hex;

constexpr Compression kCodecs[] = {Compression::none, Compression::gzip, Compression::snappy,
                                   Compression::lz4, Compression::zstd};
constexpr Compression kPackingCodecs[] = {Compression::gzip, Compression::snappy, Compression::lz4,
                                          Compression::zstd};

Bytes text_of(size_t size) {
  Bytes text;
  for (int i = 0; text.size() < size; ++i) text += "elevation " + std::to_string(i * 37 % 1000);
  text.resize(size);
  return text;
}

TEST(Compression, GivesBackWhatWasPackedAtEverySize) {
  for (const Compression codec : kCodecs) {
    for (const size_t size : {0, 1, 100, 32768, 32769, 300'000}) {
      const Bytes text = text_of(size);
      ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(codec, text));
      ASSERT_OK_AND_ASSIGN(const Bytes unpacked, decompress(codec, packed, size));
      EXPECT_EQ(unpacked, text) << to_string(codec) << " " << size;
      if (codec != Compression::none && size > 1000) {
        EXPECT_LT(packed.size(), size / 2);
      }
    }
  }
}

TEST(Compression, StopsAtTheLimitAndNotAByteLater) {
  for (const Compression codec : kCodecs) {
    ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(codec, text_of(100'000)));
    EXPECT_OK(decompress(codec, packed, 100'000));
    EXPECT_ERROR(ErrorCode::refused, decompress(codec, packed, 99'999)) << to_string(codec);
  }
}

TEST(Compression, StopsABombAtTheLimit) {
  const Bytes zeros(64 << 20, '\0');
  for (const Compression codec : kPackingCodecs) {
    ASSERT_OK_AND_ASSIGN(const Bytes bomb, compress(codec, zeros));
    EXPECT_ERROR(ErrorCode::refused, decompress(codec, bomb, 1 << 20)) << to_string(codec);
  }
}

TEST(Compression, RefusesDataCutAnywhere) {
  for (const Compression codec : kPackingCodecs) {
    ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(codec, text_of(500)));
    for (size_t size = 0; size < packed.size(); ++size) {
      // A xerial stream may end behind its header: Java writes no block for no bytes.
      if (codec == Compression::snappy && size == 16) continue;
      EXPECT_ERROR(ErrorCode::corrupt, decompress(codec, packed.substr(0, size), 1 << 20))
          << to_string(codec) << " " << size;
    }
  }
}

TEST(Compression, WritesSnappyInXerialFramesAsJavaReadsThem) {
  ASSERT_OK_AND_ASSIGN(const Bytes packed, compress(Compression::snappy, "hello"));
  EXPECT_EQ(packed, from_hex("82534e4150505900 00000001 00000001 00000007 0510 68656c6c6f"));
}

TEST(Compression, ReadsXerialFramesOfSeveralBlocks) {
  const Bytes frames =
      from_hex("82534e4150505900 00000001 00000001 00000007 0510 68656c6c6f 00000003 0100 21");
  ASSERT_OK_AND_ASSIGN(const Bytes text, decompress(Compression::snappy, frames, 100));
  EXPECT_EQ(text, "hello!");
}

TEST(Compression, ReadsRawSnappyAsLibrdkafkaWritesIt) {
  ASSERT_OK_AND_ASSIGN(const Bytes text,
                       decompress(Compression::snappy, from_hex("0510 68656c6c6f"), 100));
  EXPECT_EQ(text, "hello");
}

TEST(Compression, DoesNotBelieveTheSizeASnappyBlockClaims) {
  EXPECT_ERROR(ErrorCode::corrupt,
               decompress(Compression::snappy, from_hex("ffffffff0f 10 68656c6c6f"), SIZE_MAX));
}

TEST(Compression, DoesNotBelieveTheSizeAZstdFrameClaims) {
  // A frame that claims 2^40 bytes and holds one raw block of one byte.
  const Bytes frame = from_hex("28b52ffd e0 0000000000010000 090000 61");
  EXPECT_ERROR(ErrorCode::corrupt, decompress(Compression::zstd, frame, SIZE_MAX));
}

TEST(Compression, ReadsGzipAndLz4AndZstdOfSeveralParts) {
  for (const Compression codec : {Compression::gzip, Compression::lz4, Compression::zstd}) {
    ASSERT_OK_AND_ASSIGN(const Bytes one, compress(codec, "one "));
    ASSERT_OK_AND_ASSIGN(const Bytes two, compress(codec, "two"));
    ASSERT_OK_AND_ASSIGN(const Bytes both, decompress(codec, one + two, 100));
    EXPECT_EQ(both, "one two") << to_string(codec);
  }
}

TEST(Compression, RefusesAnUnknownCodec) {
  EXPECT_ERROR(ErrorCode::unsupported, decompress(static_cast<Compression>(5), "x", 100));
  EXPECT_ERROR(ErrorCode::unsupported, compress(static_cast<Compression>(7), "x"));
}

}  // namespace
}  // namespace weir::kafka::protocol

#include "weir/kafka/protocol/compression.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>

namespace weir::kafka::protocol {
namespace {

constexpr size_t kChunkSize = 32 * 1024;

// Java's snappy streams (xerial): this magic, two be32 versions, then blocks of be32 size + raw
// snappy.
constexpr BytesView kXerialMagic("\x82SNAPPY\0", 8);
constexpr size_t kXerialHeaderSize = 16;
constexpr size_t kXerialBlockSize = 32 * 1024;
// A three-byte copy makes at most 64 bytes, so no honest block claims to grow more than this.
constexpr size_t kSnappyMaxGrowth = 22;

Error corrupt(Compression codec, std::string_view why) {
  return Error(ErrorCode::corrupt,
               std::string(to_string(codec)) + " data is damaged: " + std::string(why));
}

Error too_large(Compression codec, size_t max_size) {
  return Error(ErrorCode::refused, std::string(to_string(codec)) + " data unpacks to more than " +
                                       std::to_string(max_size) + " bytes");
}

Error failed(Compression codec, std::string_view why) {
  return Error(ErrorCode::internal,
               std::string(to_string(codec)) + " compression failed: " + std::string(why));
}

Bytef* zlib_bytes(BytesView bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

// zlib counts in 32 bits; batches are below 2 GiB because their length field is.
Status check_zlib_size(BytesView bytes) {
  if (bytes.size() > INT32_MAX) {
    return Error(ErrorCode::invalid_argument, "gzip input of 2 GiB or more");
  }
  return {};
}

Result<Bytes> gzip_compress(BytesView bytes) {
  WEIR_TRY(check_zlib_size(bytes));
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return failed(Compression::gzip, "out of memory");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, deflateEnd);
  Bytes out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = zlib_bytes(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = zlib_bytes(out);
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return failed(Compression::gzip, "no stream end");
  out.resize(stream.total_out);
  return out;
}

Result<Bytes> gzip_decompress(BytesView bytes, size_t max_size) {
  WEIR_TRY(check_zlib_size(bytes));
  z_stream stream{};
  constexpr int kGzipOrZlibWindow = 15 + 32;
  if (inflateInit2(&stream, kGzipOrZlibWindow) != Z_OK) {
    return failed(Compression::gzip, "out of memory");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, inflateEnd);
  stream.next_in = zlib_bytes(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  Bytes out;
  Bytes chunk(kChunkSize, '\0');
  for (;;) {
    stream.next_out = zlib_bytes(chunk);
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END) {
      return corrupt(Compression::gzip, stream.msg != nullptr ? stream.msg : "it ends too early");
    }
    const size_t produced = chunk.size() - stream.avail_out;
    if (produced > max_size - out.size()) return too_large(Compression::gzip, max_size);
    out.append(chunk, 0, produced);
    if (code != Z_STREAM_END) continue;
    if (stream.avail_in == 0) return out;
    if (inflateReset(&stream) != Z_OK) return corrupt(Compression::gzip, "bad second member");
  }
}

Result<Bytes> snappy_compress(BytesView bytes) {
  Bytes out(kXerialMagic);
  ByteWriter writer(out);
  writer.be<int32_t>(1);
  writer.be<int32_t>(1);
  Bytes block;
  do {
    const BytesView part = bytes.substr(0, kXerialBlockSize);
    bytes.remove_prefix(part.size());
    snappy::Compress(part.data(), part.size(), &block);
    writer.be(static_cast<int32_t>(block.size()));
    writer.append(block);
  } while (!bytes.empty());
  return out;
}

// Appends one raw snappy block.
Status append_snappy_block(BytesView block, size_t max_size, Bytes& out) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &size) ||
      size > block.size() * kSnappyMaxGrowth) {
    return corrupt(Compression::snappy, "impossible size");
  }
  if (size > max_size - out.size()) return too_large(Compression::snappy, max_size);
  const size_t start = out.size();
  out.resize(start + size);
  if (!snappy::RawUncompress(block.data(), block.size(), out.data() + start)) {
    return corrupt(Compression::snappy, "bad block");
  }
  return {};
}

Result<Bytes> snappy_decompress(BytesView bytes, size_t max_size) {
  Bytes out;
  if (!bytes.starts_with(kXerialMagic)) {
    WEIR_TRY(append_snappy_block(bytes, max_size, out));
    return out;
  }
  ByteReader reader(bytes);
  reader.skip(kXerialHeaderSize);
  while (reader.ok() && !reader.at_end()) {
    const auto size = reader.be<int32_t>();
    if (size < 0) return corrupt(Compression::snappy, "negative block size");
    const BytesView block = reader.view(static_cast<size_t>(size));
    if (!reader.ok()) break;
    WEIR_TRY(append_snappy_block(block, max_size, out));
  }
  if (!reader.ok()) return corrupt(Compression::snappy, "it ends too early");
  return out;
}

Result<Bytes> lz4_compress(BytesView bytes) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;  // all that Java's reader accepts
  Bytes out(LZ4F_compressFrameBound(bytes.size(), &preferences), '\0');
  const size_t size =
      LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), &preferences);
  if (LZ4F_isError(size)) return failed(Compression::lz4, LZ4F_getErrorName(size));
  out.resize(size);
  return out;
}

Result<Bytes> lz4_decompress(BytesView bytes, size_t max_size) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) {
    return failed(Compression::lz4, "out of memory");
  }
  const std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> closer(
      context, LZ4F_freeDecompressionContext);
  Bytes out;
  Bytes chunk(kChunkSize, '\0');
  for (;;) {
    size_t produced = chunk.size();
    size_t consumed = bytes.size();
    const size_t hint =
        LZ4F_decompress(context, chunk.data(), &produced, bytes.data(), &consumed, nullptr);
    if (LZ4F_isError(hint)) return corrupt(Compression::lz4, LZ4F_getErrorName(hint));
    if (produced > max_size - out.size()) return too_large(Compression::lz4, max_size);
    out.append(chunk, 0, produced);
    bytes.remove_prefix(consumed);
    if (hint == 0 && bytes.empty()) return out;
    if (consumed == 0 && produced == 0) return corrupt(Compression::lz4, "it ends too early");
  }
}

Result<Bytes> zstd_compress(BytesView bytes) {
  Bytes out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(size) != 0) return failed(Compression::zstd, ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

// Unpacks in one go into a buffer that grows fourfold whenever it proves too small: unlike the
// streaming form this never allocates the window a header asks for, and no claimed size is
// believed.
Result<Bytes> zstd_decompress(BytesView bytes, size_t max_size) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  if (context == nullptr) return failed(Compression::zstd, "out of memory");
  if (bytes.empty()) return corrupt(Compression::zstd, "it is empty");
  size_t capacity = std::max(bytes.size() * 8, size_t{64} * 1024);
  if (const auto claim = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
      claim < ZSTD_CONTENTSIZE_ERROR) {
    capacity = std::min<size_t>(capacity, claim);
  }
  Bytes out;
  for (;; capacity = std::max(capacity, kChunkSize) * 4) {
    capacity = std::min(capacity, max_size);
    out.resize(capacity);
    const size_t size =
        ZSTD_decompressDCtx(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(size) == 0) {
      out.resize(size);
      return out;
    }
    if (ZSTD_getErrorCode(size) != ZSTD_error_dstSize_tooSmall) {
      return corrupt(Compression::zstd, ZSTD_getErrorName(size));
    }
    if (capacity == max_size) return too_large(Compression::zstd, max_size);
  }
}

}  // namespace

std::string_view to_string(Compression codec) {
  switch (codec) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::snappy:
      return "snappy";
    case Compression::lz4:
      return "lz4";
    case Compression::zstd:
      return "zstd";
  }
  return "unknown";
}

Result<Bytes> compress(Compression codec, BytesView bytes) {
  switch (codec) {
    case Compression::none:
      return Bytes(bytes);
    case Compression::gzip:
      return gzip_compress(bytes);
    case Compression::snappy:
      return snappy_compress(bytes);
    case Compression::lz4:
      return lz4_compress(bytes);
    case Compression::zstd:
      return zstd_compress(bytes);
  }
  return Error(ErrorCode::unsupported, "unknown compression codec");
}

Result<Bytes> decompress(Compression codec, BytesView bytes, size_t max_size) {
  switch (codec) {
    case Compression::none:
      if (bytes.size() > max_size) return too_large(codec, max_size);
      return Bytes(bytes);
    case Compression::gzip:
      return gzip_decompress(bytes, max_size);
    case Compression::snappy:
      return snappy_decompress(bytes, max_size);
    case Compression::lz4:
      return lz4_decompress(bytes, max_size);
    case Compression::zstd:
      return zstd_decompress(bytes, max_size);
  }
  return Error(ErrorCode::unsupported,
               "unknown compression codec " + std::to_string(static_cast<int>(codec)));
}

}  // namespace weir::kafka::protocol

#include "weir/compression/codec.h"

#include <string>

#include "weir/compression/codec_internal.h"

namespace weir::compression {

Error corrupt(Codec codec, std::string_view why) {
  return Error(ErrorCode::corrupt,
               std::string(to_string(codec)) + " data is damaged: " + std::string(why));
}

Error too_large(Codec codec, size_t max_size) {
  return Error(ErrorCode::refused, std::string(to_string(codec)) + " data unpacks to more than " +
                                       std::to_string(max_size) + " bytes");
}

Error failed(Codec codec, std::string_view why) {
  return Error(ErrorCode::internal,
               std::string(to_string(codec)) + " compression failed: " + std::string(why));
}

std::string_view to_string(Codec codec) {
  switch (codec) {
    case Codec::gzip:
      return "gzip";
    case Codec::deflate:
      return "deflate";
    case Codec::snappy:
      return "snappy";
    case Codec::lz4:
      return "lz4";
    case Codec::zstd:
      return "zstd";
  }
  return "unknown";
}

namespace {

Status append_compressed_at(Codec codec, BytesView bytes, int level, Bytes& out) {
  switch (codec) {
    case Codec::gzip:
    case Codec::deflate:
      return compress_zlib(codec, bytes, level, out);
    case Codec::snappy:
      return compress_snappy(bytes, out);
    case Codec::lz4:
      return compress_lz4(bytes, out);
    case Codec::zstd:
      return compress_zstd(bytes, level, out);
  }
  return Error(ErrorCode::unsupported, "unknown compression codec");
}

}  // namespace

Status append_compressed(Codec codec, BytesView bytes, Bytes& out, std::optional<int> level) {
  const size_t start = out.size();
  Status status = append_compressed_at(codec, bytes, level.value_or(kDefaultLevel), out);
  if (!status) out.resize(start);
  return status;
}

Status append_decompressed(Codec codec, BytesView bytes, size_t max_size, Bytes& out) {
  switch (codec) {
    case Codec::gzip:
    case Codec::deflate:
      return decompress_zlib(codec, bytes, max_size, out);
    case Codec::snappy:
      return decompress_snappy(bytes, max_size, out);
    case Codec::lz4:
      return decompress_lz4(bytes, max_size, out);
    case Codec::zstd:
      return decompress_zstd(bytes, max_size, out);
  }
  return Error(ErrorCode::unsupported, "unknown compression codec");
}

Result<Bytes> compress(Codec codec, BytesView bytes, std::optional<int> level) {
  Bytes out;
  WEIR_TRY(append_compressed(codec, bytes, out, level));
  return out;
}

Result<Bytes> decompress(Codec codec, BytesView bytes, size_t max_size) {
  Bytes out;
  WEIR_TRY(append_decompressed(codec, bytes, max_size, out));
  return out;
}

}  // namespace weir::compression

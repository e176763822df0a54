#include "weir/kafka/protocol/compression.h"

#include <string>

#include "weir/compression/codec.h"

namespace weir::kafka::protocol {
namespace {

using compression::append_compressed;
using compression::append_decompressed;
using compression::Codec;

// Java's snappy streams (xerial): this magic, two be32 versions, then blocks of be32 size + raw
// snappy.
constexpr BytesView kXerialMagic("\x82SNAPPY\0", 8);
constexpr size_t kXerialHeaderSize = 16;
constexpr size_t kXerialBlockSize = 32 * 1024;

Error damaged_snappy(std::string_view why) {
  return Error(ErrorCode::corrupt, "snappy data is damaged: " + std::string(why));
}

Result<Bytes> compress_xerial(BytesView bytes) {
  Bytes out(kXerialMagic);
  ByteWriter writer(out);
  writer.be<int32_t>(1);
  writer.be<int32_t>(1);
  Bytes block;
  do {
    const BytesView part = bytes.substr(0, kXerialBlockSize);
    bytes.remove_prefix(part.size());
    block.clear();
    WEIR_TRY(append_compressed(Codec::snappy, part, block));
    writer.be(static_cast<int32_t>(block.size()));
    writer.append(block);
  } while (!bytes.empty());
  return out;
}

Result<Bytes> decompress_snappy(BytesView bytes, size_t max_size) {
  if (!bytes.starts_with(kXerialMagic)) {
    return compression::decompress(Codec::snappy, bytes, max_size);
  }
  Bytes out;
  ByteReader reader(bytes);
  reader.skip(kXerialHeaderSize);
  while (reader.ok() && !reader.at_end()) {
    const auto size = reader.be<int32_t>();
    if (size < 0) return damaged_snappy("negative block size");
    const BytesView block = reader.view(static_cast<size_t>(size));
    if (!reader.ok()) break;
    WEIR_TRY(append_decompressed(Codec::snappy, block, max_size - out.size(), out));
  }
  if (!reader.ok()) return damaged_snappy("it ends too early");
  return out;
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
      return compression::compress(Codec::gzip, bytes);
    case Compression::snappy:
      return compress_xerial(bytes);
    case Compression::lz4:
      return compression::compress(Codec::lz4, bytes);
    case Compression::zstd:
      return compression::compress(Codec::zstd, bytes);
  }
  return Error(ErrorCode::unsupported, "unknown compression codec");
}

Result<Bytes> decompress(Compression codec, BytesView bytes, size_t max_size) {
  switch (codec) {
    case Compression::none:
      if (bytes.size() > max_size) {
        return Error(ErrorCode::refused, "more than " + std::to_string(max_size) + " bytes");
      }
      return Bytes(bytes);
    case Compression::gzip:
      return compression::decompress(Codec::gzip, bytes, max_size);
    case Compression::snappy:
      return decompress_snappy(bytes, max_size);
    case Compression::lz4:
      return compression::decompress(Codec::lz4, bytes, max_size);
    case Compression::zstd:
      return compression::decompress(Codec::zstd, bytes, max_size);
  }
  return Error(ErrorCode::unsupported,
               "unknown compression codec " + std::to_string(static_cast<int>(codec)));
}

}  // namespace weir::kafka::protocol

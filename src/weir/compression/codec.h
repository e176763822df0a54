#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::compression {

enum class Codec : uint8_t {
  gzip,     // RFC 1952; several members after each other are read as one
  deflate,  // RFC 1951: no header, no checksum; up to 4 bytes behind its end are ignored
  snappy,   // one raw block
  lz4,      // LZ4 frame format; several frames are read as one
  zstd      // RFC 8878; several frames are read as one
};

// "gzip", "deflate", "snappy", "lz4", "zstd".
std::string_view to_string(Codec codec);

// Appends the compressed form of `bytes`. `level` is the library's own scale (gzip and deflate 1 to
// 9, zstd 1 to 22; the others have none); absent is the library's default. On error nothing was
// appended. Shared (pure).
Status append_compressed(Codec codec, BytesView bytes, Bytes& out,
                         std::optional<int> level = std::nullopt);

// Appends what `bytes` unpack to.
//
// Safe on hostile bytes: never appends more than `max_size` bytes, and memory follows what was
// really unpacked, not what a header claims. Errors: `corrupt` where the bytes contradict their
// format or go on behind its end, `refused` where they would unpack to more than `max_size`; `out`
// then ends with rubbish. Shared (pure).
Status append_decompressed(Codec codec, BytesView bytes, size_t max_size, Bytes& out);

// The same, into new bytes.
Result<Bytes> compress(Codec codec, BytesView bytes, std::optional<int> level = std::nullopt);
Result<Bytes> decompress(Codec codec, BytesView bytes, size_t max_size);

}  // namespace weir::compression

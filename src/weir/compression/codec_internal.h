#pragma once

#include "weir/compression/codec.h"

namespace weir::compression {

// What unpacking in pieces takes at a time.
constexpr size_t kChunkSize = size_t{32} * 1024;

Error corrupt(Codec codec, std::string_view why);
Error too_large(Codec codec, size_t max_size);
Error failed(Codec codec, std::string_view why);

// One file per library. Each appends to `out`.
Status compress_zlib(Codec codec, BytesView bytes, int level, Bytes& out);
Status decompress_zlib(Codec codec, BytesView bytes, size_t max_size, Bytes& out);
Status compress_snappy(BytesView bytes, Bytes& out);
Status decompress_snappy(BytesView bytes, size_t max_size, Bytes& out);
Status compress_lz4(BytesView bytes, Bytes& out);
Status decompress_lz4(BytesView bytes, size_t max_size, Bytes& out);
Status compress_zstd(BytesView bytes, int level, Bytes& out);
Status decompress_zstd(BytesView bytes, size_t max_size, Bytes& out);

// The level of zlib and zstd that means "as the library thinks best".
constexpr int kDefaultLevel = -1000;

}  // namespace weir::compression

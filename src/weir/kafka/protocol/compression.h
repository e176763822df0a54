#pragma once

#include <cstdint>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::kafka::protocol {

// How the records of a batch are compressed; the numbers are bits 0-2 of the batch's attributes.
enum class Compression : uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

// "none", "gzip", …: the words of Kafka's compression.type.
std::string_view to_string(Compression codec);

// Compresses into the form every Kafka client reads: gzip (RFC 1952), snappy in xerial frames,
// LZ4 frame format, zstd. `none` copies. Shared (pure).
Result<Bytes> compress(Compression codec, BytesView bytes);

// Undoes `compress` and what the field's clients write: snappy may be xerial-framed (Java) or one
// raw block (librdkafka), gzip and zstd may be several members or frames.
//
// Safe on hostile bytes: the result never grows beyond `max_size` bytes, and memory follows what
// was really decompressed, not what a header claims. Errors: `corrupt` where the bytes contradict
// their format, `refused` where they would grow beyond `max_size`. Shared (pure).
Result<Bytes> decompress(Compression codec, BytesView bytes, size_t max_size);

}  // namespace weir::kafka::protocol

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::avro {

// What the writer and the reader of object container files share (Avro 1.12, "Object Container
// Files"): a header with metadata, schema and sync marker, then blocks of records, each behind its
// count and size and in front of the sync marker.

enum class ContainerCodec : uint8_t { null, deflate, snappy, zstandard };

// "null", "deflate", "snappy", "zstandard": the words of the header.
std::string_view to_string(ContainerCodec codec);
// `unsupported` for every other word ("bzip2", "xz").
Result<ContainerCodec> parse_container_codec(std::string_view word);

// Sixteen bytes that stand behind the header and behind every block, so that a reader can find the
// next block in a damaged file. They should occur nowhere else: take 64 random bits for each file.
using SyncMarker = std::array<char, 16>;
SyncMarker make_sync_marker(uint64_t random_bits);
inline BytesView as_bytes(const SyncMarker& marker) { return {marker.data(), marker.size()}; }

// One entry of a header's metadata. Keys that begin with "avro." belong to the format.
struct ContainerMetadata {
  std::string key;
  Bytes value;
  bool operator==(const ContainerMetadata&) const = default;
};

// The bytes of a block as the file stores them, appended to `out`. snappy: one raw block and the
// big-endian CRC-32 of what it unpacks to; deflate: without header (RFC 1951).
Status append_packed(ContainerCodec codec, BytesView records, std::optional<int> level, Bytes& out);
// The way back. `refused` where they would unpack to more than `max_size`, `corrupt` where they
// contradict their codec.
Status append_unpacked(ContainerCodec codec, BytesView stored, size_t max_size, Bytes& out);

}  // namespace weir::avro

#include "weir/avro/container.h"

#include "weir/base/crc32.h"
#include "weir/compression/codec.h"

namespace weir::avro {
namespace {

using compression::Codec;

Status append_unpacked_snappy(BytesView stored, size_t max_size, Bytes& out) {
  if (stored.size() < sizeof(uint32_t)) {
    return Error(ErrorCode::corrupt, "a snappy block without its checksum");
  }
  const BytesView packed = stored.substr(0, stored.size() - sizeof(uint32_t));
  const size_t start = out.size();
  WEIR_TRY(compression::append_decompressed(Codec::snappy, packed, max_size, out));
  if (crc32(BytesView(out).substr(start)) != load_be<uint32_t>(packed.data() + packed.size())) {
    return Error(ErrorCode::corrupt, "the checksum of a snappy block does not match");
  }
  return {};
}

// One step of SplitMix64: spreads a seed over 64 bits.
uint64_t spread(uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  uint64_t bits = state;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

}  // namespace

std::string_view to_string(ContainerCodec codec) {
  switch (codec) {
    case ContainerCodec::null:
      return "null";
    case ContainerCodec::deflate:
      return "deflate";
    case ContainerCodec::snappy:
      return "snappy";
    case ContainerCodec::zstandard:
      return "zstandard";
  }
  return "unknown";
}

Result<ContainerCodec> parse_container_codec(std::string_view word) {
  for (const ContainerCodec codec : {ContainerCodec::null, ContainerCodec::deflate,
                                     ContainerCodec::snappy, ContainerCodec::zstandard}) {
    if (word == to_string(codec)) return codec;
  }
  return Error(ErrorCode::unsupported, "unknown codec \"" + std::string(word.substr(0, 64)) +
                                           "\": null, deflate, snappy and zstandard are known");
}

SyncMarker make_sync_marker(uint64_t random_bits) {
  SyncMarker marker;
  store_le(marker.data(), spread(random_bits));
  store_le(marker.data() + sizeof(uint64_t), spread(random_bits));
  return marker;
}

Status append_packed(ContainerCodec codec, BytesView records, std::optional<int> level,
                     Bytes& out) {
  switch (codec) {
    case ContainerCodec::null:
      out.append(records);
      return {};
    case ContainerCodec::deflate:
      return compression::append_compressed(Codec::deflate, records, out, level);
    case ContainerCodec::snappy:
      WEIR_TRY(compression::append_compressed(Codec::snappy, records, out));
      ByteWriter(out).be(crc32(records));
      return {};
    case ContainerCodec::zstandard:
      return compression::append_compressed(Codec::zstd, records, out, level);
  }
  return Error(ErrorCode::unsupported, "unknown codec");
}

Status append_unpacked(ContainerCodec codec, BytesView stored, size_t max_size, Bytes& out) {
  switch (codec) {
    case ContainerCodec::null:
      if (stored.size() > max_size) {
        return Error(ErrorCode::refused, "more than " + std::to_string(max_size) + " bytes");
      }
      out.append(stored);
      return {};
    case ContainerCodec::deflate:
      return compression::append_decompressed(Codec::deflate, stored, max_size, out);
    case ContainerCodec::snappy:
      return append_unpacked_snappy(stored, max_size, out);
    case ContainerCodec::zstandard:
      return compression::append_decompressed(Codec::zstd, stored, max_size, out);
  }
  return Error(ErrorCode::unsupported, "unknown codec");
}

}  // namespace weir::avro

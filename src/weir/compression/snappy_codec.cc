#include <snappy.h>

#include "weir/compression/codec_internal.h"

namespace weir::compression {
namespace {

// A three-byte copy makes at most 64 bytes, so no honest block claims to grow more than this.
constexpr size_t kMaxGrowth = 22;

}  // namespace

Status compress_snappy(BytesView bytes, Bytes& out) {
  if (bytes.size() > UINT32_MAX) {
    return Error(ErrorCode::invalid_argument, "input of 4 GiB or more for snappy");
  }
  const size_t start = out.size();
  size_t size = 0;
  out.resize(start + snappy::MaxCompressedLength(bytes.size()));
  snappy::RawCompress(bytes.data(), bytes.size(), out.data() + start, &size);
  out.resize(start + size);
  return {};
}

Status decompress_snappy(BytesView bytes, size_t max_size, Bytes& out) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(bytes.data(), bytes.size(), &size) ||
      size > bytes.size() * kMaxGrowth) {
    return corrupt(Codec::snappy, "impossible size");
  }
  if (size > max_size) return too_large(Codec::snappy, max_size);
  const size_t start = out.size();
  out.resize(start + size);
  if (!snappy::RawUncompress(bytes.data(), bytes.size(), out.data() + start)) {
    return corrupt(Codec::snappy, "bad block");
  }
  return {};
}

}  // namespace weir::compression

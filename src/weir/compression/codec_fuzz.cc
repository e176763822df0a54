// Unpacks any bytes with any codec (the first byte chooses), and bytes packed by ourselves and
// edited. What is packed and left alone must come back.
#include <cstdint>

#include "weir/base/check.h"
#include "weir/compression/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::compression;
  constexpr size_t kLimit = 1 << 20;
  if (size < 3) return 0;
  const auto codec = static_cast<Codec>(data[0] % 6);
  const weir::BytesView input(reinterpret_cast<const char*>(data + 1), size - 1);
  if (const auto unpacked = decompress(codec, input, kLimit)) {
    WEIR_CHECK(unpacked->size() <= kLimit);
  }
  auto packed = compress(codec, input);
  if (!packed) return 0;
  const auto same = decompress(codec, *packed, input.size());
  WEIR_CHECK(same && *same == input);
  (*packed)[data[1] % packed->size()] = static_cast<char>(data[2]);
  if (const auto unpacked = decompress(codec, *packed, kLimit)) {
    WEIR_CHECK(unpacked->size() <= kLimit);
  }
  return 0;
}

#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir {

using Md5 = std::array<uint8_t, 16>;
using Sha256 = std::array<uint8_t, 32>;

// RFC 1321. Schemas are identified by it; it protects nothing.
Md5 md5(BytesView bytes);
// FIPS 180-4.
Sha256 sha256(BytesView bytes);

// The bytes of a digest.
template <size_t N>
BytesView view_of(const std::array<uint8_t, N>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), N};
}

// Two lower-case digits a byte.
std::string to_hex(BytesView bytes);
// RFC 4648, with padding.
std::string to_base64(BytesView bytes);
// Reads it, with or without padding. `invalid_argument` for anything else in it.
Result<Bytes> from_base64(std::string_view text);

}  // namespace weir

#include "weir/base/digest.h"

#include <openssl/evp.h>

#include "weir/base/check.h"

namespace weir {
namespace {

template <size_t N>
std::array<uint8_t, N> digest(BytesView bytes, const EVP_MD* algorithm) {
  std::array<uint8_t, N> result{};
  unsigned int size = 0;
  // Fails only where libcrypto is set up to refuse the algorithm.
  const int done = EVP_Digest(bytes.data(), bytes.size(), result.data(), &size, algorithm, nullptr);
  WEIR_CHECK(done == 1 && size == N);
  return result;
}

}  // namespace

Md5 md5(BytesView bytes) { return digest<16>(bytes, EVP_md5()); }
Sha256 sha256(BytesView bytes) { return digest<32>(bytes, EVP_sha256()); }

std::string to_hex(BytesView bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string to_base64(BytesView bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) {
      text += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  const auto value_of = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  };
  const auto malformed = [] { return Error(ErrorCode::invalid_argument, "this is no base64"); };
  const bool whole = text.size() % 4 == 0;
  for (int padding = 0; whole && padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  if (text.size() % 4 == 1) return malformed();
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return malformed();
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace weir

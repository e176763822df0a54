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

}  // namespace weir

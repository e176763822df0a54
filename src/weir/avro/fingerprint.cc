#include "weir/avro/fingerprint.h"

#include <array>

#include "weir/avro/canonical_form.h"

namespace weir::avro {
namespace {

// The generator polynomial, which is the fingerprint of no bytes as well.
constexpr uint64_t kEmpty = 0xc15d213aa4d7a795;

constexpr std::array<uint64_t, 256> make_table() {
  std::array<uint64_t, 256> table{};
  for (uint64_t byte = 0; byte < table.size(); ++byte) {
    uint64_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? kEmpty : 0);
    table[byte] = rest;
  }
  return table;
}

constexpr std::array<uint64_t, 256> kTable = make_table();

}  // namespace

uint64_t crc64_avro(BytesView bytes) {
  uint64_t rest = kEmpty;
  for (const char c : bytes) {
    rest = (rest >> 8) ^ kTable[(rest ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return rest;
}

uint64_t crc64_fingerprint(const Schema& schema) { return crc64_avro(canonical_form(schema)); }
Md5 md5_fingerprint(const Schema& schema) { return md5(canonical_form(schema)); }
Sha256 sha256_fingerprint(const Schema& schema) { return sha256(canonical_form(schema)); }

}  // namespace weir::avro

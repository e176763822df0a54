#include "weir/base/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace weir {

uint32_t crc32c(BytesView bytes, uint32_t crc) {
  crc = ~crc;
  while (!bytes.empty()) {
    const size_t size = std::min<size_t>(bytes.size(), 1 << 30);
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    crc = crc32_iscsi(data, static_cast<int>(size), crc);
    bytes.remove_prefix(size);
  }
  return ~crc;
}

}  // namespace weir

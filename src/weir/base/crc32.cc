#include "weir/base/crc32.h"

#include <isa-l/crc.h>

namespace weir {

uint32_t crc32(BytesView bytes, uint32_t crc) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace weir

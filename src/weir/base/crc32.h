#pragma once

#include <cstdint>

#include "weir/base/bytes.h"

namespace weir {

// CRC-32 (IEEE 802.3), as gzip, zlib and Avro's snappy blocks carry it: "123456789" gives
// 0xCBF43926. `crc` continues an earlier result, as in crc32c.
uint32_t crc32(BytesView bytes, uint32_t crc = 0);

}  // namespace weir

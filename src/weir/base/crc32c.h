#pragma once

#include <cstdint>

#include "weir/base/bytes.h"

namespace weir {

// CRC-32C (Castagnoli, RFC 3720), as Kafka record batches and our files carry it: "123456789" gives
// 0xE3069283. `crc` continues an earlier result: crc32c(b, crc32c(a)) == crc32c(a + b).
uint32_t crc32c(BytesView bytes, uint32_t crc = 0);

}  // namespace weir

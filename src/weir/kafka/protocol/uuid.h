#pragma once

#include <array>
#include <cstdint>

namespace weir::kafka::protocol {

// A topic id and the like: 16 bytes as on the wire. All zero means "none".
using Uuid = std::array<uint8_t, 16>;

}  // namespace weir::kafka::protocol

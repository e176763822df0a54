#pragma once

#include <array>
#include <string>

#include "weir/base/bytes.h"

namespace weir::registry::model {

using Md5 = std::array<uint8_t, 16>;

// RFC 1321. Registries identify schemas by it; it protects nothing.
Md5 md5(BytesView bytes);

// "900150983cd24fb0d6963f7d28e17f72" as a UUID: "90015098-3cd2-4fb0-d696-3f7d28e17f72".
std::string to_uuid(const Md5& digest);
// RFC 4648, with padding.
std::string to_base64(BytesView bytes);

}  // namespace weir::registry::model

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"

namespace weir::avro {

// Bytes in JSON, as Avro writes them: each byte is the character of its number, U+0000 to U+00FF.
std::string latin1_to_utf8(BytesView bytes);
// Nothing when a character is beyond U+00FF.
std::optional<Bytes> utf8_to_latin1(std::string_view text);

}  // namespace weir::avro

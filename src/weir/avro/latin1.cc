#include "weir/avro/latin1.h"

#include "weir/base/utf8.h"

namespace weir::avro {

std::string latin1_to_utf8(BytesView bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

std::optional<Bytes> utf8_to_latin1(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const uint32_t point = next_code_point(text, at);
    if (point > 0xFF) return std::nullopt;
    bytes += static_cast<char>(point);
  }
  return bytes;
}

}  // namespace weir::avro

#pragma once

#include <string>
#include <string_view>

#include "weir/base/bytes.h"

namespace weir::testing {

// The bytes of hexadecimal text; blanks are ignored. For wire bytes written into tests.
inline Bytes from_hex(std::string_view text) {
  Bytes bytes;
  std::string pair;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    pair.push_back(c);
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<char>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

}  // namespace weir::testing

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

// True when every byte belongs to a well-formed sequence (RFC 3629: no surrogates, no overlong
// forms, nothing above U+10FFFF). Fast on ASCII.
bool is_utf8(std::string_view text);

// Takes the code point at `at` and moves `at` behind it; a byte that starts no well-formed sequence
// counts as U+FFFD.
uint32_t next_code_point(std::string_view text, size_t& at);

}  // namespace weir

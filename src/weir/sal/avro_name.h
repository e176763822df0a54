#pragma once

#include <algorithm>
#include <string_view>

namespace weir::sal {

constexpr bool is_avro_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Letters, digits and '_', and no digit in front: what Avro takes for a name or a symbol.
constexpr bool is_avro_name(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), is_avro_name_character);
}

}  // namespace weir::sal

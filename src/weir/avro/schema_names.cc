#include "weir/avro/schema_names.h"

#include <algorithm>

namespace weir::avro {

std::optional<Kind> primitive_kind(std::string_view word) {
  for (const Kind kind : {Kind::null, Kind::boolean, Kind::int32, Kind::int64, Kind::float32,
                          Kind::float64, Kind::bytes, Kind::string}) {
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

bool is_type_word(std::string_view word) {
  for (int kind = 0; kind <= static_cast<int>(Kind::union_of); ++kind) {
    if (word == to_string(static_cast<Kind>(kind))) return true;
  }
  return false;
}

bool is_plain_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

bool is_plain_namespace(std::string_view space) {
  while (true) {
    const size_t dot = space.find('.');
    if (!is_plain_name(space.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    space.remove_prefix(dot + 1);
  }
}

Name resolve_name(std::string_view text, std::string_view space) {
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return {std::string(text), std::string(space)};
  return {std::string(text.substr(dot + 1)), std::string(text.substr(0, dot))};
}

}  // namespace weir::avro

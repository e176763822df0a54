#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace weir::cli {

// The columns that a text takes on a terminal: wide characters two, combining marks none, a byte
// that is no UTF-8 one.
size_t display_width(std::string_view utf8);

// The text, or as much of it as fits into `width` columns with an ellipsis at its end.
std::string cut_to_width(std::string_view utf8, size_t width);

// The text with control characters (line ends, escapes) shown as \n, \t or \x1b, so that data can
// neither break a table nor steer the terminal.
std::string printable(std::string_view utf8);

// The text as a JSON string; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

// Fills a paragraph to lines of at most `width` columns, each after `indent` blanks.
std::string fill(std::string_view text, size_t width, size_t indent);

// "1 file", "2 files".
template <std::integral T>
std::string counted(T count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace weir::cli

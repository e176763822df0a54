#include "weir/cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace weir::cli {
namespace {

struct Letter {
  uint32_t code;
  size_t bytes;
  bool valid;
};

// The next code point. Overlong forms, surrogates and truncated sequences are one invalid byte.
Letter next_letter(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return {first, 1, false};
  uint32_t code = first & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {first, 1, false};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid = code >= kLeast[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return valid ? Letter{code, size, true} : Letter{first, 1, false};
}

struct Range {
  uint32_t first, last;
};
// East Asian wide and emoji, and marks without a width of their own: the blocks that matter, of
// Unicode's EastAsianWidth and general category Mn.
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range kNone[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
                           {0x064B, 0x065F}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
                           {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

template <size_t N>
bool within(const Range (&ranges)[N], uint32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return code >= range.first && code <= range.last; });
}

size_t width_of(const Letter& letter) {
  if (!letter.valid) return 1;
  if (within(kNone, letter.code)) return 0;
  return within(kWide, letter.code) ? 2 : 1;
}

}  // namespace

size_t display_width(std::string_view utf8) {
  size_t width = 0;
  while (!utf8.empty()) {
    const Letter letter = next_letter(utf8);
    width += width_of(letter);
    utf8.remove_prefix(letter.bytes);
  }
  return width;
}

std::string cut_to_width(std::string_view utf8, size_t width) {
  if (display_width(utf8) <= width) return std::string(utf8);
  size_t at = 0, used = 0;
  while (at < utf8.size()) {
    const Letter letter = next_letter(utf8.substr(at));
    if (used + width_of(letter) + 1 > width) break;
    used += width_of(letter);
    at += letter.bytes;
  }
  return std::string(utf8.substr(0, at)) + (width == 0 ? "" : "…");
}

std::string printable(std::string_view utf8) {
  std::string result;
  while (!utf8.empty()) {
    const Letter letter = next_letter(utf8);
    const bool control = letter.code < 0x20 || (letter.code >= 0x7F && letter.code < 0xA0);
    if (letter.code == '\n') {
      result += "\\n";
    } else if (letter.code == '\t') {
      result += "\\t";
    } else if (control || !letter.valid) {
      result += fmt::format("\\x{:02x}", letter.code);
    } else {
      result += utf8.substr(0, letter.bytes);
    }
    utf8.remove_prefix(letter.bytes);
  }
  return result;
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const Letter letter = next_letter(text);
    switch (letter.code) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        if (!letter.valid) {
          result += "\xEF\xBF\xBD";
        } else if (letter.code < 0x20) {
          result += fmt::format("\\u{:04x}", letter.code);
        } else {
          result += text.substr(0, letter.bytes);
        }
    }
    text.remove_prefix(letter.bytes);
  }
  return result + "\"";
}

std::string fill(std::string_view text, size_t width, size_t indent) {
  std::string result, line;
  const auto put = [&] {
    if (!line.empty()) result += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    if (text.substr(0, 2) == "\n\n") {
      put();
      result += "\n";
      text.remove_prefix(2);
      continue;
    }
    const size_t blank = text.find_first_of(" \n");
    const std::string_view word = text.substr(0, blank);
    if (!line.empty() && indent + display_width(line) + 1 + display_width(word) > width) put();
    if (!word.empty()) line += (line.empty() ? "" : " ") + std::string(word);
    text.remove_prefix(word.size());
    if (!text.empty() && text.substr(0, 2) != "\n\n") text.remove_prefix(1);
  }
  put();
  return result;
}

}  // namespace weir::cli

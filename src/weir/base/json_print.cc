#include "weir/base/json_print.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "weir/base/utf8.h"

namespace weir {
namespace {

void append_hex4(std::string& out, uint32_t unit, const char* digits) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(unit >> shift) & 15];
}

// The two-character escape of a control character, quote or backslash, or nothing.
const char* short_escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    default:
      return nullptr;
  }
}

void append_escaped_ascii(std::string& out, char c, const char* digits) {
  if (const char* escape = short_escape(c)) {
    out += escape;
  } else if (static_cast<unsigned char>(c) < 0x20) {
    append_hex4(out, static_cast<unsigned char>(c), digits);
  } else {
    out += c;
  }
}

constexpr const char* kCapital = "0123456789ABCDEF";
constexpr const char* kSmall = "0123456789abcdef";

// Which bytes stand in a string as they are.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

// Appends the bytes from `at` on that stand as they are, all at once: most texts have no others.
// Moves `at` behind them.
void append_plain(std::string& out, std::string_view text, size_t& at) {
  const size_t start = at;
  while (at < text.size() && kPlain[static_cast<unsigned char>(text[at])]) ++at;
  out.append(text, start, at - start);
}

void append_ascii_only(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0;;) {
    append_plain(out, text, at);
    if (at == text.size()) break;
    const uint32_t point = next_code_point(text, at);
    if (point < 0x7F) {
      append_escaped_ascii(out, static_cast<char>(point), kSmall);
    } else if (point < 0x10000) {
      append_hex4(out, point, kSmall);
    } else {
      append_hex4(out, 0xD800 + ((point - 0x10000) >> 10), kSmall);
      append_hex4(out, 0xDC00 + ((point - 0x10000) & 0x3FF), kSmall);
    }
  }
  out += '"';
}

// The shortest decimal digits of a number and the power of ten of the point in front of them.
struct Decimal {
  bool negative;
  std::string digits;
  int point;  // the value is 0.digits × 10^point
};

template <typename Real>
Decimal shortest(Real value) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  Decimal decimal{text.front() == '-', {}, 0};
  const size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') decimal.digits += c;
  }
  text.remove_prefix(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(text.data(), text.data() + text.size(), decimal.point);
  decimal.point += 1;
  return decimal;
}

// digits with the point after `point` of them, zeros filled in, at least one digit on both sides.
std::string plain(const std::string& digits, int point) {
  if (point <= 0) return "0." + std::string(static_cast<size_t>(-point), '0') + digits;
  const auto whole = static_cast<size_t>(point);
  if (whole >= digits.size()) return digits + std::string(whole - digits.size(), '0') + ".0";
  return digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string python_form(const Decimal& decimal) {
  const int exponent = decimal.point - 1;
  if (exponent >= -4 && exponent < 16) return plain(decimal.digits, decimal.point);
  std::string out = decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) out += "." + decimal.digits.substr(1);
  const std::string power = std::to_string(exponent < 0 ? -exponent : exponent);
  return out + (exponent < 0 ? "e-" : "e+") + (power.size() < 2 ? "0" : "") + power;
}

std::string java_form(const Decimal& decimal) {
  const int exponent = decimal.point - 1;
  if (exponent >= -3 && exponent < 7) return plain(decimal.digits, decimal.point);
  const std::string fraction = decimal.digits.size() > 1 ? decimal.digits.substr(1) : "0";
  return decimal.digits.substr(0, 1) + "." + fraction + "E" + std::to_string(exponent);
}

template <typename Real>
std::string format(Real value, NumberStyle style) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  const Decimal decimal = shortest(value);
  return (decimal.negative ? "-" : "") +
         (style == NumberStyle::java ? java_form(decimal) : python_form(decimal));
}

}  // namespace

std::string format_real(double value, NumberStyle style) { return format(value, style); }
std::string format_single(float value, NumberStyle style) { return format(value, style); }

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const bool whole = is_utf8(text);
  for (size_t at = 0;;) {
    append_plain(out, text, at);
    if (at == text.size()) break;
    const size_t start = at;
    if (whole || static_cast<unsigned char>(text[at]) < 0x80) {
      append_escaped_ascii(out, text[at++], kCapital);
    } else if (next_code_point(text, at) == 0xFFFD) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(start, at - start);
    }
  }
  out += '"';
}

void JsonPrinter::print(const Json& value, int depth) {
  switch (value.kind()) {
    case Json::Kind::null:
      out_ += "null";
      break;
    case Json::Kind::boolean:
      out_ += *value.as_boolean() ? "true" : "false";
      break;
    case Json::Kind::number:
      print_number(*value.number_text());
      break;
    case Json::Kind::string:
      print_string(*value.as_string());
      break;
    case Json::Kind::array:
      print_array(value, depth);
      break;
    case Json::Kind::object:
      print_object(value, depth);
      break;
  }
}

void JsonPrinter::print_number(const std::string& text) {
  const bool integer = text.find_first_of(".eE") == std::string::npos;
  if (options_.numbers == NumberStyle::as_written || (integer && text != "-0")) {
    out_ += text;
  } else if (integer) {
    out_ += '0';
  } else {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    out_ += read.ec == std::errc() ? format_real(value, options_.numbers) : text;
  }
}

void JsonPrinter::print_string(std::string_view text) {
  if (options_.ascii) {
    append_ascii_only(out_, text);
  } else {
    append_json_string(out_, text);
  }
}

void JsonPrinter::print_array(const Json& value, int depth) {
  out_ += '[';
  const char* separator = "";
  for (const Json& item : value.items()) {
    out_ += separator;
    separator = ",";
    new_line(depth + 1);
    print(item, depth + 1);
  }
  if (!value.items().empty()) new_line(depth);
  out_ += ']';
}

void JsonPrinter::print_object(const Json& value, int depth) {
  std::vector<const Json::Member*> members;
  for (const Json::Member& member : value.members()) members.push_back(&member);
  if (options_.sort_keys) {
    // The order of UTF-8 bytes is the order of code points.
    std::sort(
        members.begin(), members.end(),
        [](const Json::Member* one, const Json::Member* other) { return one->key < other->key; });
  }
  out_ += '{';
  const char* separator = "";
  for (const Json::Member* member : members) {
    out_ += separator;
    separator = ",";
    new_line(depth + 1);
    print_member(*member, depth + 1);
  }
  if (!members.empty()) new_line(depth);
  out_ += '}';
}

void JsonPrinter::print_member(const Json::Member& member, int depth) {
  print_string(member.key);
  out_ += options_.indent < 0 ? ":" : ": ";
  print(member.value, depth);
}

void JsonPrinter::new_line(int depth) {
  if (options_.indent < 0) return;
  out_ += '\n';
  out_.append(static_cast<size_t>(options_.indent) * static_cast<size_t>(depth), ' ');
}

}  // namespace weir

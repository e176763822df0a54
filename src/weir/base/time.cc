#include "weir/base/time.h"

#include <fmt/format.h>

#include <charconv>

namespace weir {
namespace {

using std::chrono::microseconds;

struct Unit {
  std::string_view name;
  double micros;
};
constexpr Unit kUnits[] = {{"us", 1},    {"ms", 1e3},   {"s", 1e6},      {"m", 60e6},
                           {"h", 3600e6}, {"d", 86400e6}, {"w", 7 * 86400e6}};

Error bad_time(std::string_view text) {
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is no time; write 2026-11-22T15:01:46Z, 2026-11-22, now or -15m", text));
}

// Reads exactly `digits` digits, then `separator` (0 = none).
bool take(std::string_view& text, int digits, char separator, int& value) {
  if (text.size() < static_cast<size_t>(digits)) return false;
  const auto end = text.data() + digits;
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || text[0] == '-') return false;
  text.remove_prefix(static_cast<size_t>(digits));
  if (separator == 0) return true;
  if (text.empty() || text[0] != separator) return false;
  text.remove_prefix(1);
  return true;
}

// ".25" at the front becomes 250000; absent becomes 0.
bool take_fraction(std::string_view& text, int64_t& micros) {
  micros = 0;
  if (text.empty() || text[0] != '.') return true;
  text.remove_prefix(1);
  int64_t scale = 100000;
  size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    micros += (text[digits] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

}  // namespace

std::string format_utc(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const int64_t micros = (time - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     micros / 3600000000, micros / 60000000 % 60, micros / 1000000 % 60, micros % 1000000);
}

Result<Duration> parse_duration(std::string_view text) {
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix(parsed.ptr, static_cast<size_t>(text.data() + text.size() - parsed.ptr));
  if (parsed.ec == std::errc() && suffix.empty()) return Duration(static_cast<int64_t>(number * 1e6));
  for (const Unit& unit : kUnits) {
    if (parsed.ec == std::errc() && suffix == unit.name && number * unit.micros < 9e18) {
      return Duration(static_cast<int64_t>(number * unit.micros));
    }
  }
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is no duration; write 250ms, 20s, 15m, 1h or 7d", text));
}

Result<Timestamp> parse_time(std::string_view text, Timestamp now) {
  std::string_view rest = text;
  if (rest.starts_with("now")) rest.remove_prefix(3);
  if (rest.empty() && !text.empty()) return now;
  if (!rest.empty() && rest[0] == '-') {
    const Result<Duration> ago = parse_duration(rest.substr(1));
    if (!ago) return bad_time(text);
    return now - *ago;
  }
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t micros = 0;
  if (rest != text || !take(rest, 4, '-', year) || !take(rest, 2, '-', month) || !take(rest, 2, 0, day)) {
    return bad_time(text);
  }
  if (!rest.empty() && (rest[0] == 'T' || rest[0] == ' ')) {
    rest.remove_prefix(1);
    if (!take(rest, 2, ':', hour) || !take(rest, 2, 0, minute)) return bad_time(text);
    if (rest.starts_with(":")) {
      rest.remove_prefix(1);
      if (!take(rest, 2, 0, second) || !take_fraction(rest, micros)) return bad_time(text);
    }
    if (rest == "Z" || rest == "+00:00") rest = {};
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return bad_time(text);
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + microseconds(micros);
}

}  // namespace weir

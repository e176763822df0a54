#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "weir/base/result.h"

namespace weir {

enum class LogLevel { debug, info, warning, error, off };

Result<LogLevel> parse_log_level(std::string_view text);

// Where log lines go is decided once, by the program: standard error by default (never standard output).
void set_log_level(LogLevel level);
void set_log_file(const std::string& path);

// One named value of a log line.
struct LogField {
  LogField(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}
  LogField(std::string_view field_key, const char* text) : key(field_key), value(text) {}
  LogField(std::string_view field_key, const std::string& text) : key(field_key), value(text) {}
  LogField(std::string_view field_key, bool flag) : key(field_key), value(flag ? "true" : "false") {}
  template <std::integral T>
  LogField(std::string_view field_key, T number) : key(field_key), value(std::to_string(number)) {}
  LogField(std::string_view field_key, double number);

  std::string_view key;
  std::string value;
};

// A room's logger: log.info("journal recovered", {{"frames", n}, {"ms", t}}) writes
// "... info broker.log: journal recovered frames=12 ms=3". Not for the data path: that counts. Shared.
class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  explicit constexpr Logger(const char* room) : room_(room) {}

  void debug(std::string_view message, Fields fields = {}) const { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, Fields fields = {}) const { write(LogLevel::info, message, fields); }
  void warning(std::string_view message, Fields fields = {}) const { write(LogLevel::warning, message, fields); }
  void error(std::string_view message, Fields fields = {}) const { write(LogLevel::error, message, fields); }

 private:
  void write(LogLevel level, std::string_view message, Fields fields) const;

  const char* room_;
};

}  // namespace weir

#include "weir/base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace weir {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

void format_lines(spdlog::logger& logger) {
  logger.set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %^%-7l%$ %v", spdlog::pattern_time_type::utc);
}

spdlog::logger& sink() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = spdlog::stderr_color_mt("weir");
    format_lines(*made);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

}  // namespace

LogField::LogField(std::string_view field_key, double number)
    : key(field_key), value(fmt::format("{:.3f}", number)) {}

Result<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return LogLevel::debug;
  if (text == "info") return LogLevel::info;
  if (text == "warning") return LogLevel::warning;
  if (text == "error") return LogLevel::error;
  if (text == "off") return LogLevel::off;
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is no log level; use debug, info, warning, error or off", text));
}

void set_log_level(LogLevel level) { sink().set_level(to_spdlog(level)); }

void set_log_file(const std::string& path) {
  sink().sinks() = {std::make_shared<spdlog::sinks::basic_file_sink_mt>(path)};
  format_lines(sink());
}

void Logger::write(LogLevel level, std::string_view message, Fields fields) const {
  spdlog::logger& logger = sink();
  if (!logger.should_log(to_spdlog(level))) return;
  std::string line = fmt::format("{}: {}", room_, message);
  for (const LogField& field : fields) {
    const bool quote = field.value.empty() || field.value.find_first_of(" =\"") != std::string::npos;
    line += quote ? fmt::format(" {}=\"{}\"", field.key, field.value)
                  : fmt::format(" {}={}", field.key, field.value);
  }
  logger.log(to_spdlog(level), line);
}

}  // namespace weir

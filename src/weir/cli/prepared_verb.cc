#include "weir/cli/prepared_verb.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::cli {
namespace {

std::string log_level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      return "off";
  }
  return "info";
}

}  // namespace

std::string Verb::name() const { return fmt::format("{}", fmt::join(info.path, " ")); }

PreparedVerb::PreparedVerb(const Verb& prepared) : verb(prepared), code(prepared.make_code()) {
  code->declare(options);
  takes_settings = options.has_settings();
  common.log_level = log_level_name(verb.info.log_level);
  if (options.has_rows()) {
    options
        .option("output", &common.output,
                "how to print rows; a table on a terminal and jsonl elsewhere if not given")
        .letter('o')
        .value_name("FORMAT")
        .one_of({"table", "json", "jsonl", "csv", "name"});
    options.option("no_headers", &common.no_headers, "leave out the header line of tables and CSV");
  }
  if (takes_settings) {
    options.option("config", &common.config, "YAML file with settings").value_name("FILE");
  }
  options.settings()
      .add("log_level", &common.log_level, "which messages appear on standard error")
      .value_name("LEVEL")
      .one_of({"debug", "info", "warning", "error", "off"});
  options.option("help", &common.help, "print this help").letter('h');
}

}  // namespace weir::cli

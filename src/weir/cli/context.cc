#include "weir/cli/context.h"

namespace weir::cli {
namespace {

std::string_view variable(const config::Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

StopFlag& Context::stop_on_signals() {
  if (!signals_) signals_ = std::make_unique<StopOnSignals>(world_.stop);
  return world_.stop;
}

void Context::print(std::string_view line) {
  world_.out.write(std::string(line) + "\n");
  world_.out.flush();
  if (world_.out.closed()) world_.stop.request();
}

void Context::message(std::string_view sentence) {
  world_.err.write("weir: " + std::string(sentence) + "\n");
}

bool Context::colour() const {
  return world_.out.is_terminal() && variable(world_.environment, "NO_COLOR").empty() &&
         variable(world_.environment, "TERM") != "dumb";
}

bool Context::unicode() const {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(world_.environment, name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos ||
           value.find("utf8") != std::string_view::npos ||
           value.find("utf-8") != std::string_view::npos ||
           value.find("UTF8") != std::string_view::npos;
  }
  return false;
}

RowWriter Context::rows(std::vector<Column> columns) {
  RowStyle style = row_style_;
  style.bold_headers = colour();
  style.width = world_.out.is_terminal() ? width() : 0;
  if (style.format == RowFormat::automatic) {
    style.format = world_.out.is_terminal() ? RowFormat::table : RowFormat::jsonl;
  }
  return RowWriter(world_.out, std::move(columns), style);
}

}  // namespace weir::cli

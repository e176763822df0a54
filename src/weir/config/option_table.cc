#include "weir/config/option_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/base/check.h"
#include "weir/base/nearest.h"
#include "weir/config/yaml.h"

namespace weir::config {
namespace {

// Quotes what YAML would otherwise read as something else than the same text.
std::string yaml_text(const Option& option) {
  const std::string text = option.text();
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._/+,").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::string cell(std::string_view text) {
  std::string result;
  for (char c : text) result += c == '|' ? "\\|" : std::string(1, c);
  return result;
}

}  // namespace

Option& OptionTable::add(std::string name, Field field, std::string sentence) {
  WEIR_CHECK(find(name) == nullptr);
  return options_.emplace_back(std::move(name), field, std::move(sentence));
}

Option* OptionTable::find(std::string_view name) {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return option.name() == name; });
  return found == options_.end() ? nullptr : &*found;
}

Status OptionTable::load_yaml(std::string_view text, std::string_view file_name) {
  WEIR_TRY_ASSIGN(const std::vector<YamlValue> values, parse_yaml(text, file_name));
  for (const YamlValue& value : values) {
    const std::string where = fmt::format("{}:{}", file_name, value.line);
    Option* option = find(value.name);
    if (option == nullptr || option->is_flag_only()) {
      std::vector<std::string> names;
      for (const Option& row : options_) {
        if (!row.is_flag_only()) names.push_back(row.name());
      }
      return Error(ErrorCode::invalid_argument,
                   fmt::format("{}: there is no setting '{}'{}", where, value.name,
                               did_you_mean(value.name, names)));
    }
    if (Status status = option->set(value.texts, Source::file); !status) {
      return std::move(status.error()).within(where);
    }
  }
  return {};
}

Status OptionTable::load_environment(const Environment& environment) {
  for (Option& option : options_) {
    if (option.is_flag_only()) continue;
    const auto found = environment.find(option.environment());
    if (found == environment.end()) continue;
    if (Status status = option.set({found->second}, Source::environment); !status) {
      return std::move(status.error()).within("environment variable " + found->first);
    }
  }
  return {};
}

Status OptionTable::check() const {
  for (const Option& option : options_) {
    if (!option.is_required() || option.source() != Source::by_default) continue;
    std::string ways = "--" + option.flag();
    if (!option.is_flag_only())
      ways += fmt::format(", {} or '{}' in the file", option.environment(), option.name());
    return Error(ErrorCode::invalid_argument,
                 fmt::format("'{}' is required; give {}", option.name(), ways));
  }
  return {};
}

std::string OptionTable::effective() const {
  std::string out;
  for (const Option& option : options_) {
    if (option.is_flag_only()) continue;
    out +=
        fmt::format("{}: {}  # {}\n", option.name(), yaml_text(option), to_string(option.source()));
  }
  return out;
}

std::string to_markdown(const OptionTable& table) {
  std::string out =
      "| Setting | Flag | Environment | Default | Takes | Meaning |\n|---|---|---|---|---|---|\n";
  for (const Option& option : table.options()) {
    if (option.is_flag_only()) continue;
    std::string takes = option.range();
    const auto also = [&](std::string_view word) {
      takes += takes.empty() ? word : fmt::format("; {}", word);
    };
    if (option.is_required()) also("required");
    if (option.is_secret()) also("secret");
    if (option.is_live()) also("live");
    const std::string by_default =
        option.default_text().empty() ? "" : "`" + option.default_text() + "`";
    out +=
        fmt::format("| `{}` | `--{}` | `{}` | {} | {} | {} |\n", option.name(), option.flag(),
                    option.environment(), cell(by_default), cell(takes), cell(option.sentence()));
  }
  return out;
}

}  // namespace weir::config

#include "weir/cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "weir/base/nearest.h"

namespace weir::cli {
namespace {

Error unknown(const OptionSet& options, const std::string& word) {
  if (word.size() < 2 || word[0] != '-') {
    return Error(ErrorCode::invalid_argument, fmt::format("unexpected argument '{}'", word));
  }
  std::vector<std::string> flags = {"--help"};
  for (const config::Option& option : options.table().options())
    flags.push_back("--" + option.flag());
  const std::string flag = word.substr(0, word.find('='));
  return Error(ErrorCode::invalid_argument, fmt::format("unknown option '{}'{}", flag,
                                                        did_you_mean(nearest_names(flag, flags))));
}

CLI::Option* add(CLI::App& app, const config::Option& option) {
  std::string names = "--" + option.flag();
  if (option.letter() != '\0') names += fmt::format(",-{}", option.letter());
  if (option.is_switch()) return app.add_flag(names);
  CLI::Option* added = app.add_option(names)->expected(1)->allow_extra_args(false);
  added->multi_option_policy(option.is_list() ? CLI::MultiOptionPolicy::TakeAll
                                              : CLI::MultiOptionPolicy::TakeLast);
  return added;
}

Status take(const Positional& positional, const CLI::Option& parsed) {
  if (parsed.count() == 0) {
    if (positional.optional) return {};
    return Error(ErrorCode::invalid_argument, fmt::format("{} is missing", positional.name));
  }
  if (auto* list = std::get_if<std::vector<std::string>*>(&positional.field)) {
    **list = parsed.results();
  } else {
    *std::get<std::string*>(positional.field) = parsed.results().front();
  }
  return {};
}

}  // namespace

Status parse_arguments(OptionSet& options, std::span<const std::string> arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::pair<config::Option*, CLI::Option*>> rows;
  for (const config::Option& option : options.table().options()) {
    rows.emplace_back(options.table().find(option.name()), add(app, option));
  }
  std::vector<CLI::Option*> places;
  for (const Positional& positional : options.positionals()) {
    const bool list = std::holds_alternative<std::vector<std::string>*>(positional.field);
    CLI::Option* place = app.add_option(fmt::format("{}", positional.name));
    places.push_back(list ? place->expected(-1) : place->expected(1));
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return Error(ErrorCode::invalid_argument, error.what());
  }
  if (const auto left = app.remaining(); !left.empty()) return unknown(options, left.front());
  for (const auto& [option, parsed] : rows) {
    if (parsed->count() == 0) continue;
    const std::vector<std::string> texts = parsed->reduced_results();
    if (Status status = option->set(texts, config::Source::flag); !status) {
      return Error(ErrorCode::invalid_argument,
                   "--" + option->flag() + status.error().message().substr(option->name().size()));
    }
  }
  for (size_t i = 0; i < places.size(); ++i) WEIR_TRY(take(options.positionals()[i], *places[i]));
  return {};
}

}  // namespace weir::cli

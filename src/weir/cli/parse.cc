#include "weir/cli/parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "weir/base/nearest.h"

namespace weir::cli {
namespace {

Error unknown_option(const OptionSet& options, const std::string& word) {
  std::vector<std::string> flags = {"--help"};
  for (const config::Option& option : options.table().options())
    flags.push_back("--" + option.flag());
  const std::string flag = word.substr(0, word.find('='));
  return Error(ErrorCode::invalid_argument,
               fmt::format("unknown option '{}'{}", flag, did_you_mean(flag, flags)));
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

// Gives the words that belong to no option to the positionals, in order. After "--" a dash means
// nothing.
Status place_words(OptionSet& options, const std::vector<std::string>& left) {
  std::vector<std::string> words;
  bool dashes_count = true;
  for (const std::string& word : left) {
    if (dashes_count && word == "--") {
      dashes_count = false;
    } else if (dashes_count && word.size() > 1 && word[0] == '-') {
      return unknown_option(options, word);
    } else {
      words.push_back(word);
    }
  }
  size_t at = 0;
  for (const Positional& positional : options.positionals()) {
    if (at == words.size()) {
      if (positional.optional) break;
      return Error(ErrorCode::invalid_argument, fmt::format("{} is missing", positional.name));
    }
    if (auto* list = std::get_if<std::vector<std::string>*>(&positional.field)) {
      (*list)->assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
      at = words.size();
    } else {
      *std::get<std::string*>(positional.field) = words[at++];
    }
  }
  if (at == words.size()) return {};
  return Error(ErrorCode::invalid_argument, fmt::format("unexpected argument '{}'", words[at]));
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
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return Error(ErrorCode::invalid_argument, error.what());
  }
  for (const auto& [option, parsed] : rows) {
    if (parsed->count() == 0) continue;
    const std::vector<std::string> texts = parsed->reduced_results();
    if (Status status = option->set(texts, config::Source::flag); !status) {
      return Error(ErrorCode::invalid_argument,
                   "--" + option->flag() + status.error().message().substr(option->name().size()));
    }
  }
  return place_words(options, app.remaining());
}

}  // namespace weir::cli

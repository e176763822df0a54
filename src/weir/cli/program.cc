#include "weir/cli/program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "weir/base/nearest.h"
#include "weir/cli/help.h"
#include "weir/cli/parse.h"
#include "weir/cli/prepared_verb.h"

namespace weir::cli {
namespace {

using Words = std::vector<std::string>;

constexpr int kWidestHelp = 100;

size_t help_width(const World& world) {
  return static_cast<size_t>(std::clamp(world.out.width(), 40, kWidestHelp));
}

bool leads_to(const Words& path, std::span<const std::string> words) {
  return words.size() <= path.size() && std::equal(words.begin(), words.end(), path.begin());
}

// The verb that the first words name, the longest path first.
const Verb* find_verb(const std::vector<Verb>& verbs, std::span<const std::string> words) {
  const Verb* found = nullptr;
  for (const Verb& verb : verbs) {
    const Words& path = verb.info.path;
    if (path.size() > words.size() || !leads_to(path, words.first(path.size()))) continue;
    if (found == nullptr || path.size() > found->info.path.size()) found = &verb;
  }
  return found;
}

// How many of the first words are a path to some verb.
size_t known_words(const std::vector<Verb>& verbs, std::span<const std::string> words) {
  size_t known = 0;
  while (known < words.size() && std::any_of(verbs.begin(), verbs.end(), [&](const Verb& verb) {
           return leads_to(verb.info.path, words.first(known + 1));
         })) {
    ++known;
  }
  return known;
}

bool asks_for_help(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == "-h" || word == "--help") return true;
  }
  return false;
}

ExitCode fail(World& world, const Error& error, std::string_view verb) {
  world.err.write(fmt::format("weir: {}\n", error.message()));
  if (error.code() == ErrorCode::invalid_argument) {
    world.err.write(
        fmt::format("Try 'weir {}--help'.\n", verb.empty() ? "" : fmt::format("{} ", verb)));
  }
  return exit_code(error.code());
}

// No verb has these words: explain the nouns there are, or guess what was meant.
ExitCode no_verb(World& world, std::span<const std::string> words) {
  const size_t known = known_words(world.verbs, words);
  const Words prefix(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(known));
  const bool help = asks_for_help(words);
  if (words.empty() || (help && words.size() > known && words[known][0] == '-')) {
    world.out.write(overview(world.verbs, prefix, help_width(world)));
    return ExitCode::ok;
  }
  if (known == words.size()) {
    world.err.write(overview(world.verbs, prefix, help_width(world)));
    return ExitCode::usage;
  }
  Words candidates;
  for (const Verb& verb : world.verbs) {
    if (verb.info.visibility == Visibility::listed && leads_to(verb.info.path, prefix) &&
        verb.info.path.size() > known) {
      candidates.push_back(verb.info.path[known]);
    }
  }
  std::string name = fmt::format("{}", fmt::join(prefix, " "));
  const bool option = words[known].substr(0, 1) == "-";
  if (option) candidates = {"--help", "--version"};
  return fail(world,
              Error(ErrorCode::invalid_argument,
                    fmt::format("unknown {} '{}{}{}'{}", option ? "option" : "verb", name,
                                known > 0 ? " " : "", words[known],
                                did_you_mean(words[known], candidates))),
              name);
}

Status load_settings(World& world, PreparedVerb& prepared, std::span<const std::string> words) {
  OptionSet& options = prepared.options;
  WEIR_TRY(parse_arguments(options, words));
  WEIR_TRY(options.table().load_environment(world.environment));
  if (!prepared.common.config.empty()) {
    WEIR_TRY_ASSIGN(const Bytes text, io::read_file(world.files, prepared.common.config, 1 << 20));
    WEIR_TRY(options.table().load_yaml(text, prepared.common.config));
  }
  return options.table().check();
}

ExitCode run_verb(World& world, const Verb& verb, std::span<const std::string> words) {
  PreparedVerb prepared(verb);
  if (asks_for_help(words)) {
    world.out.write(verb_help(prepared, help_width(world)));
    return ExitCode::ok;
  }
  if (Status status = load_settings(world, prepared, words); !status) {
    return fail(world, status.error(), verb.name());
  }
  const auto level = parse_log_level(prepared.common.log_level);
  if (level) set_log_level(*level);
  Context context(world);
  context.row_style().headers = !prepared.common.no_headers;
  if (!prepared.common.output.empty()) {
    context.row_style().format =
        parse_row_format(prepared.common.output).value_or(RowFormat::automatic);
  }
  const Result<ExitCode> result = prepared.code->run(context);
  if (!result) world.out.flush();
  return result ? *result : fail(world, result.error(), verb.name());
}

ExitCode dispatch(World& world, Words words) {
  if (!words.empty() && words[0] == "--version") {
    world.out.write("weir " + version() + "\n");
    return ExitCode::ok;
  }
  if (!words.empty() && words[0] == "help") {
    words.erase(words.begin());
    words.push_back("--help");
  }
  if (const Verb* verb = find_verb(world.verbs, words)) {
    return run_verb(world, *verb, std::span(words).subspan(verb->info.path.size()));
  }
  return no_verb(world, words);
}

}  // namespace

std::string version() { return WEIR_VERSION; }

ExitCode run_program(World& world, const std::vector<std::string>& arguments) {
  const ExitCode code = dispatch(world, arguments);
  world.out.flush();
  world.err.flush();
  if (const Status written = world.out.status(); !written) {
    fail(world, written.error(), "");
    return ExitCode::failure;
  }
  return code;
}

}  // namespace weir::cli

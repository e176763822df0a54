#include "weir/cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "weir/cli/text.h"

namespace weir::cli {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kWidestHeading = 30;

// Headings on the left, sentences filled on the right.
std::string two_columns(const std::vector<std::pair<std::string, std::string>>& rows,
                        size_t width) {
  size_t left = 0;
  for (const auto& [heading, sentence] : rows) {
    if (heading.size() <= kWidestHeading) left = std::max(left, heading.size());
  }
  const size_t indent = kIndent + left + 2;
  std::string out;
  for (const auto& [heading, sentence] : rows) {
    std::string text = fill(sentence, std::max<size_t>(width, indent + 30), indent);
    if (heading.size() <= left && text.size() > indent) {
      out += fmt::format("  {:<{}}  {}", heading, left, text.substr(indent));
    } else {
      out += fmt::format("  {}\n{}", heading, text);
    }
  }
  return out;
}

bool starts_with(const std::vector<std::string>& path, const std::vector<std::string>& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

std::string place(const Positional& positional) {
  const bool list = std::holds_alternative<std::vector<std::string>*>(positional.field);
  const std::string name = positional.name + (list ? "..." : "");
  return positional.optional ? "[" + name + "]" : name;
}

std::vector<std::string> sorted_sections(const std::vector<Verb>& verbs,
                                         std::vector<std::pair<std::string, const Verb*>>& listed) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) {
    if (verb.info.visibility == Visibility::hidden) continue;
    listed.emplace_back(verb.name(), &verb);
  }
  std::sort(listed.begin(), listed.end());
  for (const auto& [name, verb] : listed) names.push_back(name);
  return names;
}

}  // namespace

std::string overview(const std::vector<Verb>& verbs, const std::vector<std::string>& prefix,
                     size_t width) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Verb& verb : verbs) {
    if (verb.info.visibility == Visibility::hidden || !starts_with(verb.info.path, prefix))
      continue;
    rows.emplace_back(verb.name(), verb.info.summary);
  }
  std::sort(rows.begin(), rows.end());
  std::string out;
  if (prefix.empty()) {
    out += "weir: an observatory's event bus, from instrument text to a query\n\n";
    out += "Usage: weir VERB [OPTIONS] [ARGUMENTS]\n\nVerbs:\n";
  } else {
    out += fmt::format("Usage: weir {} VERB [OPTIONS] [ARGUMENTS]\n\nVerbs:\n",
                       fmt::join(prefix, " "));
  }
  out += two_columns(rows, width);
  out += "\nEach verb explains itself: weir VERB --help\n";
  if (prefix.empty()) {
    out += "Version: weir --version\n\nExample:\n  weir help completion\n";
  }
  return out;
}

std::string usage_line(const PreparedVerb& prepared) {
  std::string line = "weir " + prepared.verb.name() + " [OPTIONS]";
  for (const Positional& positional : prepared.options.positionals())
    line += " " + place(positional);
  return line;
}

std::string option_heading(const config::Option& option) {
  std::string heading = option.letter() == '\0' ? "    " : fmt::format("-{}, ", option.letter());
  heading += "--" + option.flag();
  if (!option.is_switch()) heading += " " + option.value_name();
  return heading;
}

std::string option_sentence(const config::Option& option) {
  std::vector<std::string> notes;
  if (!option.range().empty()) notes.push_back(option.range());
  if (option.is_required()) notes.push_back("required");
  const bool off_switch = option.is_switch() && option.default_text() == "false";
  if (!option.default_text().empty() && !off_switch && !option.is_required() &&
      !option.is_secret()) {
    notes.push_back("default: " + option.default_text());
  }
  if (notes.empty()) return option.sentence();
  return fmt::format("{} ({})", option.sentence(), fmt::join(notes, "; "));
}

std::string verb_help(const PreparedVerb& prepared, size_t width) {
  const VerbInfo& info = prepared.verb.info;
  std::string out = fmt::format("{}\n\nUsage: {}\n", info.summary, usage_line(prepared));
  if (!info.description.empty()) out += "\n" + fill(info.description, width, 0);
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Positional& positional : prepared.options.positionals()) {
    rows.emplace_back(place(positional), positional.sentence);
  }
  if (!rows.empty()) out += "\nArguments:\n" + two_columns(rows, width);
  rows.clear();
  for (const config::Option& option : prepared.options.table().options()) {
    rows.emplace_back(option_heading(option), option_sentence(option));
  }
  out += "\nOptions:\n" + two_columns(rows, width);
  if (prepared.takes_settings) {
    out +=
        "\n" +
        fill(
            "Settings come from flags, WEIR_... variables and the file of --config, in this order: "
            "see docs/reference/config.md.",
            width, 0);
  }
  if (!info.examples.empty()) out += info.examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n";
  for (const Example& example : info.examples) {
    out += fmt::format("  # {}\n  {}\n", example.sentence, example.command);
  }
  return out;
}

std::string cli_reference(const std::vector<Verb>& verbs) {
  std::string out =
      "# Command line\n\nWritten by `weir docs cli` from the verbs themselves; do not edit.\n\n"
      "Data goes to standard output, messages to standard error. Verbs that list rows take "
      "`-o table|json|jsonl|csv|name`; without it they print a table on a terminal and JSON lines "
      "elsewhere. `NO_COLOR` is respected.\n\n"
      "| Exit code | Meaning |\n|---|---|\n"
      "| 0 | it worked; also when the reader of a pipe had enough |\n"
      "| 1 | it failed; the message says why |\n"
      "| 2 | the command line or a setting is wrong |\n"
      "| 3 | something named does not exist |\n"
      "| 4 | refused: against a rule, or in use by another |\n"
      "| 5 | unreachable, or no answer in time |\n"
      "| 130 | interrupted |\n\n";
  std::vector<std::pair<std::string, const Verb*>> listed;
  sorted_sections(verbs, listed);
  out += "| Verb | What it does |\n|---|---|\n";
  for (const auto& [name, verb] : listed)
    out += fmt::format("| `weir {}` | {} |\n", name, verb->info.summary);
  constexpr size_t kWidth = 90;
  for (const auto& [name, verb] : listed) {
    const PreparedVerb prepared(*verb);
    out += fmt::format("\n## weir {}\n\n```text\n{}```\n", name, verb_help(prepared, kWidth));
  }
  return out;
}

std::string config_reference(const std::vector<Verb>& verbs) {
  std::string out =
      "# Settings\n\nWritten by `weir docs config` from the option tables; do not edit.\n\n"
      "A flag beats the environment, which beats the file given with `--config`, which beats the "
      "default. Files are YAML, with nested maps or dotted names. Spans are written `250ms`, "
      "`20s`, `15m`, "
      "`1h` or `7d`. *Live* settings take effect without a restart.\n";
  std::vector<std::pair<std::string, const Verb*>> listed;
  sorted_sections(verbs, listed);
  for (const auto& [name, verb] : listed) {
    const PreparedVerb prepared(*verb);
    if (!prepared.takes_settings) continue;
    const std::string table = config::to_markdown(prepared.options.table());
    out += fmt::format("\n## weir {}\n\n{}", name, table);
  }
  return out;
}

}  // namespace weir::cli

#include "weir/cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "weir/cli/prepared_verb.h"

namespace weir::cli {
namespace {

// One place in the tree of words: "" is weir itself, "sal" a noun, "sal convert" a verb.
struct Place {
  std::map<std::string, std::string> next;  // word -> summary (empty for nouns)
  std::vector<config::Option> options;
};

using Places = std::map<std::string, Place>;

Places walk(const std::vector<Verb>& verbs) {
  Places places;
  for (const Verb& verb : verbs) {
    if (verb.info.visibility == Visibility::hidden) continue;
    std::string path;
    for (size_t i = 0; i < verb.info.path.size(); ++i) {
      const std::string& word = verb.info.path[i];
      const bool last = i + 1 == verb.info.path.size();
      auto& summary = places[path].next[word];
      if (last) summary = verb.info.summary;
      path += (path.empty() ? "" : " ") + word;
    }
    const PreparedVerb prepared(verb);
    for (const config::Option& option : prepared.options.table().options()) {
      places[path].options.push_back(option);
    }
  }
  return places;
}

std::string words_of(const Place& place) {
  std::vector<std::string> words;
  for (const auto& [word, summary] : place.next) words.push_back(word);
  for (const config::Option& option : place.options) words.push_back("--" + option.flag());
  return fmt::format("{}", fmt::join(words, " "));
}

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

// The cases "path:--option) choices" of the two POSIX-like shells.
std::string choices_cases(const Places& places, std::string_view action) {
  std::string out;
  for (const auto& [path, place] : places) {
    for (const config::Option& option : place.options) {
      if (option.is_switch()) continue;
      std::string pattern = fmt::format("'{}:--{}'", path, option.flag());
      if (option.letter() != '\0') pattern += fmt::format("|'{}:-{}'", path, option.letter());
      out += fmt::format("    {}) {}{} ;;\n", pattern, action,
                         quoted(fmt::format("{}", fmt::join(option.choices(), " "))));
    }
  }
  return out;
}

std::string words_cases(const Places& places, std::string_view action) {
  std::string out;
  for (const auto& [path, place] : places) {
    out += fmt::format("    '{}') {}{} ;;\n", path, action, quoted(words_of(place)));
  }
  return out;
}

std::string path_pattern(const Places& places) {
  std::vector<std::string> paths;
  for (const auto& [path, place] : places) {
    if (!path.empty()) paths.push_back("'" + path + "'");
  }
  return fmt::format("{}", fmt::join(paths, "|"));
}

}  // namespace

std::string bash_completion(const std::vector<Verb>& verbs) {
  const Places places = walk(verbs);
  return fmt::format(R"(# bash completion for weir; load it with: source <(weir completion bash)
_weir() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" path="" i choices
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${{path:+$path }}${{COMP_WORDS[i]}}" in
      {paths}) path="${{path:+$path }}${{COMP_WORDS[i]}}" ;;
      *) break ;;
    esac
  done
  case "$path:$before" in
{choices}    *) choices=none ;;
  esac
  if [ "$choices" != none ]; then
    if [ -n "$choices" ]; then
      COMPREPLY=($(compgen -W "$choices" -- "$word"))
    else
      COMPREPLY=($(compgen -f -- "$word"))
    fi
    return
  fi
  case "$path" in
{words}  esac
  COMPREPLY=($(compgen -W "$choices" -- "$word"))
  if [ ${{#COMPREPLY[@]}} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$word")); fi
}}
complete -o filenames -F _weir weir
)",
                     fmt::arg("paths", path_pattern(places)),
                     fmt::arg("choices", choices_cases(places, "choices=")),
                     fmt::arg("words", words_cases(places, "choices=")));
}

std::string zsh_completion(const std::vector<Verb>& verbs) {
  const Places places = walk(verbs);
  return fmt::format(R"(#compdef weir
# zsh completion for weir; put it as _weir into a folder of $fpath, or: source <(weir completion zsh)
_weir() {{
  local place="" before="${{words[CURRENT-1]}}" choices i
  for ((i = 2; i < CURRENT; i++)); do
    case "${{place:+$place }}${{words[i]}}" in
      {paths}) place="${{place:+$place }}${{words[i]}}" ;;
      *) break ;;
    esac
  done
  case "$place:$before" in
{choices}    *) choices=none ;;
  esac
  if [[ "$choices" != none ]]; then
    if [[ -n "$choices" ]]; then compadd -- ${{=choices}}; else _files; fi
    return
  fi
  case "$place" in
{words}  esac
  compadd -- ${{=choices}} || _files
}}
if [ "$funcstack[1]" = "_weir" ]; then _weir "$@"; else compdef _weir weir; fi
)",
                     fmt::arg("paths", path_pattern(places)),
                     fmt::arg("choices", choices_cases(places, "choices=")),
                     fmt::arg("words", words_cases(places, "choices=")));
}

std::string fish_completion(const std::vector<Verb>& verbs) {
  const Places places = walk(verbs);
  std::string out = R"(# fish completion for weir; load it with: weir completion fish | source
function __weir_at --description 'true when the words so far lead to this place'
  set -l words (commandline -opc)
  set -e words[1]
  set -l wanted $argv
  if test (count $words) -lt (count $wanted)
    return 1
  end
  for i in (seq (count $wanted))
    if test "$words[$i]" != "$wanted[$i]"
      return 1
    end
  end
  return 0
end
function __weir_exactly_at --description 'true when nothing but these words is there'
  set -l words (commandline -opc)
  test (count $words) -eq (math (count $argv) + 1); and __weir_at $argv
end
)";
  for (const auto& [path, place] : places) {
    const std::string words = path.empty() ? "" : " " + path;
    for (const auto& [word, summary] : place.next) {
      out += fmt::format("complete -c weir -f -n '__weir_exactly_at{}' -a {}", words, word);
      out += summary.empty() ? "\n" : " -d " + quoted(summary) + "\n";
    }
    for (const config::Option& option : place.options) {
      out += fmt::format("complete -c weir -n '__weir_at{}' -l {}", words, option.flag());
      if (option.letter() != '\0') out += fmt::format(" -s {}", option.letter());
      if (!option.choices().empty()) {
        out +=
            fmt::format(" -x -a {}", quoted(fmt::format("{}", fmt::join(option.choices(), " "))));
      } else if (!option.is_switch()) {
        out += " -r";
      }
      out += " -d " + quoted(option.sentence()) + "\n";
    }
  }
  return out;
}

}  // namespace weir::cli

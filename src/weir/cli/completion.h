#pragma once

#include <string>
#include <vector>

#include "weir/cli/verb.h"

namespace weir::cli {

// Completion scripts for the three shells, written from the verbs: words of paths, options, choices
// of options, and file names where a value or an argument is free.
std::string bash_completion(const std::vector<Verb>& verbs);
std::string zsh_completion(const std::vector<Verb>& verbs);
std::string fish_completion(const std::vector<Verb>& verbs);

}  // namespace weir::cli

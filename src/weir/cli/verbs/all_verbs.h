#pragma once

#include <vector>

#include "weir/cli/verb.h"

namespace weir::cli::verbs {

// Every verb there is: one per file of this folder (see its CMakeLists.txt).
std::vector<Verb> all_verbs();

}  // namespace weir::cli::verbs

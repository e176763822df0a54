#pragma once

#include <string>
#include <vector>

#include "weir/cli/context.h"
#include "weir/cli/verb.h"

namespace weir::cli {

// "0.1.0"
std::string version();

// Runs one command line (without the program's name): finds the verb, reads its options and
// settings, runs it, and prints an error if there is one.
ExitCode run_program(World& world, const std::vector<std::string>& arguments);

}  // namespace weir::cli

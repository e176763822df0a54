#pragma once

#include <span>
#include <string>

#include "weir/base/result.h"
#include "weir/cli/option_set.h"

namespace weir::cli {

// Reads a verb's command line (without the words of its path) into the fields of `options`, as
// Source::flag. `invalid_argument` for what is unknown (near names suggested), missing or
// malformed. Does not look at required options: their value may come from elsewhere
// (OptionTable::check).
Status parse_arguments(OptionSet& options, std::span<const std::string> arguments);

}  // namespace weir::cli

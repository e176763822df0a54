#pragma once

#include <string>
#include <vector>

#include "weir/cli/prepared_verb.h"

namespace weir::cli {

// The first screen: what weir is, and every listed verb below `prefix` with its summary.
std::string overview(const std::vector<Verb>& verbs, const std::vector<std::string>& prefix,
                     size_t width);

// "weir sal convert [OPTIONS] PATH..."
std::string usage_line(const PreparedVerb& prepared);

// Everything about one verb: usage, description, arguments, options, examples.
std::string verb_help(const PreparedVerb& prepared, size_t width);

// "-o, --output FORMAT"
std::string option_heading(const config::Option& option);
// "how to print rows (one of table, json; default: table)"
std::string option_sentence(const config::Option& option);

// docs/reference/cli.md, and the settings of all verbs for docs/reference/config.md.
std::string cli_reference(const std::vector<Verb>& verbs);
std::string config_reference(const std::vector<Verb>& verbs);

}  // namespace weir::cli

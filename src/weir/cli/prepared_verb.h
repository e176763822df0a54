#pragma once

#include <memory>
#include <string>

#include "weir/cli/option_set.h"
#include "weir/cli/verb.h"

namespace weir::cli {

// What every verb takes beside its own options.
struct CommonOptions {
  std::string config;
  std::string log_level;
  std::string output;
  bool no_headers = false;
  bool help = false;
};

// A verb with its options declared, ready to parse, to explain or to complete. Confined; stays
// where it is, because options point into it.
struct PreparedVerb {
  explicit PreparedVerb(const Verb& prepared);
  PreparedVerb(const PreparedVerb&) = delete;
  PreparedVerb& operator=(const PreparedVerb&) = delete;

  const Verb& verb;
  std::unique_ptr<VerbCode> code;
  OptionSet options;
  CommonOptions common;
  bool takes_settings = false;  // some of its own options may come from a file
};

}  // namespace weir::cli

#pragma once

#include "weir/base/result.h"

namespace weir::cli {

// What a script sees of a run of weir.
enum class ExitCode : int {
  ok = 0,
  failure = 1,      // it did not work; the message says why
  usage = 2,        // the command line or a setting is wrong
  not_found = 3,    // the named topic, field, file, ... does not exist
  refused = 4,      // against a rule, or in use by another
  unreachable = 5,  // no answer, or not in time
  interrupted = 130,
};

// The exit code for an error that ended a verb.
ExitCode exit_code(ErrorCode code);

}  // namespace weir::cli

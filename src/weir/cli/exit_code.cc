#include "weir/cli/exit_code.h"

namespace weir::cli {

ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return ExitCode::usage;
    case ErrorCode::not_found:
      return ExitCode::not_found;
    case ErrorCode::already_exists:
      return ExitCode::refused;
    case ErrorCode::refused:
      return ExitCode::refused;
    case ErrorCode::unavailable:
      return ExitCode::unreachable;
    case ErrorCode::timeout:
      return ExitCode::unreachable;
    case ErrorCode::corrupt:
      return ExitCode::failure;
    case ErrorCode::unsupported:
      return ExitCode::failure;
    case ErrorCode::internal:
      return ExitCode::failure;
  }
  return ExitCode::failure;
}

}  // namespace weir::cli

#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "weir/base/result.h"

namespace weir::io {

// Waits up to `wait` for bytes on the process's standard input: how many were read, 0 at its end,
// nothing when none came in time (so that the caller can look whether it is to stop).
Result<std::optional<size_t>> read_standard_input(std::span<char> out,
                                                  std::chrono::milliseconds wait);

}  // namespace weir::io

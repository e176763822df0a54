#pragma once

#include "weir/base/time.h"

namespace weir::io {

// The operating system's clocks.
Clock& real_clock();

}  // namespace weir::io

#pragma once

#include <string>

namespace weir::io {

// Names the calling thread for `top -H`, `perf` and debuggers. Linux keeps the first 15 bytes.
void set_thread_name(const std::string& name);

}  // namespace weir::io

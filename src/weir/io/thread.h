#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace weir::io {

// Names the calling thread for `top -H`, `perf` and debuggers (Linux keeps the first 15 bytes) and
// for `process_stats`.
void set_thread_name(const std::string& name);

// The whole names by the system's thread number, of the threads that live: some libraries rename
// their threads behind our back.
std::map<int64_t, std::string> thread_names();

}  // namespace weir::io

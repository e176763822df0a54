#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "weir/base/result.h"

namespace weir::io {

// What this process has used so far.
struct ProcessStats {
  double cpu_seconds = 0;            // user and system, all threads, ended ones included
  uint64_t resident_bytes = 0;       // now
  uint64_t peak_resident_bytes = 0;  // at most so far
  std::map<std::string, double> thread_seconds;  // by thread name, of the threads that live now
};

// The operating system's number of this process.
int64_t process_id();

// Reads /proc/self; `unsupported` where there is none. Shared.
Result<ProcessStats> process_stats();

}  // namespace weir::io

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

// Reads /proc/self; `unsupported` where there is none. Shared.
Result<ProcessStats> process_stats();

// Names the calling thread, so that `process_stats`, top and gdb tell the parts of weir apart.
// Linux keeps 15 characters.
void set_thread_name(const std::string& name);

}  // namespace weir::io

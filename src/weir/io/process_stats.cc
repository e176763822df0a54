#include "weir/io/process_stats.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <sstream>

#include "weir/io/file_system.h"
#include "weir/io/thread.h"

namespace weir::io {
namespace {

// Files of /proc report size 0, so they are read until they end.
Result<std::string> read_proc(const std::string& path) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<File> file, real_file_system().open(path, OpenMode::read));
  std::string text(64 * 1024, '\0');
  WEIR_TRY_ASSIGN(const size_t size, file->read_at(0, text));
  text.resize(size);
  return text;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

struct ThreadStat {
  std::string name;
  double seconds = 0;
};

// /proc/self/task/N/stat: "pid (name) state ppid …", utime and stime are fields 14 and 15
// (proc(5)).
std::optional<ThreadStat> parse_thread(const std::string& stat) {
  const size_t open = stat.find('('), close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return std::nullopt;
  std::istringstream fields(stat.substr(close + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user_ticks = 0, system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  static const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return ThreadStat{stat.substr(open + 1, close - open - 1),
                    (user_ticks + system_ticks) / ticks_per_second};
}

}  // namespace

int64_t process_id() { return ::getpid(); }

Result<ProcessStats> process_stats() {
  ProcessStats stats;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  stats.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  stats.peak_resident_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;

  const Result<std::string> memory = read_proc("/proc/self/statm");
  if (!memory) return Error(ErrorCode::unsupported, "no /proc on this system");
  const size_t blank = memory->find(' ');
  const uint64_t pages = std::strtoull(memory->c_str() + blank, nullptr, 10);
  stats.resident_bytes = pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));

  WEIR_TRY_ASSIGN(const std::vector<std::string> threads,
                  real_file_system().list("/proc/self/task"));
  const std::map<int64_t, std::string> names = thread_names();
  for (const std::string& thread : threads) {
    // A thread may end between the listing and the reading.
    const Result<std::string> text = read_proc("/proc/self/task/" + thread + "/stat");
    const std::optional<ThreadStat> stat = text ? parse_thread(*text) : std::nullopt;
    if (!stat) continue;
    const auto name = names.find(std::strtoll(thread.c_str(), nullptr, 10));
    stats.thread_seconds[name == names.end() ? stat->name : name->second] += stat->seconds;
  }
  return stats;
}

}  // namespace weir::io

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/result.h"

namespace weir::io {

// A program started by this one. It ends with this process, whatever ends it, and is killed when
// the object goes. Confined.
class ChildProcess {
 public:
  // Starts `arguments[0]` with its standard output and error appended to `log_path`.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments,
                                    const std::string& log_path);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  int64_t pid() const { return pid_; }
  // Asks it to end (SIGTERM).
  void terminate();
  // Its exit code (128 + signal when a signal ended it), or nothing while it runs.
  std::optional<int> exit_code();
  // Waits for the end up to `deadline`; `timeout` when it still runs.
  Result<int> wait(std::chrono::milliseconds deadline);

 private:
  explicit ChildProcess(int pid) : pid_(pid) {}

  int pid_;
  std::optional<int> exit_code_;
};

// The file of the program that runs, to start it again.
Result<std::string> program_path();

}  // namespace weir::io

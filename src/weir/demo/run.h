#pragma once

#include <functional>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/demo/live_view.h"
#include "weir/demo/report.h"
#include "weir/sal/interface.h"

namespace weir::io {
class FileSystem;
}

namespace weir::demo {

struct RunOptions {
  std::vector<std::string> interfaces;  // paths
  std::string data;                     // a folder for weir alone
  std::string brokers;                  // "" runs the embedded broker
  double rate = 1;
  Duration duration = std::chrono::seconds(20);
  uint64_t seed = 1;
};

// What the caller sees and says while it runs.
struct RunHooks {
  std::function<void(const std::string& what)> stage;  // "starting", "counting", …
  std::function<void(const Sample&)> sample;           // some five times a second
  std::function<bool()> stop;                          // true ends the mock early
};

// The mock observatory through text → transform → Avro → Kafka → store, then the proof by sequence
// numbers. The facility is a `weir up` in a process of its own, the mock runs in this one. Blocks.
Result<Report> run(const RunOptions& options, const sal::Interfaces& interfaces,
                   const RunHooks& hooks, io::FileSystem& files, Clock& clock);

}  // namespace weir::demo

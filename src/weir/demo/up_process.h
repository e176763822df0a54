#pragma once

#include <memory>
#include <string>
#include <vector>

#include "weir/base/json.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/facility/addresses.h"
#include "weir/io/child_process.h"
#include "weir/io/http_client.h"

namespace weir::io {
class FileSystem;
}

namespace weir::demo {

struct UpOptions {
  std::vector<std::string> interfaces;
  std::string data;
  std::string brokers;  // "" runs the embedded broker
};

// A `weir up` in a process of its own, on free ports. Confined.
class UpProcess {
 public:
  // Returns when it is ready. `unavailable` with the end of its log when it ends or does not get
  // ready.
  static Result<std::unique_ptr<UpProcess>> start(const UpOptions& options, io::FileSystem& files,
                                                  Clock& clock);

  const facility::Addresses& addresses() const { return addresses_; }
  // GET /api/v1/status
  Result<Json> status();
  // Stops it cleanly and waits.
  Status stop();

 private:
  UpProcess(io::ChildProcess process, std::string log_path, io::FileSystem& files)
      : process_(std::move(process)), log_path_(std::move(log_path)), files_(files) {}
  Status wait_until_ready(const UpOptions& options, Clock& clock);
  bool ready(const UpOptions& options);
  Error ended(std::string_view what);

  io::ChildProcess process_;
  const std::string log_path_;
  io::FileSystem& files_;
  io::HttpClient client_;
  facility::Addresses addresses_;
};

}  // namespace weir::demo

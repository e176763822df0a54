#pragma once

#include <string>

#include "weir/base/result.h"
#include "weir/io/file_system.h"
#include "weir/sal/transform/progress.h"

namespace weir::sal::transform {

// Keeps the positions of the transformer over restarts, in one small JSON file that is replaced
// atomically. The file names the cluster that its offsets belong to. Confined.
class PositionsFile {
 public:
  PositionsFile(io::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Empty without a file. `refused` when the file belongs to another cluster, `corrupt` when it is
  // no positions file: neither is ever overwritten, for its offsets would be lost.
  Result<Positions> load(const std::string& cluster_id) const;
  // Durable on return.
  Status save(const std::string& cluster_id, const Positions& positions);

 private:
  io::FileSystem& files_;
  std::string path_;
};

}  // namespace weir::sal::transform

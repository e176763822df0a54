#pragma once

#include <memory>
#include <string>

#include "weir/base/result.h"
#include "weir/io/file_system.h"

namespace weir::facility {

// The folder that one `weir up` works on, held against a second one while the object lives.
class DataFolder {
 public:
  // Makes the folder if there is none. `already_exists` when another `weir up` works on it,
  // `refused` when it was made by another version or holds files that are not weir's.
  static Result<DataFolder> open(io::FileSystem& files, const std::string& path);

  const std::string& path() const { return path_; }
  // "<data>/<name>", made if it is not there.
  Result<std::string> folder(const std::string& name) const;

 private:
  DataFolder(io::FileSystem& files, std::string path, std::unique_ptr<io::FileLock> lock)
      : files_(&files), path_(std::move(path)), lock_(std::move(lock)) {}

  io::FileSystem* files_;
  std::string path_;
  std::unique_ptr<io::FileLock> lock_;
};

}  // namespace weir::facility

#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/io/file_system.h"

namespace weir::broker::log {

// Keeps the files that were used last open, up to a number. A file handed out stays open as long as
// somebody holds it, also when the cache has dropped it. Shared.
class FileCache {
 public:
  FileCache(io::FileSystem& files, size_t capacity) : files_(files), capacity_(capacity) {}

  Result<std::shared_ptr<io::File>> get(const std::string& path, io::OpenMode mode);
  // Drops the files whose path begins so, before they are removed.
  void forget(const std::string& path_prefix);

  io::FileSystem& files() { return files_; }

 private:
  struct Entry {
    std::string path;
    std::shared_ptr<io::File> file;
  };

  io::FileSystem& files_;
  const size_t capacity_;
  Mutex mutex_;
  std::list<Entry> by_use_ WEIR_GUARDED_BY(mutex_);  // last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_path_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::broker::log

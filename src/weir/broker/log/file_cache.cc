#include "weir/broker/log/file_cache.h"

namespace weir::broker::log {

Result<std::shared_ptr<io::File>> FileCache::get(const std::string& path, io::OpenMode mode) {
  MutexLock lock(mutex_);
  if (const auto found = by_path_.find(path); found != by_path_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->file;
  }
  WEIR_TRY_ASSIGN(std::shared_ptr<io::File> file, files_.open(path, mode));
  by_use_.push_front({path, file});
  by_path_[path] = by_use_.begin();
  if (by_use_.size() > capacity_) {
    by_path_.erase(by_use_.back().path);
    by_use_.pop_back();
  }
  return file;
}

void FileCache::forget(const std::string& path_prefix) {
  MutexLock lock(mutex_);
  for (auto entry = by_use_.begin(); entry != by_use_.end();) {
    if (!entry->path.starts_with(path_prefix)) {
      ++entry;
      continue;
    }
    by_path_.erase(entry->path);
    entry = by_use_.erase(entry);
  }
}

}  // namespace weir::broker::log

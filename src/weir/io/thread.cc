#include "weir/io/thread.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

#include "weir/base/mutex.h"

namespace weir::io {
namespace {

struct Names {
  Mutex mutex;
  std::map<int64_t, std::string> by_id WEIR_GUARDED_BY(mutex);
};

// Lives to the end of the process: threads may end after main has.
Names& names() {
  static auto* const all = new Names;
  return *all;
}

// Takes a thread's name out again when it ends, for its number will be given to another.
struct NameOfThisThread {
  ~NameOfThisThread() {
    if (id == 0) return;
    MutexLock lock(names().mutex);
    names().by_id.erase(id);
  }
  int64_t id = 0;
};

}  // namespace

void set_thread_name(const std::string& name) {
  thread_local NameOfThisThread mine;
  ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
  mine.id = ::gettid();
  MutexLock lock(names().mutex);
  names().by_id[mine.id] = name;
}

std::map<int64_t, std::string> thread_names() {
  MutexLock lock(names().mutex);
  return names().by_id;
}

}  // namespace weir::io

#pragma once

#include <condition_variable>
#include <mutex>

// Which mutex guards which field, checked by clang's -Wthread-safety and read by people.
#if defined(__clang__)
#define WEIR_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define WEIR_THREAD_ATTRIBUTE(x)
#endif
#define WEIR_GUARDED_BY(mutex) WEIR_THREAD_ATTRIBUTE(guarded_by(mutex))
#define WEIR_REQUIRES(mutex) WEIR_THREAD_ATTRIBUTE(requires_capability(mutex))

namespace weir {

class WEIR_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() WEIR_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() WEIR_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Holds a mutex for a scope: MutexLock lock(mutex_);
class WEIR_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) WEIR_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() WEIR_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits on a Mutex that the caller holds. A wait may wake early: wait in a loop over the condition.
class CondVar {
 public:
  void wait(Mutex& mutex) { condition_.wait(mutex); }
  template <typename Clock, typename Span>
  bool wait_until(Mutex& mutex, std::chrono::time_point<Clock, Span> deadline) {
    return condition_.wait_until(mutex, deadline) == std::cv_status::no_timeout;
  }
  template <typename Rep, typename Period>
  bool wait_for(Mutex& mutex, std::chrono::duration<Rep, Period> span) {
    return condition_.wait_for(mutex, span) == std::cv_status::no_timeout;
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace weir

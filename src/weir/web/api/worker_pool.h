#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "weir/base/mutex.h"

namespace weir::web::api {

// Threads that run tasks in order of arrival. The queue is bounded: when it is full, tasks are
// refused. Shared.
class WorkerPool {
 public:
  using Task = std::function<void()>;

  WorkerPool(int threads, size_t most_waiting, const std::string& thread_name);
  // Runs what is waiting, then joins.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; the task is dropped then.
  [[nodiscard]] bool run(Task task);

 private:
  void work();

  const size_t most_waiting_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Task> waiting_ WEIR_GUARDED_BY(mutex_);
  bool ending_ WEIR_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace weir::web::api

#include "weir/broker/handlers/completions.h"

namespace weir::broker::handlers {

void Completions::add(std::function<void()> work) {
  bool first = false;
  {
    const MutexLock lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(work));
  }
  if (first) loop_.post([this] { run(); });
}

void Completions::run() {
  std::vector<std::function<void()>> ready;
  {
    const MutexLock lock(mutex_);
    ready.swap(waiting_);
  }
  for (const auto& work : ready) work();
}

}  // namespace weir::broker::handlers

#include "weir/broker/server/memory_budget.h"

#include <atomic>

namespace weir::broker::server {

struct MemoryBudget::State {
  State(io::EventLoop& on_loop, size_t bytes, std::function<void()> callback)
      : loop(on_loop), limit(bytes), on_room(std::move(callback)) {}

  bool try_take(size_t size) {
    const size_t now = used.load();
    if (now != 0 && now + size > limit) return false;
    used += size;
    return true;
  }

  void give_back(size_t size) {
    used -= size;
    if (starved.exchange(false)) loop.post(on_room);
  }

  io::EventLoop& loop;
  const size_t limit;
  const std::function<void()> on_room;
  std::atomic<size_t> used = 0;
  std::atomic<bool> starved = false;
};

MemoryBudget::MemoryBudget(io::EventLoop& loop, size_t limit, std::function<void()> on_room)
    : state_(std::make_shared<State>(loop, limit, std::move(on_room))) {}

MemoryBudget::Share MemoryBudget::take(size_t size) {
  if (!state_->try_take(size)) {
    state_->starved = true;
    // What was given back before the flag was up has told nobody: look again.
    if (!state_->try_take(size)) return nullptr;
  }
  struct Taken {
    Taken(std::shared_ptr<State> from, size_t bytes) : state(std::move(from)), size(bytes) {}
    ~Taken() { state->give_back(size); }
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    std::shared_ptr<State> state;
    size_t size;
  };
  return std::make_shared<const Taken>(state_, size);
}

size_t MemoryBudget::used() const { return state_->used; }

}  // namespace weir::broker::server

#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "weir/io/event_loop.h"

namespace weir::broker::server {

// How many bytes of requests the broker holds: from the announcement of a frame until its request
// is answered (a produce: until it is durable). When it is used up nobody's request fails;
// connections wait with reading until there is room again. A single request may be larger than the
// whole budget, when it is alone. Shares may be dropped on any thread; `take` is confined to the
// loop.
class MemoryBudget {
 public:
  using Share = std::shared_ptr<const void>;

  // `on_room` runs on the loop after a failed `take`, once something was given back.
  MemoryBudget(io::EventLoop& loop, size_t limit, std::function<void()> on_room);

  // A share of `size` bytes, given back with its last copy; null when there is no room.
  Share take(size_t size);
  size_t used() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace weir::broker::server

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace weir::sal::transform {

// Next offset to read, by (topic, partition).
using Positions = std::map<std::pair<std::string, int32_t>, int64_t>;

// Knows which input positions are safe to save: those before which every output is acknowledged.
//
// Outputs are counted by epoch, not one by one: `close` ends an epoch and notes the positions
// reached; these are safe once all outputs of that epoch and of all before it are done, in whatever
// order the acknowledgements come. `Epoch::done` is shared (delivery threads call it); the rest is
// confined.
//
//   Progress::Epoch* epoch = progress.begin();   // before an output is sent
//   ... epoch->done();                           // when it is acknowledged
//   progress.close(positions);                   // now and then
//   if (auto safe = progress.take_safe()) save(*safe);
class Progress {
 public:
  class Epoch {
   public:
    void done() { outstanding_.fetch_sub(1, std::memory_order_acq_rel); }

   private:
    friend class Progress;
    std::atomic<int64_t> outstanding_ = 0;
    std::optional<Positions> reached_;  // set when closed
  };

  Progress() { open(); }

  // Counts one output into the current epoch. The epoch lives until its outputs are done.
  Epoch* begin() {
    epochs_.back()->outstanding_.fetch_add(1, std::memory_order_relaxed);
    return epochs_.back().get();
  }

  // Ends the current epoch; everything read before `reached` has begun.
  void close(Positions reached) {
    epochs_.back()->reached_ = std::move(reached);
    open();
  }

  // The newest positions that have become safe since the last call.
  std::optional<Positions> take_safe() {
    std::optional<Positions> safe;
    while (epochs_.front()->reached_ &&
           epochs_.front()->outstanding_.load(std::memory_order_acquire) == 0) {
      safe = std::move(epochs_.front()->reached_);
      epochs_.pop_front();
    }
    return safe;
  }

  // Closed epochs whose outputs are still under way.
  size_t pending() const { return epochs_.size() - 1; }

 private:
  void open() { epochs_.push_back(std::make_unique<Epoch>()); }

  std::deque<std::unique_ptr<Epoch>> epochs_;  // oldest first, the last one is current
};

}  // namespace weir::sal::transform

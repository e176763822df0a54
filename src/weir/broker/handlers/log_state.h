#pragma once

#include "weir/broker/groups/durable_state.h"
#include "weir/broker/handlers/completions.h"
#include "weir/broker/log/storage.h"

namespace weir::broker::handlers {

// The log's state table, with its answers brought to the broker's loop. Borrows both; confined to
// the loop.
class LogState : public groups::DurableState {
 public:
  LogState(log::Storage& storage, Completions& completions)
      : storage_(storage), completions_(completions) {}

  std::vector<log::StateEntry> entries(std::string_view prefix) const override {
    return storage_.state(prefix);
  }
  void change(std::vector<log::StateChange> changes,
              std::function<void(const Status&)> done) override {
    storage_.change_state(std::move(changes), [this, done = std::move(done)](const Status& status) {
      completions_.add([done, status] { done(status); });
    });
  }

 private:
  log::Storage& storage_;
  Completions& completions_;
};

}  // namespace weir::broker::handlers

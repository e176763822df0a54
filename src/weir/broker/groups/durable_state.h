#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/broker/log/state_table.h"

namespace weir::broker::groups {

// Where the coordinator keeps what must survive a crash. Confined to the coordinator's thread.
class DurableState {
 public:
  virtual ~DurableState() = default;
  // All entries whose key begins so.
  virtual std::vector<log::StateEntry> entries(std::string_view prefix) const = 0;
  // All of the changes or none; `done` is called later on the coordinator's thread, never from
  // inside this call, in the order of the calls.
  virtual void change(std::vector<log::StateChange> changes,
                      std::function<void(const Status&)> done) = 0;
};

}  // namespace weir::broker::groups

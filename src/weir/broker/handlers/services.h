#pragma once

#include "weir/base/time.h"
#include "weir/broker/groups/coordinator.h"
#include "weir/broker/handlers/completions.h"
#include "weir/broker/handlers/counters.h"
#include "weir/broker/handlers/fetch_waiters.h"
#include "weir/broker/handlers/handler_table.h"
#include "weir/broker/handlers/limited_log.h"
#include "weir/broker/handlers/settings.h"
#include "weir/broker/log/storage.h"
#include "weir/io/event_loop.h"

namespace weir::broker::handlers {

// There is one leader ever: what was seen is durable, so that no epoch ever ends.
inline constexpr int32_t kLeaderEpoch = 0;

// What every handler is given: the log, the settings and the broker's loop. Borrowed; outlives all
// requests. Handlers run on the loop.
struct Services {
  const BrokerSettings& settings;
  log::Storage& storage;
  groups::Coordinator& groups;
  const Clock& clock;
  io::EventLoop& loop;
  Completions& completions;
  FetchWaiters& fetch_waiters;
  BrokerCounters& counters;
  LimitedLog& complaints;
};

}  // namespace weir::broker::handlers

#pragma once

#include "weir/metrics/metrics.h"

namespace weir::broker::log {

// What the log gives up of its records, counted. Shared.
struct LogCounters {
  explicit LogCounters(metrics::Registry& registry);

  metrics::Counter& start_moves;
  metrics::Counter& removed_offsets;
  metrics::Counter& removed_segments;
  metrics::Counter& removed_bytes;
};

}  // namespace weir::broker::log

#pragma once

#include "weir/metrics/metrics.h"

namespace weir::broker::handlers {

// What the broker does, counted. Shared.
struct BrokerCounters {
  explicit BrokerCounters(metrics::Registry& registry);

  metrics::Gauge& connections;
  metrics::Counter& connections_opened;
  metrics::Counter& connections_cut_off;
  metrics::Counter& requests;
  metrics::Counter& request_bytes;
  metrics::Counter& response_bytes;
  metrics::Counter& memory_waits;
  metrics::Counter& produced_batches;
  metrics::Counter& produced_bytes;
  metrics::Counter& refused_batches;
  metrics::Histogram& produce_seconds;
  metrics::Counter& fetched_bytes;
  metrics::Counter& fetch_waits;
  metrics::Counter& fetch_wakes;
};

}  // namespace weir::broker::handlers

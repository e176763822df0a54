#include "weir/broker/log/counters.h"

namespace weir::broker::log {

LogCounters::LogCounters(metrics::Registry& registry)
    : start_moves(registry.counter("weir_broker_log_start_moves_total",
                                   "Start offsets of partitions raised, by retention or because a "
                                   "client deleted records.")),
      removed_offsets(registry.counter("weir_broker_log_removed_records_total",
                                       "Records below start offsets that were raised.")),
      removed_segments(
          registry.counter("weir_broker_log_removed_segments_total", "Segment files removed.")),
      removed_bytes(registry.counter("weir_broker_log_removed_bytes_total",
                                     "Bytes of the segment files removed.")) {}

}  // namespace weir::broker::log

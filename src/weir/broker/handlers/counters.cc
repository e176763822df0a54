#include "weir/broker/handlers/counters.h"

namespace weir::broker::handlers {

BrokerCounters::BrokerCounters(metrics::Registry& registry)
    : connections(registry.gauge("weir_broker_connections", "Client connections open now.")),
      connections_opened(
          registry.counter("weir_broker_connections_opened_total", "Client connections accepted.")),
      connections_cut_off(registry.counter("weir_broker_connections_cut_off_total",
                                           "Connections closed by the broker: malformed frame, API "
                                           "that is not served, stalled or idle.")),
      requests(registry.counter("weir_broker_requests_total", "Requests taken.")),
      request_bytes(
          registry.counter("weir_broker_request_bytes_total", "Bytes of requests taken.")),
      response_bytes(
          registry.counter("weir_broker_response_bytes_total", "Bytes of responses sent.")),
      memory_waits(
          registry.counter("weir_broker_memory_waits_total",
                           "Times a connection stopped reading until request memory was free.")),
      produced_batches(
          registry.counter("weir_broker_produced_batches_total", "Record batches made durable.")),
      produced_bytes(registry.counter("weir_broker_produced_bytes_total",
                                      "Bytes of record batches made durable.")),
      refused_batches(registry.counter("weir_broker_refused_batches_total",
                                       "Record batches answered with an error.")),
      produce_seconds(registry.histogram("weir_broker_produce_seconds",
                                         "From a produce request taken to its records durable.",
                                         metrics::Unit::seconds)),
      fetched_bytes(registry.counter("weir_broker_fetched_bytes_total",
                                     "Bytes of record batches sent to readers.")),
      fetch_waits(registry.counter("weir_broker_fetch_waits_total",
                                   "Fetch requests that waited for records.")),
      fetch_wakes(registry.counter("weir_broker_fetch_wakes_total",
                                   "Waiting fetch requests answered because records came.")) {}

}  // namespace weir::broker::handlers

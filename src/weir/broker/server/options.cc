#include "weir/broker/server/options.h"

namespace weir::broker::server {

void BrokerOptions::declare(config::OptionTable& table) {
  table
      .add("broker.num_partitions", &settings.num_partitions,
           "partitions of a topic that does not say")
      .bounds(1, 10'000);
  table.add("broker.auto_create_topics", &settings.auto_create_topics,
            "make a topic when a client first asks for it");
  table
      .add("broker.max_message_bytes", &settings.max_message_bytes,
           "largest record batch of a topic that does not say")
      .bounds(1, 64 << 20);
  table.add("broker.max_fetch_bytes", &settings.fetch_max_bytes, "most bytes of one fetch response")
      .bounds(1024, 1 << 30);
  table.add("broker.max_request_bytes", &limits.max_request_bytes, "largest request that is taken")
      .bounds(1024, 1 << 30);
  table
      .add("broker.request_memory_bytes", &request_memory,
           "requests held at once; beyond it clients wait, and none fails")
      .bounds(1 << 20, 1e12);
  table
      .add("broker.max_connections", &max_connections,
           "client connections; further ones are closed")
      .bounds(1, 1'000'000);
  table.add("broker.idle_limit", &idle_limit, "how long a silent connection is kept")
      .bounds(1, 1e9);
  table
      .add("broker.retention_ms", &storage.rules.retention_ms,
           "how long records are kept at least, by their timestamps, in a topic that does not say; "
           "-1 for ever")
      .bounds(-1, 1e15);
  table
      .add("broker.retention_bytes", &storage.rules.retention_bytes,
           "how much of a partition is kept in a topic that does not say; -1 without limit")
      .bounds(-1, 1e15);
  table
      .add("broker.segment_bytes", &storage.rules.segment_bytes,
           "largest segment file of a topic that does not say; records go by whole segments")
      .bounds(14, 2147483647);
  table
      .add("broker.segment_ms", &storage.rules.segment_ms,
           "age at which a segment gets no more records in a topic that does not say")
      .bounds(1, 1e15);
  table
      .add("broker.cleanup_interval", &storage.cleanup_interval,
           "how often old records are looked for")
      .bounds(1, 86400);
  table.add("broker.node_id", &settings.node_id, "the number clients know this broker by")
      .bounds(0, 2147483647);
}

}  // namespace weir::broker::server

#pragma once

#include <chrono>
#include <string>

#include "weir/broker/groups/coordinator.h"
#include "weir/broker/handlers/settings.h"
#include "weir/broker/log/storage.h"
#include "weir/broker/server/session.h"
#include "weir/config/option_table.h"
#include "weir/io/tcp.h"
#include "weir/metrics/metrics.h"

namespace weir::broker::server {

// Everything that can be chosen about a broker; the defaults are those of `weir broker`.
struct BrokerOptions {
  std::string data_folder = {};
  io::TcpAddress listen{.host = "localhost", .port = 9092};
  handlers::BrokerSettings settings = {};
  log::StorageOptions storage = {};
  groups::CoordinatorSettings groups = {};
  SessionLimits limits = {};
  size_t max_connections = 4096;
  size_t request_memory =
      64u << 20;  // requests held at once; beyond it connections wait with reading
  std::chrono::seconds idle_limit{600};  // a connection that asks for nothing is closed
  std::chrono::seconds stall_limit{60};  // as is one that stops in the middle of a request
  std::chrono::seconds drain_limit{5};   // what `stop` gives clients to take their last answers
  metrics::Registry* metrics = nullptr;  // where to count; by default the broker has its own

  // Rows "broker.…" for what is tuned; the folder and the addresses are the program's to ask for.
  void declare(config::OptionTable& table);
};

}  // namespace weir::broker::server

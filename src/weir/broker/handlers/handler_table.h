#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weir/broker/handlers/request.h"
#include "weir/kafka/protocol/api_table.h"

namespace weir::broker::handlers {

struct Services;

// One API that the broker serves: its versions, from the message definitions, and who answers.
struct HandlerEntry {
  const kafka::protocol::ApiInfo* api;
  void (*handle)(Services&, const Request&, Reply);
};

// Every API that has a handler in this room. Dispatch and the ApiVersions response both read it, so
// that nothing is advertised that is not served.
std::span<const HandlerEntry> handler_table();

// Null where the key has no handler.
const HandlerEntry* find_handler(int16_t api_key);

}  // namespace weir::broker::handlers

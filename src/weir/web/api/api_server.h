#pragma once

#include <memory>
#include <string>

#include "weir/base/result.h"
#include "weir/base/time.h"

namespace weir::facility {
class Facility;
}

namespace weir::web::api {

struct ApiOptions {
  std::string listen = "127.0.0.1:8080";
  int workers = 2;              // queries that run at once
  size_t waiting_queries = 32;  // more are refused with 503
};

// The HTTP API of a running facility, for scripts and for weir's own commands:
//   GET /api/v1/topics                 {"topics":[…]}
//   GET /api/v1/topics/{topic}         fields with types, units, descriptions
//   GET /api/v1/query?topic=T&fields=a,b&from=&to=&limit=&order=newest&format=jsonl|csv
//   GET /api/v1/status                 counters, latency, what is waited for
//   GET /healthz /readyz /metrics
// Errors are {"error": "…"} with 400, 404 or 503. Queries run on threads of their own. Shared.
class ApiServer {
 public:
  // The facility outlives the server.
  static Result<std::unique_ptr<ApiServer>> start(const ApiOptions& options,
                                                  facility::Facility& facility, Clock& clock);
  // Waits for the queries under way.
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  std::string url() const;

 private:
  struct State;
  explicit ApiServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::web::api

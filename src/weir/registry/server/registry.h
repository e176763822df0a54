#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/registry/server/options.h"

namespace weir::registry::server {

// A schema registry in this process, with Confluent's REST interface, whose memory is a Kafka topic
// in Confluent's record form: it works on weir's broker as on Apache Kafka, and survives restarts.
// One registry writes to a topic at a time. Its threads are named by the label. Shared.
//
//   WEIR_TRY_ASSIGN(auto registry, Registry::start({.brokers = "localhost:9092", .port = 0},
//   io::real_clock())); RegistryClient client({.urls = {registry->url()}});
class Registry {
 public:
  // Reads the topic to its end, then listens. `unavailable`, `timeout`: no broker; `refused`: the
  // topic is unfit; `already_exists`: the port is taken. Blocks up to the start deadline.
  static Result<std::unique_ptr<Registry>> start(RegistryOptions options, const Clock& clock);
  // Stops listening; what is under way is answered as unavailable.
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  uint16_t port() const;
  std::string url() const;  // "http://127.0.0.1:8081"

 private:
  class Running;
  explicit Registry(std::unique_ptr<Running> running);

  std::unique_ptr<Running> running_;
};

}  // namespace weir::registry::server

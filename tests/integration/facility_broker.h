#pragma once

#include <memory>
#include <string>

#include "weir/broker/server/broker.h"
#include "weir/io/clock.h"
#include "weir/io/file_system.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::testing {

// A real broker in this process on a folder of its own, which can be stopped and started again on
// the same port. Confined.
class FacilityBroker {
 public:
  Status start() {
    WEIR_TRY_ASSIGN(broker_,
                    broker::server::Broker::start({.data_folder = folder_.path(),
                                                   .listen = {.host = "127.0.0.1", .port = port_}},
                                                  io::real_file_system(), io::real_clock()));
    port_ = broker_->port();
    return {};
  }
  void stop() { broker_.reset(); }

  std::string brokers() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  const TempFolder folder_;
  uint16_t port_ = 0;
  std::unique_ptr<broker::server::Broker> broker_;
};

}  // namespace weir::testing

#pragma once

#include <cstdint>
#include <memory>

#include "weir/base/time.h"
#include "weir/broker/server/options.h"
#include "weir/io/file_system.h"

namespace weir::broker::server {

// A Kafka broker in this process: one data folder, one port, and a thread of its own ("broker") on
// which all connections live, beside those of the log. It speaks the Kafka protocol, so that any
// Kafka client can use it; what it acknowledges has been written durably. Shared.
//
//   WEIR_TRY_ASSIGN(auto broker, Broker::start({.data_folder = "/var/lib/weir", .listen =
//   {"127.0.0.1", 0}},
//                                              io::real_file_system(), io::real_clock()));
//   connect_to(broker->port());
//   WEIR_TRY(broker->stop());
class Broker {
 public:
  // Recovers the data folder and listens; clients may connect when it returns. `already_exists`:
  // the port or the data folder is in use; otherwise as log::Storage::open and
  // io::TcpListener::open. `files` and `clock` outlive the broker.
  static Result<std::unique_ptr<Broker>> start(BrokerOptions options, io::FileSystem& files,
                                               const Clock& clock);
  // Stops as `stop` does, dropping its error.
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  uint16_t port() const;
  log::Storage& storage();
  const metrics::Registry& metrics() const;

  // Takes no more requests, answers those it has (waiting fetches at once), closes the connections
  // and the log. Blocks for at most the drain limit and what the disk needs. Once; later calls do
  // nothing. Not from the broker's own thread.
  Status stop();

 private:
  class Running;
  explicit Broker(std::unique_ptr<Running> running);

  std::unique_ptr<Running> running_;
};

}  // namespace weir::broker::server

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "weir/broker/server/options.h"
#include "weir/broker/server/session.h"

namespace weir::broker::server {

// The connections of a broker: accepts them, keeps them within the limits, ends them. Confined to
// its loop, but for `listen`, which may also come before the loop runs.
class Server : private SessionHost {
 public:
  Server(handlers::Services& services, const BrokerOptions& options);
  ~Server() override;

  // `already_exists` when the port is taken.
  Status listen();
  uint16_t port() const { return listener_->port(); }

  // Accepts and reads no more, lets the sessions finish what they have taken, then calls `done`;
  // those that do not take their answers within the drain limit are cut off. Call it once.
  void stop(std::function<void()> done);

 private:
  void on_ended(Session& session) override;
  void on_starved(Session& session) override;
  void on_memory();
  void take(std::unique_ptr<io::TcpConnection> connection);
  void sweep();
  void tick_groups();
  void check_done();

  const BrokerOptions& options_;
  MemoryBudget budget_;
  std::unique_ptr<io::TcpListener> listener_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions_;
  std::vector<std::weak_ptr<Session>> starved_;
  io::Timer sweep_timer_;
  io::Timer groups_timer_;
  SteadyTime offsets_expired_;
  io::Timer drain_timer_;
  std::function<void()> on_stopped_;
};

}  // namespace weir::broker::server

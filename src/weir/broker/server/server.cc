#include "weir/broker/server/server.h"

#include <utility>

namespace weir::broker::server {
namespace {

constexpr auto kSweepInterval = std::chrono::seconds(5);
constexpr auto kGroupTick = std::chrono::milliseconds(100);
constexpr auto kIdleGroupTick = std::chrono::seconds(1);  // while no group has members
constexpr auto kOffsetExpiryInterval = std::chrono::hours(1);

}  // namespace

Server::Server(handlers::Services& with, const BrokerOptions& options)
    : SessionHost(with, budget_, options.limits),
      options_(options),
      budget_(with.loop, options.request_memory, [this] { on_memory(); }),
      sweep_timer_(with.loop),
      groups_timer_(with.loop),
      offsets_expired_(with.clock.steady_now()),
      drain_timer_(with.loop) {}

Server::~Server() = default;

Status Server::listen() {
  auto opened = io::TcpListener::open(
      services.loop, {.address = options_.listen, .max_connections = options_.max_connections},
      [this](std::unique_ptr<io::TcpConnection> connection) { take(std::move(connection)); });
  if (!opened) return std::move(opened).error();
  listener_ = std::move(*opened);
  sweep_timer_.call_after(kSweepInterval, [this] { sweep(); });
  groups_timer_.call_after(kGroupTick, [this] { tick_groups(); });
  return {};
}

void Server::tick_groups() {
  groups::Coordinator& groups = services.groups;
  groups.tick();
  const SteadyTime now = services.clock.steady_now();
  if (now - offsets_expired_ >= kOffsetExpiryInterval) {
    offsets_expired_ = now;
    groups.expire();
  }
  const bool busy = groups.wants_ticks();
  groups_timer_.call_after(busy ? std::chrono::nanoseconds(kGroupTick) : kIdleGroupTick,
                           [this] { tick_groups(); });
}

void Server::take(std::unique_ptr<io::TcpConnection> connection) {
  services.counters.connections_opened.add();
  services.counters.connections.add(1);
  auto session = std::make_shared<Session>(static_cast<SessionHost&>(*this), std::move(connection));
  sessions_.emplace(session.get(), session);
  session->start();
}

void Server::on_ended(Session& session) {
  services.counters.connections.add(-1);
  sessions_.erase(&session);
  check_done();
}

void Server::on_starved(Session& session) {
  services.counters.memory_waits.add();
  starved_.push_back(session.weak_from_this());
}

void Server::on_memory() {
  // Those that still find no room come back at the end, in the same order.
  for (const auto& waiting : std::exchange(starved_, {})) {
    if (const auto session = waiting.lock()) session->resume();
  }
}

void Server::sweep() {
  const SteadyTime now = services.clock.steady_now();
  std::vector<std::shared_ptr<Session>> late;
  for (const auto& [key, session] : sessions_) {
    if (session->held_back()) continue;
    const auto limit = session->inside_frame() ? options_.stall_limit : options_.idle_limit;
    if (now - session->last_heard() > limit) late.push_back(session);
  }
  for (const auto& session : late) {
    if (session->inside_frame()) {
      session->cut_off(Error(ErrorCode::timeout, "stopped in the middle of a request"));
    } else {
      session->close();
    }
  }
  sweep_timer_.call_after(kSweepInterval, [this] { sweep(); });
}

void Server::stop(std::function<void()> done) {
  listener_.reset();
  on_stopped_ = std::move(done);
  drain_timer_.call_after(options_.drain_limit, [this] {
    for (const auto& [key, session] : std::exchange(sessions_, {})) session->close();
    check_done();
  });
  std::vector<std::shared_ptr<Session>> all;
  for (const auto& [key, session] : sessions_) all.push_back(session);
  for (const auto& session : all) session->finish();
  services.fetch_waiters.finish_all();
  services.groups.finish_waits();
  check_done();
}

void Server::check_done() {
  if (!sessions_.empty() || !on_stopped_) return;
  sweep_timer_.cancel();
  groups_timer_.cancel();
  drain_timer_.cancel();
  std::exchange(on_stopped_, nullptr)();
}

}  // namespace weir::broker::server

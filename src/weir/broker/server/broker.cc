#include "weir/broker/server/broker.h"

#include <thread>
#include <utility>
#include <vector>

#include "weir/base/log.h"
#include "weir/broker/handlers/log_state.h"
#include "weir/broker/handlers/topic_rules.h"
#include "weir/broker/server/server.h"
#include "weir/io/event_loop.h"
#include "weir/io/thread.h"

namespace weir::broker::server {
namespace {

const Logger kLog("broker.server");

}  // namespace

// The parts in the order of their dependence: the log's threads end (`storage`) before what they
// post to.
class Broker::Running {
 public:
  Running(BrokerOptions with, const Clock& clock)
      : options_(std::move(with)),
        registry_(options_.metrics != nullptr ? *options_.metrics : own_registry_),
        counters_(registry_),
        completions_(loop_),
        complaints_(kLog, clock),
        clock_(clock) {}

  ~Running() { static_cast<void>(stop()); }

  Status start(io::FileSystem& files) {
    log::StorageOptions storage_options = options_.storage;
    storage_options.metrics = &registry_;
    WEIR_TRY_ASSIGN(storage_,
                    log::Storage::open(files, clock_, options_.data_folder, storage_options));
    storage_->set_listener([this](std::span<const log::PartitionRef> advanced) {
      completions_.add([this, partitions = std::vector(advanced.begin(), advanced.end())] {
        waiters_.on_advanced(partitions);
      });
    });
    state_ = std::make_unique<handlers::LogState>(*storage_, completions_);
    WEIR_TRY_ASSIGN(groups_, groups::Coordinator::load(options_.groups, clock_, *state_,
                                                       handlers::draw_uuid_text));
    services_.reset(new handlers::Services{.settings = options_.settings,
                                           .storage = *storage_,
                                           .groups = *groups_,
                                           .clock = clock_,
                                           .loop = loop_,
                                           .completions = completions_,
                                           .fetch_waiters = waiters_,
                                           .counters = counters_,
                                           .complaints = complaints_});
    server_ = std::make_unique<Server>(*services_, options_);
    WEIR_TRY(server_->listen());
    port_ = server_->port();
    thread_ = std::thread([this] {
      io::set_thread_name("broker");
      loop_.run();
    });
    kLog.info("listening", {{"address", io::TcpAddress{options_.listen.host, port_}.to_string()},
                            {"data", options_.data_folder},
                            {"cluster", storage_->cluster_id()}});
    return {};
  }

  Status stop() {
    if (thread_.joinable()) {
      loop_.post([this] { server_->stop([this] { loop_.stop(); }); });
      thread_.join();
    }
    if (storage_ == nullptr || std::exchange(closed_, true)) return {};
    const Status status = storage_->close();
    kLog.info("stopped", {{"data", options_.data_folder}});
    return status;
  }

  uint16_t port() const { return port_; }
  log::Storage& storage() { return *storage_; }
  const metrics::Registry& registry() const { return registry_; }

 private:
  const BrokerOptions options_;
  metrics::Registry own_registry_;
  metrics::Registry& registry_;
  handlers::BrokerCounters counters_;
  io::EventLoop loop_;
  handlers::Completions completions_;
  handlers::LimitedLog complaints_;
  const Clock& clock_;
  handlers::FetchWaiters waiters_;
  std::unique_ptr<log::Storage> storage_;
  std::unique_ptr<handlers::LogState> state_;
  std::unique_ptr<groups::Coordinator> groups_;
  std::unique_ptr<handlers::Services> services_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  uint16_t port_ = 0;
  bool closed_ = false;
};

Broker::Broker(std::unique_ptr<Running> running) : running_(std::move(running)) {}
Broker::~Broker() = default;

Result<std::unique_ptr<Broker>> Broker::start(BrokerOptions options, io::FileSystem& files,
                                              const Clock& clock) {
  auto running = std::make_unique<Running>(std::move(options), clock);
  WEIR_TRY(running->start(files));
  return std::unique_ptr<Broker>(new Broker(std::move(running)));
}

uint16_t Broker::port() const { return running_->port(); }
log::Storage& Broker::storage() { return running_->storage(); }
const metrics::Registry& Broker::metrics() const { return running_->registry(); }
Status Broker::stop() { return running_->stop(); }

}  // namespace weir::broker::server

#pragma once

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "weir/base/log.h"
#include "weir/broker/handlers/handler_table.h"
#include "weir/broker/handlers/log_state.h"
#include "weir/broker/handlers/services.h"
#include "weir/broker/handlers/topic_rules.h"
#include "weir/io/file_system.h"

namespace weir::broker::handlers {

// The handlers over a real log, without sockets: for tests and benchmarks. Requests are encoded,
// handled on a loop of its own and their responses decoded, as a connection would do it. Confined
// to one caller.
//
//   Harness harness({.num_partitions = 2}, files, clock, folder);
//   const auto response = harness.call<MetadataResponse>(request, 9);
class Harness {
 public:
  // What became of a request: a response, nothing (acks=0), or the connection closed.
  struct Outcome {
    enum class Kind { response, nothing, closed } kind;
    Bytes body;
    std::string reason;
  };

  static Result<std::unique_ptr<Harness>> make(BrokerSettings settings, io::FileSystem& files,
                                               const Clock& clock, const std::string& folder) {
    WEIR_TRY_ASSIGN(auto storage, log::Storage::open(files, clock, folder, {}));
    std::unique_ptr<Harness> harness(new Harness(std::move(settings), clock, std::move(storage)));
    WEIR_TRY(harness->start_loop());
    return harness;
  }
  ~Harness() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    storage_.reset();
  }

  log::Storage& storage() { return *storage_; }
  BrokerCounters& counters() { return counters_; }
  size_t waiting_fetches() {
    std::promise<size_t> promise;
    loop_.post([&] { promise.set_value(waiters_.size()); });
    return promise.get_future().get();
  }

  std::future<Outcome> start(int16_t api_key, int16_t version, Bytes body) {
    auto call = std::make_shared<Call>();
    auto outcome = call->promise.get_future();
    loop_.post([this, call, api_key, version, bytes = std::move(body)] {
      call->self = call;  // answered later, perhaps
      const Request request{.api_key = api_key,
                            .version = version,
                            .correlation_id = 7,
                            .client_id = "harness",
                            .body = bytes,
                            .local_address = address_,
                            .remote_address = client_,
                            .memory = nullptr};
      find_handler(api_key)->handle(*services_, request, Reply(call, 0));
    });
    return outcome;
  }

  template <typename Message>
  std::future<Outcome> start(const Message& request, int16_t version) {
    Bytes body;
    ByteWriter writer(body);
    request.encode(writer, version);
    return start(Message::kApiKey, version, std::move(body));
  }

  // The response; an error when there was none.
  template <typename Response, typename Message>
  Result<Response> call(const Message& request, int16_t version) {
    return decode<Response>(start(request, version).get(), version);
  }

  // Responses borrow records from their bytes: those are kept until the harness goes.
  template <typename Response>
  Result<Response> decode(Outcome outcome, int16_t version) {
    if (outcome.kind != Outcome::Kind::response)
      return Error(ErrorCode::unavailable, outcome.reason);
    bodies_.push_back(std::make_unique<Bytes>(std::move(outcome.body)));
    ByteReader reader(*bodies_.back());
    return Response::decode(reader, version);
  }

 private:
  struct Call : ReplySink {
    void on_reply(uint64_t, ResponseBody body) override {
      Bytes bytes;
      for (const io::TcpPiece& piece : body) bytes.append(piece.bytes);
      finish({.kind = Outcome::Kind::response, .body = std::move(bytes), .reason = {}});
    }
    void on_no_reply(uint64_t) override {
      finish({.kind = Outcome::Kind::nothing, .body = {}, .reason = "no response"});
    }
    void on_failure(uint64_t, const Error& why) override {
      finish({.kind = Outcome::Kind::closed, .body = {}, .reason = why.message()});
    }
    void finish(Outcome outcome) {
      promise.set_value(std::move(outcome));
      self.reset();
    }
    std::promise<Outcome> promise;
    std::shared_ptr<Call> self;
  };

  Harness(BrokerSettings settings, const Clock& clock, std::unique_ptr<log::Storage> storage)
      : settings_(std::move(settings)),
        clock_(clock),
        storage_(std::move(storage)),
        state_(*storage_, completions_),
        complaints_(logger_, clock) {}

  Status start_loop() {
    WEIR_TRY_ASSIGN(groups_, groups::Coordinator::load({}, clock_, state_, draw_uuid_text));
    services_.reset(new Services{.settings = settings_,
                                 .storage = *storage_,
                                 .groups = *groups_,
                                 .clock = clock_,
                                 .loop = loop_,
                                 .completions = completions_,
                                 .fetch_waiters = waiters_,
                                 .counters = counters_,
                                 .complaints = complaints_});
    storage_->set_listener([this](std::span<const log::PartitionRef> advanced) {
      completions_.add([this, partitions = std::vector(advanced.begin(), advanced.end())] {
        waiters_.on_advanced(partitions);
      });
    });
    thread_ = std::thread([this] { loop_.run(); });
    return {};
  }

  const Logger logger_{"broker.harness"};
  const io::TcpAddress address_{.host = "10.1.2.3", .port = 9092};
  const io::TcpAddress client_{.host = "10.1.2.4", .port = 50000};
  const BrokerSettings settings_;
  const Clock& clock_;
  metrics::Registry registry_;
  BrokerCounters counters_{registry_};
  io::EventLoop loop_;
  Completions completions_{loop_};
  FetchWaiters waiters_;
  std::unique_ptr<log::Storage> storage_;
  LogState state_;
  LimitedLog complaints_;
  std::unique_ptr<groups::Coordinator> groups_;
  std::unique_ptr<Services> services_;
  std::vector<std::unique_ptr<Bytes>> bodies_;
  std::thread thread_;
};

}  // namespace weir::broker::handlers

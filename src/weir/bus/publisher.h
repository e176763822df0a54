#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/kafka/client/producer.h"

namespace weir::bus {

using kafka::client::Compression;
using kafka::client::Delivery;
using kafka::client::DeliveryCallback;
using kafka::client::HeaderView;
using kafka::client::OutgoingRecord;

struct PublisherOptions {
  std::string brokers = {};    // "host:port,host:port"
  std::string label = "weir";  // names the client and its threads: "mock.kafka"
  // How many connections share the work; each topic belongs to one, so its order holds. One is
  // right for tens of topics. A connection has at most five requests under way, one partition each:
  // thousands of topics at tens of thousands of records a second want four.
  int lanes = 1;
  size_t queue_messages = 100'000;  // bound of what is not yet acknowledged, all lanes together
  size_t queue_bytes = 64 * 1024 * 1024;  // the same in bytes
  std::chrono::milliseconds linger{5};
  Compression compression = Compression::lz4;
  std::optional<std::chrono::milliseconds> delivery_deadline = {};  // nullopt: tries for ever
  std::vector<std::pair<std::string, std::string>> properties =
      {};  // further librdkafka properties
};

struct PublisherState {
  size_t queued_messages = 0;  // accepted, outcome not yet known
  size_t queued_bytes = 0;
  uint64_t acknowledged = 0;
  uint64_t failed = 0;
  uint64_t may_repeat = 0;  // delivered, but perhaps twice (see Delivery)
  bool full = false;        // `publish` is blocking somebody now
  std::string
      reason;  // "" when all is well, else "broker unreachable since …: …" or "queue full: …"
};

// Writes records to Kafka so that none is lost or reordered: acks=all, idempotent, retried until
// the deadline (by default for ever). The queue is bounded; `publish` blocks while it is full.
// Shared. One topic's records keep the order of the calls.
//
//   WEIR_TRY_ASSIGN(auto publisher, Publisher::connect({.brokers = "localhost:9092", .label =
//   "mock.kafka"})); WEIR_TRY(publisher->publish({.topic = "Dome_telemetry", .value = line},
//                               [this](const Delivery& d) { d.ok() ? ++acknowledged_ : ++failed_;
//                               }));
//   WEIR_TRY(publisher->flush(10s));
class Publisher {
 public:
  // Does not wait for a broker. `invalid_argument` names a wrong option.
  static Result<std::unique_ptr<Publisher>> connect(PublisherOptions options);
  // Waits for nothing: what is not acknowledged is reported as failed. Call `flush` first.
  ~Publisher();

  // Queues a record; its bytes are copied. The callback is called exactly once if and only if this
  // returned success: on the delivery thread of the topic's lane, quickly, in the order in which
  // the partition acknowledged. It must call neither `publish` nor `flush`.
  Status publish(const OutgoingRecord& record, DeliveryCallback callback);
  // Waits until everything published before has an outcome. `timeout`: the reason and how many have
  // none.
  Status flush(std::chrono::milliseconds deadline);
  // Makes topics known ahead of their first record, which else may wait up to a second. Optional.
  Status warm_up(std::span<const std::string> topics, std::chrono::milliseconds deadline);

  PublisherState state() const;

 private:
  explicit Publisher(std::vector<std::unique_ptr<kafka::client::Producer>> lanes);
  kafka::client::Producer& lane_of(std::string_view topic);

  std::vector<std::unique_ptr<kafka::client::Producer>> lanes_;
};

}  // namespace weir::bus

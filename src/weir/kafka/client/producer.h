#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/kafka/client/client_options.h"
#include "weir/kafka/client/record.h"

namespace weir::kafka::client {

// Called once per record, when its fate is known, on the producer's own delivery thread (one per
// producer, named by the label). It must be quick, and must call neither `produce`, which may block
// the very thread that makes room, nor `flush`, nor destroy the producer. Callables of up to 16
// bytes (a `this` and a number) cost no allocation.
using DeliveryCallback = std::function<void(const Delivery&)>;

enum class Compression { none, lz4, zstd, snappy, gzip };

struct ProducerOptions {
  ClientOptions client = {};
  size_t queue_messages = 100'000;  // `produce` blocks while so many are not yet acknowledged,
  size_t queue_bytes = 64 * 1024 * 1024;  // or so many bytes of keys, values and headers
  std::chrono::milliseconds linger{5};  // how long a record may wait for others to share its batch
  size_t batch_bytes = 1'000'000;
  size_t max_record_bytes = 1'000'000;  // Kafka's own default limit
  Compression compression = Compression::lz4;
  std::optional<std::chrono::milliseconds> delivery_deadline = {};  // nullopt: tries for ever
};

struct ProducerStats {
  size_t queued_messages = 0;  // accepted, outcome not yet known
  size_t queued_bytes = 0;
  uint64_t acknowledged = 0;
  uint64_t failed = 0;
  uint64_t may_repeat = 0;
  uint64_t rebuilds = 0;  // how often the library's producer had to be made anew (fatal errors)
  bool full = false;      // somebody is blocked in `produce` now
  ConnectionState connection = {};
};

// An idempotent producer with acks=all: what is acknowledged was stored once, in the order of the
// calls per partition. When the library declares its idempotent session broken (a "fatal" error),
// the producer makes a new session and sends again, in order, what was not acknowledged; those
// records are reported with `may_repeat`. Shared; records of one topic keep the order in which
// `produce` was called.
class Producer {
 public:
  // Does not wait for a broker. `invalid_argument` names a wrong property.
  static Result<std::unique_ptr<Producer>> open(ProducerOptions options);
  // Waits for nothing: what is unacknowledged is reported as `unavailable`. Call `flush` first.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Queues a record, blocking while the queue is full. The callback is called exactly once if and
  // only if this returned success. `invalid_argument`: record too large or bad topic name.
  Status produce(const OutgoingRecord& record, DeliveryCallback callback);
  // Waits until all that was queued before the call has an outcome; `timeout` says how much has
  // none.
  Status flush(std::chrono::milliseconds deadline);
  // Fetches the metadata of topics ahead of their first record (which else may wait up to a
  // second). Creates those that do not exist where the broker does that. `timeout` when some are
  // still unknown.
  Status warm_up(std::span<const std::string> topics, std::chrono::milliseconds deadline);

  ProducerStats stats() const;

 private:
  class Core;
  explicit Producer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace weir::kafka::client

#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/metrics/metrics.h"

namespace weir::store {
class Store;
}

namespace weir::store::ingest {

struct IngestOptions {
  std::string brokers = {};
  std::vector<std::string> registry_urls = {};
  std::string topic_prefix = "lsst.sal.";
  // Where to begin in topics that Kafka has already and the store has not; later ones are read
  // whole.
  enum class Start { earliest, latest } start = Start::earliest;
  std::chrono::milliseconds search_interval{1000};  // for topics that are new in Kafka
  // With 1,300 partitions few large answers cost much less than many small ones.
  size_t fetch_min_bytes = 64 * 1024;
  std::chrono::milliseconds fetch_wait{50};
  metrics::Registry* metrics = nullptr;  // where to count; by default it has its own
};

// What it has done since it started; see Store::stats for rows and bytes.
struct IngestStats {
  uint64_t topics = 0;         // being read
  uint64_t records = 0;        // taken from Kafka: rows, repeats and dead letters
  uint64_t repeated = 0;       // of these, those that the store had already
  uint64_t dead_lettered = 0;  // undecodable, on weir.dead-letter and acknowledged there
  uint64_t held = 0;           // partitions that wait for a schema or a dead letter
  std::string waiting_for;     // why less moves than should; "" when all is well
};

// Reads every Avro topic whose name begins with the prefix into the store, from the store's own
// positions, and is the store's writer thread while it lives.
//
// Nothing is lost and nothing is stored twice: positions and rows are one transaction in the store.
// A record's time is its field `sal_created`, else Kafka's timestamp. A schema id that the registry
// does not know (yet), or a registry that is away, holds up that partition alone, for ever if need
// be. A record that does not decode goes to the dead letters with the reason, and the partition
// moves on when that is acknowledged. Runs on a thread of its own ("store"); shared.
class Ingest {
 public:
  // Returns at once; connecting happens on its thread, and is tried for ever. Nobody else may write
  // to the store until it is stopped. `invalid_argument`: a wrong option.
  static Result<std::unique_ptr<Ingest>> start(IngestOptions options, Store& store, Clock& clock);
  // Stops as `stop` does, dropping its error.
  ~Ingest();
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  // Reads no more and writes everything in memory to the file. Once; later calls do nothing.
  Status stop();

  IngestStats stats() const;
  // From `sal_created` to the moment from which a query finds the row. Lives as long as this.
  const metrics::Histogram& latency() const { return counters_.latency; }
  // Records of the topics being read that Kafka has and the store has not. Asks the broker.
  Result<uint64_t> lag(std::chrono::milliseconds deadline) const;

 private:
  class Session;

  Ingest(IngestOptions options, Store& store, Clock& clock);
  void run();
  // One connection's life; returns when stopped, or with the error that ended it.
  Status read_until_stopped();
  void wait_for(std::string what);
  // Sleeps unless asked to stop.
  void pause(std::chrono::milliseconds span);

  const IngestOptions options_;
  Store& store_;
  Clock& clock_;
  struct Counters {
    explicit Counters(metrics::Registry& registry);
    metrics::Counter& records;
    metrics::Counter& dead_letters;
    metrics::Histogram& latency;
    // An earlier ingest of this process may have counted before.
    const uint64_t records_before;
    const uint64_t dead_letters_before;
  };
  const std::unique_ptr<metrics::Registry> own_metrics_;
  Counters counters_;
  std::atomic<uint64_t> topics_ = 0, held_ = 0;
  bool looked_ = false;  // topics were found once (the thread's own)
  const uint64_t repeated_before_;
  std::atomic<bool> stopping_ = false;
  mutable Mutex mutex_;
  CondVar wake_;
  std::string waiting_for_ WEIR_GUARDED_BY(mutex_) = "the first look at Kafka's topics";
  Status outcome_ WEIR_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace weir::store::ingest

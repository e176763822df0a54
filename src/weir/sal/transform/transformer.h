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
#include "weir/sal/interface.h"
#include "weir/sal/transform/routes.h"

namespace weir::io {
class FileSystem;
}

namespace weir::sal::transform {

struct TransformerOptions {
  std::string brokers;
  std::vector<std::string> registry_urls;
  std::string positions_path;  // a file; its folder must exist
  // Where to begin in a text topic that has no saved position.
  enum class Start { earliest, latest } start = Start::earliest;
  std::chrono::milliseconds save_interval{200};
  std::chrono::milliseconds linger{20};
  int lanes = 4;
};

struct TransformerStats {
  uint64_t read = 0;           // text messages taken
  uint64_t published = 0;      // Avro records handed to Kafka
  uint64_t acknowledged = 0;   // of these, acknowledged
  uint64_t dead_lettered = 0;  // text messages that went to weir.dead-letter, acknowledged
  uint64_t restarts = 0;       // times it began again from the saved positions after a failure
  std::string waiting_for;     // why nothing moves; "" when all is well
};

// Turns instrument text into Avro on Kafka: reads the text topics `<Subsystem>_{command,event,
// logevent,telemetry}` of the given interfaces, writes each message in the wire format (schema id
// in front) to `lsst.sal.<Topic>` with headers that name its source.
//
// Nothing is lost: the position moves only after the output before it is acknowledged, so a crash
// may repeat messages (the store knows a repeat by its source), and never drops one. A line that
// cannot be read goes to the dead letters with the reason, and the rest goes on. While Kafka or the
// registry is away it waits, for ever, and `stats` says for what. Runs on a thread of its own;
// shared.
class Transformer {
 public:
  // Returns at once; topics are created and positions read on its thread.
  static Result<std::unique_ptr<Transformer>> start(TransformerOptions options,
                                                    const Interfaces& interfaces,
                                                    io::FileSystem& files, Clock& clock);
  // Stops without waiting for acknowledgements.
  ~Transformer();
  Transformer(const Transformer&) = delete;
  Transformer& operator=(const Transformer&) = delete;

  // Reads no more, waits for what is under way, saves the positions. `timeout` when something is
  // still not acknowledged: it will be repeated.
  Status stop(std::chrono::milliseconds deadline);

  TransformerStats stats() const;

 private:
  class Session;

  Transformer(TransformerOptions options, Routes routes, io::FileSystem& files, Clock& clock);
  void run();
  // Tells `stats` what is waited for; "" when all is well.
  void wait_for(std::string what);
  // Sleeps unless asked to stop; false when asked.
  bool pause(std::chrono::milliseconds span);

  const TransformerOptions options_;
  Routes routes_;
  io::FileSystem& files_;
  Clock& clock_;

  std::atomic<uint64_t> read_ = 0, published_ = 0, acknowledged_ = 0, dead_lettered_ = 0,
                        restarts_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable Mutex mutex_;
  CondVar wake_;
  std::chrono::milliseconds stop_deadline_ WEIR_GUARDED_BY(mutex_){0};
  Status outcome_ WEIR_GUARDED_BY(mutex_);
  std::string waiting_for_ WEIR_GUARDED_BY(mutex_) = "topics, schemas and positions";
  std::thread thread_;
};

}  // namespace weir::sal::transform

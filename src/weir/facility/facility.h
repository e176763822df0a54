#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/facility/addresses.h"
#include "weir/io/process_stats.h"
#include "weir/sal/interface.h"
#include "weir/sal/transform/transformer.h"
#include "weir/store/ingest/ingest.h"
#include "weir/store/store.h"

namespace weir::config {
class OptionTable;
}
namespace weir::metrics {
class Registry;
}

namespace weir::facility {

struct FacilityOptions {
  std::string data = "weir-data";
  std::string kafka_listen = "127.0.0.1:9092";     // of the embedded broker
  std::string registry_listen = "127.0.0.1:8081";  // of the schema registry
  std::string brokers = {};             // an external Kafka cluster instead of the embedded broker
  std::string start = "earliest";  // or "latest": where to begin in topics read for the first time

  void declare(config::OptionTable& table);
};

struct FacilityStatus {
  sal::transform::TransformerStats transform;
  store::ingest::IngestStats ingest;
  store::Stats store;
  // From the instrument's stamp to the moment from which a query finds the row.
  Duration latency_p50{0}, latency_p99{0}, latency_max{0};
  io::ProcessStats process;
  std::vector<std::string> waiting_for;  // what the parts wait for; empty when all is well
};

// An observatory's whole way in one process on one data folder: broker (unless Kafka is given),
// schema registry, transformer and store. `start` returns when clients can connect; a restart on
// the same folder goes on where the last one was, however it ended. Shared.
class Facility {
 public:
  static Result<std::unique_ptr<Facility>> start(const FacilityOptions& options,
                                                 const sal::Interfaces& interfaces,
                                                 io::FileSystem& files, Clock& clock);
  // Stops as `stop` does, dropping its error.
  ~Facility();
  Facility(const Facility&) = delete;
  Facility& operator=(const Facility&) = delete;

  // Everything but `api`, which the caller serves.
  const Addresses& addresses() const;
  const store::Reader& reader() const;
  FacilityStatus status() const;
  metrics::Registry& metrics();

  // From the instruments' side to the store's: each part finishes what it has, so that a clean stop
  // leaves nothing to repeat. The first error is returned; every part is stopped whatever happens.
  Status stop();

 private:
  struct Parts;
  explicit Facility(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::facility

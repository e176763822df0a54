#include "weir/facility/facility.h"

#include "weir/broker/server/broker.h"
#include "weir/config/option_table.h"
#include "weir/facility/data_folder.h"
#include "weir/metrics/metrics.h"
#include "weir/registry/server/registry.h"

namespace weir::facility {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStopDeadline{10000};

}  // namespace

void FacilityOptions::declare(config::OptionTable& table) {
  table.add("data", &data, "folder for everything that is kept").value_name("DIR");
  table.add("kafka_listen", &kafka_listen, "address for Kafka clients; port 0 picks a free one")
      .value_name("HOST:PORT");
  table
      .add("registry_listen", &registry_listen,
           "address of the schema registry; port 0 picks a free one")
      .value_name("HOST:PORT");
  table.add("brokers", &brokers, "use this Kafka cluster instead of the embedded broker")
      .value_name("HOST:PORT,…");
  table.add("start", &start, "where to begin in topics that are read for the first time")
      .one_of({"earliest", "latest"});
}

// In the order in which they start; destroyed, and stopped, the other way round.
struct Facility::Parts {
  explicit Parts(DataFolder data_folder) : data(std::move(data_folder)) {}

  Status start_kafka(const FacilityOptions& options, io::FileSystem& files, Clock& clock);
  Status start_registry(const FacilityOptions& options, Clock& clock);
  Status start_store(const FacilityOptions& options, io::FileSystem& files, Clock& clock);
  Status start_transformer(const FacilityOptions& options, const sal::Interfaces& interfaces,
                           io::FileSystem& files, Clock& clock);
  Status stop();

  DataFolder data;
  metrics::Registry metrics;
  Addresses addresses;
  std::unique_ptr<broker::server::Broker> broker;
  std::unique_ptr<registry::server::Registry> registry;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::ingest::Ingest> ingest;
  std::unique_ptr<sal::transform::Transformer> transformer;
};

Status Facility::Parts::start_kafka(const FacilityOptions& options, io::FileSystem& files,
                                    Clock& clock) {
  if (!options.brokers.empty()) {
    addresses.kafka = options.brokers;
    return {};
  }
  WEIR_TRY_ASSIGN(const io::TcpAddress listen, io::TcpAddress::parse(options.kafka_listen));
  WEIR_TRY_ASSIGN(const std::string folder, data.folder("kafka"));
  WEIR_TRY_ASSIGN(
      broker, broker::server::Broker::start(
                  {.data_folder = folder, .listen = listen, .metrics = &metrics}, files, clock));
  addresses.kafka =
      io::TcpAddress{listen.host.empty() ? "127.0.0.1" : listen.host, broker->port()}.to_string();
  return {};
}

Status Facility::Parts::start_registry(const FacilityOptions& options, Clock& clock) {
  WEIR_TRY_ASSIGN(const io::TcpAddress listen, io::TcpAddress::parse(options.registry_listen));
  WEIR_TRY_ASSIGN(
      registry, registry::server::Registry::start(
                    {.brokers = addresses.kafka, .host = listen.host, .port = listen.port}, clock));
  addresses.registry = registry->url();
  return {};
}

Status Facility::Parts::start_store(const FacilityOptions& options, io::FileSystem& files,
                                    Clock& clock) {
  WEIR_TRY_ASSIGN(store, store::Store::open(store_path(data.path()), {}, files, clock));
  using Start = store::ingest::IngestOptions::Start;
  WEIR_TRY_ASSIGN(ingest, store::ingest::Ingest::start(
                              {.brokers = addresses.kafka,
                               .registry_urls = {addresses.registry},
                               .start = options.start == "latest" ? Start::latest : Start::earliest,
                               .metrics = &metrics},
                              *store, clock));
  return {};
}

Status Facility::Parts::start_transformer(const FacilityOptions& options,
                                          const sal::Interfaces& interfaces, io::FileSystem& files,
                                          Clock& clock) {
  using Start = sal::transform::TransformerOptions::Start;
  WEIR_TRY_ASSIGN(const std::string folder, data.folder("transform"));
  WEIR_TRY_ASSIGN(transformer,
                  sal::transform::Transformer::start(
                      {.brokers = addresses.kafka,
                       .registry_urls = {addresses.registry},
                       .positions_path = folder + "/positions.json",
                       .start = options.start == "latest" ? Start::latest : Start::earliest},
                      interfaces, files, clock));
  return {};
}

Status Facility::Parts::stop() {
  Status first;
  const auto keep = [&](Status status) {
    if (first && !status) first = std::move(status);
  };
  if (transformer) keep(transformer->stop(kStopDeadline));
  if (ingest) keep(ingest->stop());
  transformer.reset();
  ingest.reset();
  registry.reset();  // before the broker that it talks to
  if (broker) keep(broker->stop());
  broker.reset();
  return first;
}

Facility::Facility(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Facility::~Facility() { static_cast<void>(stop()); }

Result<std::unique_ptr<Facility>> Facility::start(const FacilityOptions& options,
                                                  const sal::Interfaces& interfaces,
                                                  io::FileSystem& files, Clock& clock) {
  WEIR_TRY_ASSIGN(DataFolder data, DataFolder::open(files, options.data));
  std::unique_ptr<Facility> facility(new Facility(std::make_unique<Parts>(std::move(data))));
  Parts& parts = *facility->parts_;
  parts.addresses.pid = io::process_id();
  WEIR_TRY(parts.start_kafka(options, files, clock));
  WEIR_TRY(parts.start_registry(options, clock));
  WEIR_TRY(parts.start_store(options, files, clock));
  WEIR_TRY(parts.start_transformer(options, interfaces, files, clock));
  return facility;
}

Status Facility::stop() { return parts_->stop(); }

const Addresses& Facility::addresses() const { return parts_->addresses; }
const store::Reader& Facility::reader() const { return parts_->store->reader(); }
metrics::Registry& Facility::metrics() { return parts_->metrics; }

FacilityStatus Facility::status() const {
  FacilityStatus status;
  if (parts_->transformer) status.transform = parts_->transformer->stats();
  if (parts_->ingest) {
    status.ingest = parts_->ingest->stats();
    const metrics::Histogram& latency = parts_->ingest->latency();
    status.latency_p50 = Duration(latency.quantile(0.5));
    status.latency_p99 = Duration(latency.quantile(0.99));
    status.latency_max = Duration(latency.max());
  }
  status.store = parts_->store->stats();
  if (Result<io::ProcessStats> process = io::process_stats()) status.process = std::move(*process);
  if (!status.transform.waiting_for.empty()) {
    status.waiting_for.push_back("transform: " + status.transform.waiting_for);
  }
  if (!status.ingest.waiting_for.empty())
    status.waiting_for.push_back("store: " + status.ingest.waiting_for);
  return status;
}

}  // namespace weir::facility

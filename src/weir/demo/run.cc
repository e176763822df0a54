#include "weir/demo/run.h"

#include <thread>

#include "weir/bus/publisher.h"
#include "weir/demo/up_process.h"
#include "weir/io/file_system.h"
#include "weir/io/process_stats.h"
#include "weir/sal/mock/mock_observatory.h"
#include "weir/web/api/query_source.h"

namespace weir::demo {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSampleInterval{200};
// The store is behind at the end; it must get on, or something is wrong.
constexpr std::chrono::seconds kNoProgressDeadline{30};
constexpr milliseconds kFlushDeadline{60000};

uint64_t number(const Json& status, std::string_view part, std::string_view key) {
  const Json* object = status.find(part);
  return object == nullptr ? 0 : static_cast<uint64_t>(object->find_int64(key).value_or(0));
}

double real(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  return value == nullptr ? 0 : value->as_double().value_or(0);
}

double latency(const Json& status, std::string_view key) {
  const Json* ingest = status.find("ingest");
  const Json* times = ingest == nullptr ? nullptr : ingest->find("latency_ms");
  return times == nullptr ? 0 : real(*times, key);
}

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

// One demo under way.
class Run {
 public:
  Run(const RunOptions& options, const RunHooks& hooks, io::FileSystem& files, Clock& clock)
      : options_(options), hooks_(hooks), files_(files), clock_(clock) {}

  Result<Report> run(const sal::Interfaces& interfaces) {
    hooks_.stage("starting weir up");
    WEIR_TRY_ASSIGN(up_, UpProcess::start({options_.interfaces, options_.data, options_.brokers},
                                          files_, clock_));
    WEIR_TRY(run_mock(interfaces));
    WEIR_TRY(wait_for_store());
    WEIR_TRY(take_proof());
    WEIR_TRY(take_costs());
    hooks_.stage("stopping weir up");
    WEIR_TRY(up_->stop());
    return measure_file();
  }

 private:
  Status run_mock(const sal::Interfaces& interfaces);
  Result<Json> sample();
  Status wait_for_store();
  Status take_proof();
  Status take_costs();
  Result<Report> measure_file();

  const RunOptions& options_;
  const RunHooks& hooks_;
  io::FileSystem& files_;
  Clock& clock_;
  std::unique_ptr<UpProcess> up_;
  std::unique_ptr<bus::Publisher> publisher_;
  std::unique_ptr<sal::mock::MockObservatory> mock_;
  SteadyTime began_;
  Timestamp began_at_;
  uint64_t rows_before_ = 0;
  Report report_;
};

Status Run::run_mock(const sal::Interfaces& interfaces) {
  WEIR_TRY_ASSIGN(const Json before, up_->status());
  rows_before_ = number(before, "store", "rows");
  began_ = clock_.steady_now();
  began_at_ = clock_.now();
  WEIR_TRY_ASSIGN(publisher_, bus::Publisher::connect(
                                  {.brokers = up_->addresses().kafka, .label = "mock.kafka"}));
  WEIR_TRY_ASSIGN(
      mock_,
      sal::mock::MockObservatory::open(
          interfaces, {.rate = options_.rate, .length = options_.duration, .seed = options_.seed},
          sal::mock::to_sink(*publisher_), clock_));
  hooks_.stage("running");
  mock_->start();
  while (!mock_->done()) {
    std::this_thread::sleep_for(kSampleInterval);
    WEIR_TRY(sample());
    if (hooks_.stop()) mock_->stop();
  }
  WEIR_TRY(mock_->wait());
  report_.seconds = seconds_between(began_, clock_.steady_now());
  return {};
}

// Shows how far everything is; returns what the facility said.
Result<Json> Run::sample() {
  WEIR_TRY_ASSIGN(Json status, up_->status());
  const sal::mock::MockCounters mock = mock_->counters();
  Sample now;
  now.seconds = seconds_between(began_, clock_.steady_now());
  now.scheduled = mock.scheduled;
  now.sent = mock.sent;
  now.acknowledged = mock.acknowledged;
  now.late = mock.late;
  now.stored = number(status, "store", "rows") - rows_before_;
  now.values = number(status, "store", "values");
  now.latency_p50_ms = latency(status, "p50");
  now.latency_p99_ms = latency(status, "p99");
  now.waiting_for = publisher_->state().reason;
  if (const Json* waiting = status.find("waiting_for")) {
    for (const Json& what : waiting->items()) now.waiting_for = *what.as_string();
  }
  hooks_.sample(now);
  return status;
}

Status Run::wait_for_store() {
  hooks_.stage("waiting for the store");
  uint64_t seen = 0;
  SteadyTime since = clock_.steady_now();
  while (true) {
    WEIR_TRY_ASSIGN(const Json status, sample());
    const uint64_t arrived = number(status, "store", "rows") - rows_before_ +
                             number(status, "transform", "dead_lettered") +
                             number(status, "ingest", "dead_lettered");
    if (arrived >= mock_->counters().acknowledged) return {};
    if (arrived != seen) since = clock_.steady_now();
    if (clock_.steady_now() - since > kNoProgressDeadline)
      return {};  // the proof tells what is missing
    seen = arrived;
    std::this_thread::sleep_for(kSampleInterval);
  }
}

Status Run::take_proof() {
  hooks_.stage("comparing sequence numbers");
  WEIR_TRY_ASSIGN(const auto source,
                  web::api::QuerySource::open({.server_url = up_->addresses().api}, files_));
  std::map<std::string, int64_t> sequences;
  for (const sal::mock::TopicProgress& topic : mock_->progress()) {
    sequences[topic.topic] = static_cast<int64_t>(topic.last_acknowledged);
  }
  WEIR_TRY_ASSIGN(report_.proof, prove(*source, sequences, began_at_ - milliseconds(1)));
  return {};
}

Status Run::take_costs() {
  WEIR_TRY_ASSIGN(const Json status, up_->status());
  const sal::mock::MockCounters mock = mock_->counters();
  report_.brokers = options_.brokers.empty() ? "embedded" : options_.brokers;
  report_.topics = mock.topics;
  report_.scheduled = mock.scheduled;
  report_.sent = mock.sent;
  report_.acknowledged = mock.acknowledged;
  report_.late = mock.late;
  report_.values = number(status, "store", "values");
  report_.repeated = number(status, "store", "repeated");
  report_.dead_lettered =
      number(status, "transform", "dead_lettered") + number(status, "ingest", "dead_lettered");
  report_.latency_p50_ms = latency(status, "p50");
  report_.latency_p99_ms = latency(status, "p99");
  report_.latency_max_ms = latency(status, "max");

  if (const Json* process = status.find("process")) {
    std::map<std::string, double> threads;
    if (const Json* seconds = process->find("thread_cpu_s")) {
      for (const Json::Member& thread : seconds->members()) {
        threads[thread.key] = thread.value.as_double().value_or(0);
      }
    }
    report_.cpu_s = cpu_by_part(threads, real(*process, "cpu_s"));
    report_.rss_mb["up"] = real(*process, "peak_resident_bytes") / 1e6;
  }
  if (const Result<io::ProcessStats> own = io::process_stats()) {
    report_.cpu_s["mock"] = own->cpu_seconds;
    report_.rss_mb["mock"] = static_cast<double>(own->peak_resident_bytes) / 1e6;
  }
  return {};
}

// After the clean stop everything is in the store's file.
Result<Report> Run::measure_file() {
  WEIR_TRY_ASSIGN(const auto file,
                  files_.open(facility::store_path(options_.data), io::OpenMode::read));
  WEIR_TRY_ASSIGN(const uint64_t bytes, file->size());
  if (report_.values > 0 && rows_before_ == 0) {
    report_.bytes_per_value = static_cast<double>(bytes) / static_cast<double>(report_.values);
  }
  return report_;
}

}  // namespace

Result<Report> run(const RunOptions& options, const sal::Interfaces& interfaces,
                   const RunHooks& hooks, io::FileSystem& files, Clock& clock) {
  return Run(options, hooks, files, clock).run(interfaces);
}

}  // namespace weir::demo

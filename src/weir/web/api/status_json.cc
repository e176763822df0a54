#include "weir/web/api/status_json.h"

#include "weir/facility/facility.h"

namespace weir::web::api {
namespace {

double millis(Duration span) { return static_cast<double>(span.count()) / 1000; }

Json transform_json(const sal::transform::TransformerStats& stats) {
  Json json = Json::object();
  json.set("read", stats.read)
      .set("published", stats.published)
      .set("acknowledged", stats.acknowledged);
  json.set("dead_lettered", stats.dead_lettered).set("restarts", stats.restarts);
  return json;
}

Json ingest_json(const facility::FacilityStatus& status) {
  Json latency = Json::object();
  latency.set("p50", Json::real(millis(status.latency_p50)))
      .set("p99", Json::real(millis(status.latency_p99)));
  latency.set("max", Json::real(millis(status.latency_max)));
  const store::ingest::IngestStats& stats = status.ingest;
  Json json = Json::object();
  json.set("topics", stats.topics).set("records", stats.records).set("repeated", stats.repeated);
  json.set("dead_lettered", stats.dead_lettered).set("held", stats.held);
  json.set("latency_ms", std::move(latency));
  return json;
}

Json store_json(const store::Stats& stats) {
  Json json = Json::object();
  json.set("rows", stats.rows).set("values", stats.values).set("repeated", stats.repeated);
  json.set("rows_in_memory", stats.rows_in_memory).set("bytes_in_memory", stats.bytes_in_memory);
  json.set("rows_written", stats.rows_written).set("values_written", stats.values_written);
  json.set("chunks_written", stats.chunks_written).set("bytes_written", stats.bytes_written);
  return json;
}

Json process_json(const io::ProcessStats& stats) {
  Json threads = Json::object();
  for (const auto& [name, seconds] : stats.thread_seconds) threads.set(name, Json::real(seconds));
  Json json = Json::object();
  json.set("cpu_s", Json::real(stats.cpu_seconds)).set("resident_bytes", stats.resident_bytes);
  json.set("peak_resident_bytes", stats.peak_resident_bytes)
      .set("thread_cpu_s", std::move(threads));
  return json;
}

}  // namespace

Json to_json(const facility::FacilityStatus& status) {
  Json waiting = Json::array();
  for (const std::string& what : status.waiting_for) waiting.push_back(what);
  Json json = Json::object();
  json.set("ready", status.waiting_for.empty()).set("waiting_for", std::move(waiting));
  json.set("transform", transform_json(status.transform)).set("ingest", ingest_json(status));
  json.set("store", store_json(status.store)).set("process", process_json(status.process));
  return json;
}

}  // namespace weir::web::api

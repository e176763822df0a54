#include "weir/demo/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weir::demo {
namespace {

Json rounded(double value) { return Json::real(std::round(value * 1000) / 1000); }

Json to_json(const std::map<std::string, double>& numbers) {
  Json json = Json::object();
  for (const auto& [name, number] : numbers) json.set(name, rounded(number));
  return json;
}

std::string listed(const std::map<std::string, double>& numbers, std::string_view unit) {
  std::string text;
  for (const auto& [name, number] : numbers) {
    text += fmt::format("{}{} {:.1f} {}", text.empty() ? "" : ", ", name, number, unit);
  }
  return text;
}

}  // namespace

bool Report::holds() const {
  return sent > 0 && sent == acknowledged && proof.stored == acknowledged && proof.lost == 0 &&
         proof.duplicated == 0 && dead_lettered == 0;
}

Json to_json(const Report& report) {
  Json latency = Json::object();
  latency.set("p50", rounded(report.latency_p50_ms)).set("p99", rounded(report.latency_p99_ms));
  latency.set("max", rounded(report.latency_max_ms));
  Json examples = Json::array();
  for (const std::string& example : report.proof.examples) examples.push_back(example);

  Json json = Json::object();
  json.set("brokers", report.brokers)
      .set("topics", report.topics)
      .set("seconds", rounded(report.seconds));
  json.set("scheduled", report.scheduled)
      .set("sent", report.sent)
      .set("acknowledged", report.acknowledged);
  json.set("dead_lettered", report.dead_lettered).set("stored", report.proof.stored);
  json.set("lost", report.proof.lost).set("duplicated", report.proof.duplicated);
  json.set("repeated_on_kafka", report.repeated).set("late", report.late);
  json.set("rate_msg_s", rounded(report.rate_msg_s())).set("values_s", rounded(report.values_s()));
  json.set("latency_ms", std::move(latency));
  json.set("cpu_s", to_json(report.cpu_s)).set("rss_mb", to_json(report.rss_mb));
  json.set("bytes_per_value", report.bytes_per_value ? rounded(*report.bytes_per_value) : Json());
  if (!report.proof.examples.empty()) json.set("examples", std::move(examples));
  return json;
}

std::map<std::string, double> cpu_by_part(const std::map<std::string, double>& thread_seconds,
                                          double total) {
  std::map<std::string, double> parts;
  double known = 0;
  for (const auto& [thread, seconds] : thread_seconds) {
    std::string part = thread.substr(0, thread.find('.'));
    if (part == "tx") part = "transform";
    if (part == "weir") part = "main";
    parts[part] += seconds;
    known += seconds;
  }
  parts["other"] += std::max(0.0, total - known);
  return parts;
}

std::string summary(const Report& report) {
  const Proof& proof = report.proof;
  std::string text;
  text += fmt::format(
      "sent {} messages of {} topics in {:.0f} s: {:.0f} messages/s, {:.0f} values/s\n",
      report.sent, report.topics, report.seconds, report.rate_msg_s(), report.values_s());
  text +=
      fmt::format("acknowledged {}, stored {}, lost {}, duplicated {}, dead letters {}, late {}\n",
                  report.acknowledged, proof.stored, proof.lost, proof.duplicated,
                  report.dead_lettered, report.late);
  text += fmt::format("made to readable: p50 {:.0f} ms, p99 {:.0f} ms, max {:.0f} ms\n",
                      report.latency_p50_ms, report.latency_p99_ms, report.latency_max_ms);
  text +=
      fmt::format("CPU: {}; memory: {}\n", listed(report.cpu_s, "s"), listed(report.rss_mb, "MB"));
  if (report.bytes_per_value)
    text += fmt::format("store: {:.2f} bytes per value\n", *report.bytes_per_value);
  for (const std::string& example : proof.examples) text += "  " + example + "\n";
  text += report.holds() ? "proof: what is in the store is what was sent, once each\n"
                         : "proof FAILED: the store does not hold exactly what was sent\n";
  return text;
}

}  // namespace weir::demo

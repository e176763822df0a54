#include "weir/sal/interface.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace weir::sal {

std::string_view xml_tag(TopicKind kind) {
  switch (kind) {
    case TopicKind::command:
      return "SALCommand";
    case TopicKind::event:
      return "SALEvent";
    case TopicKind::telemetry:
      return "SALTelemetry";
  }
  return "";
}

std::string_view text_kind(TopicKind kind) {
  switch (kind) {
    case TopicKind::command:
      return "command";
    case TopicKind::event:
      return "logevent";
    case TopicKind::telemetry:
      return "telemetry";
  }
  return "";
}

std::string_view to_string(ProblemEffect effect) {
  switch (effect) {
    case ProblemEffect::file_skipped:
      return "file skipped";
    case ProblemEffect::topic_skipped:
      return "topic skipped";
    case ProblemEffect::topic_replaced:
      return "topic replaced";
  }
  return "";
}

std::vector<int64_t> enumerator_numbers(const std::vector<Enumerator>& enumerators) {
  std::vector<int64_t> numbers;
  int64_t next = 0;
  for (const Enumerator& enumerator : enumerators) {
    numbers.push_back(enumerator.value.value_or(next));
    next = static_cast<int64_t>(static_cast<uint64_t>(numbers.back()) + 1);
  }
  return numbers;
}

std::string Problem::to_string() const {
  return fmt::format("{}:{}: {}", place.file, place.line, reason);
}

std::string_view Topic::effective_subsystem() const {
  if (!subsystem.empty()) return subsystem;
  return std::string_view(name).substr(0, name.find('_'));
}

std::string Topic::text_topic() const {
  return fmt::format("{}_{}", effective_subsystem(), text_kind(kind));
}

const Topic* Interfaces::find(std::string_view name) const {
  const auto at = std::lower_bound(
      topics.begin(), topics.end(), name,
      [](const Topic& topic, std::string_view wanted) { return topic.name < wanted; });
  return at != topics.end() && at->name == name ? &*at : nullptr;
}

size_t Interfaces::subsystem_count() const {
  std::set<std::string_view> names;
  for (const Topic& topic : topics) names.insert(topic.effective_subsystem());
  return names.size();
}

}  // namespace weir::sal

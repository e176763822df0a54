#include "weir/sal/interface.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace weir::sal {

std::string_view to_string(TopicKind kind) {
  switch (kind) {
    case TopicKind::command:
      return "command";
    case TopicKind::event:
      return "event";
    case TopicKind::telemetry:
      return "telemetry";
    case TopicKind::acknowledgement:
      return "acknowledgement";
  }
  return "";
}

std::string_view xml_tag(TopicKind kind) {
  switch (kind) {
    case TopicKind::command:
      return "SALCommand";
    case TopicKind::event:
      return "SALEvent";
    case TopicKind::telemetry:
      return "SALTelemetry";
    case TopicKind::acknowledgement:
      return "SALAck";
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
    case TopicKind::acknowledgement:
      return "ackcmd";
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
    case ProblemEffect::warning:
      return "warning";
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
  if (place.line == 0) return fmt::format("{}: {}", place.file, reason);
  return fmt::format("{}:{}: {}", place.file, place.line, reason);
}

std::string_view Topic::effective_subsystem() const {
  if (!subsystem.empty()) return subsystem;
  return std::string_view(name).substr(0, name.find('_'));
}

std::string Topic::text_topic() const {
  return fmt::format("{}_{}", effective_subsystem(), text_kind(kind));
}

std::string_view Topic::component() const {
  const std::string_view all = name;
  if (!subsystem.empty() && all.size() > subsystem.size() && all.starts_with(subsystem) &&
      all[subsystem.size()] == '_') {
    return subsystem;
  }
  const size_t end = all.find('_');
  return end == all.npos ? std::string_view(subsystem) : all.substr(0, end);
}

std::string_view Topic::short_name() const {
  const std::string_view all = name;
  if (all.find('_') == all.npos) return all;
  return all.substr(component().size() + 1);
}

namespace {

template <typename Named>
const Named* find_by_name(const std::vector<Named>& sorted, std::string_view name) {
  const auto at =
      std::lower_bound(sorted.begin(), sorted.end(), name,
                       [](const Named& one, std::string_view wanted) { return one.name < wanted; });
  return at != sorted.end() && at->name == name ? &*at : nullptr;
}

}  // namespace

const Topic* Interfaces::find(std::string_view name) const { return find_by_name(topics, name); }

const Subsystem* Interfaces::find_subsystem(std::string_view name) const {
  return find_by_name(subsystems, name);
}

size_t Interfaces::subsystem_count() const {
  std::set<std::string_view> names;
  for (const Topic& topic : topics) names.insert(topic.effective_subsystem());
  return names.size();
}

}  // namespace weir::sal

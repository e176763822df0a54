#include "weir/sal/synthetic/interfaces.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/sal/synthetic/interface_xml.h"

namespace weir::sal::synthetic {
namespace {

std::string_view file_ending(SetKind kind) {
  switch (kind) {
    case SetKind::commands:
      return "Commands";
    case SetKind::events:
      return "Events";
    case SetKind::telemetry:
      return "Telemetry";
  }
  return "";
}

void count(const TopicPlan& topic, Summary& summary) {
  switch (topic.kind) {
    case SetKind::commands:
      ++summary.commands;
      break;
    case SetKind::events:
      ++summary.events;
      break;
    case SetKind::telemetry:
      ++summary.telemetry;
      break;
  }
  summary.items += static_cast<int64_t>(topic.fields.size());
  for (const FieldPlan& field : topic.fields) {
    summary.values += field.idl_type == "char" ? 1 : field.count;
  }
}

bool has(const SubsystemPlan& subsystem, SetKind kind) {
  return std::any_of(subsystem.topics.begin(), subsystem.topics.end(),
                     [&](const TopicPlan& topic) { return topic.kind == kind; });
}

}  // namespace

Result<Summary> write_interfaces(const FacilityOptions& options, const FileSink& sink) {
  WEIR_TRY_ASSIGN(Facility facility, Facility::make(options));
  Summary summary;
  const auto write = [&](const std::string& name, const Bytes& contents) -> Status {
    ++summary.files;
    summary.bytes += static_cast<int64_t>(contents.size());
    return sink("sal_interfaces/" + name, contents);
  };
  std::vector<SubsystemEntry> entries;
  while (const std::optional<SubsystemPlan> subsystem = facility.next()) {
    ++summary.subsystems;
    entries.push_back({subsystem->name, subsystem->description, subsystem->generics});
    for (const TopicPlan& topic : subsystem->topics) count(topic, summary);
    for (const SetKind kind : kSetKinds) {
      if (!has(*subsystem, kind)) continue;
      const std::string name =
          fmt::format("{}/{}_{}.xml", subsystem->name, subsystem->name, file_ending(kind));
      WEIR_TRY(write(name, topic_set_xml(*subsystem, kind)));
    }
  }
  WEIR_TRY(write("SALGenerics.xml", generics_xml()));
  WEIR_TRY(write("SALSubsystems.xml", subsystems_xml(entries)));
  return summary;
}

}  // namespace weir::sal::synthetic

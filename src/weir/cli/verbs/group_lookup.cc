#include "weir/cli/verbs/group_lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "weir/base/nearest.h"

namespace weir::cli::verbs {

using namespace kafka::client;

Result<GroupView> find_group(Admin& admin, const std::string& name,
                             std::chrono::milliseconds timeout) {
  WEIR_TRY_ASSIGN(const std::vector<GroupSummary> groups, admin.groups(timeout));
  std::vector<std::string> names;
  for (const GroupSummary& group : groups) names.push_back(group.name);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return Error(ErrorCode::not_found,
                 fmt::format("there is no group '{}'{}", name, did_you_mean(name, names)));
  }
  GroupView view;
  WEIR_TRY_ASSIGN(view.description, admin.group(name, timeout));
  WEIR_TRY_ASSIGN(view.offsets, admin.group_offsets(name, timeout));
  return view;
}

Result<std::vector<std::optional<Watermarks>>> watermarks_of(
    Admin& admin, const std::vector<TopicPartition>& partitions,
    std::chrono::milliseconds timeout) {
  WEIR_TRY_ASSIGN(const std::vector<TopicMetadata> topics, admin.topics(timeout));
  std::set<TopicPartition> existing;
  for (const TopicMetadata& topic : topics) {
    for (const PartitionMetadata& partition : topic.partitions)
      existing.insert({topic.name, partition.id});
  }
  std::vector<TopicPartition> asked;
  for (const TopicPartition& partition : partitions) {
    if (existing.contains(partition)) asked.push_back(partition);
  }
  WEIR_TRY_ASSIGN(const std::vector<Watermarks> answers, admin.watermarks(asked, timeout));
  std::vector<std::optional<Watermarks>> marks;
  auto answer = answers.begin();
  for (const TopicPartition& partition : partitions) {
    marks.push_back(existing.contains(partition) ? std::optional(*answer++) : std::nullopt);
  }
  return marks;
}

}  // namespace weir::cli::verbs

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/cli/verbs/kafka_options.h"

// What the verbs about consumer groups have in common.
namespace weir::cli::verbs {

// A group as `groups describe` and `groups reset` see it.
struct GroupView {
  kafka::client::GroupDescription description;
  std::vector<kafka::client::CommittedOffset> offsets;
};

// `not_found`, with near names, when the group has neither members nor offsets.
Result<GroupView> find_group(kafka::client::Admin& admin, const std::string& name,
                             std::chrono::milliseconds timeout);

// The offsets of each partition; nullopt for those that do not exist any more.
Result<std::vector<std::optional<kafka::client::Watermarks>>> watermarks_of(
    kafka::client::Admin& admin, const std::vector<kafka::client::TopicPartition>& partitions,
    std::chrono::milliseconds timeout);

}  // namespace weir::cli::verbs

#include "weir/broker/handlers/describe_log_dirs.h"

#include <algorithm>

namespace weir::broker::handlers {
namespace {

using Folder = DescribeLogDirsApi::Response::LogDir;

bool is_wanted(const DescribeLogDirsApi::Request& asked, const log::Partition& partition) {
  if (!asked.topics) return true;
  return std::any_of(asked.topics->begin(), asked.topics->end(), [&](const auto& topic) {
    return topic.topic == partition.topic() &&
           std::find(topic.partitions.begin(), topic.partitions.end(), partition.index()) !=
               topic.partitions.end();
  });
}

}  // namespace

DescribeLogDirsApi::Response DescribeLogDirsApi::handle(Services& services,
                                                        const handlers::Request&,
                                                        const Request& asked) {
  Response response;
  Folder& folder = response.results.emplace_back();
  folder.log_dir = services.storage.folder();
  for (const log::TopicRef& topic : services.storage.topics()) {
    Folder::Topic answer;
    answer.name = topic->name;
    for (const log::PartitionRef& partition : topic->partitions) {
      if (!is_wanted(asked, *partition)) continue;
      auto& row = answer.partitions.emplace_back();
      row.partition_index = partition->index();
      row.partition_size = static_cast<int64_t>(partition->size_bytes());
    }
    if (!answer.partitions.empty()) folder.topics.push_back(std::move(answer));
  }
  return response;
}

}  // namespace weir::broker::handlers

#pragma once

#include "weir/broker/log/storage.h"

namespace weir::broker::handlers {

// Null where there is no such topic (null too) or partition.
inline log::PartitionRef find_partition(const log::Topic* topic, int32_t index) {
  if (topic == nullptr || index < 0 || static_cast<size_t>(index) >= topic->partitions.size())
    return nullptr;
  return topic->partitions[static_cast<size_t>(index)];
}

}  // namespace weir::broker::handlers

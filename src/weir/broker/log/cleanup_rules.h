#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace weir::broker::log {

// Settings of a topic by Kafka's names; those that are not there have the broker's defaults.
using TopicConfig = std::map<std::string, std::string, std::less<>>;

// What happens to the records of a partition by itself, with age and size.
struct CleanupRules {
  bool deletes = true;               // cleanup.policy: old segments go (compaction is not here yet)
  int64_t retention_ms = 604800000;  // by the largest record timestamp of a segment; -1: for ever
  int64_t retention_bytes = -1;      // of a partition; -1: without limit
  int64_t segment_bytes = 128 << 20;  // a segment that is larger gets no more batches
  int64_t segment_ms = 604800000;     // nor does one that was begun longer ago
};

// The rules of a topic: its own settings where they make sense, `defaults` elsewhere.
CleanupRules cleanup_rules(const TopicConfig& config, const CleanupRules& defaults);

}  // namespace weir::broker::log

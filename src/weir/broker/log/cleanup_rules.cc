#include "weir/broker/log/cleanup_rules.h"

#include <charconv>

namespace weir::broker::log {
namespace {

void read_number(const TopicConfig& config, std::string_view name, int64_t least, int64_t& out) {
  const auto found = config.find(name);
  if (found == config.end()) return;
  const std::string& text = found->second;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least) out = value;
}

}  // namespace

CleanupRules cleanup_rules(const TopicConfig& config, const CleanupRules& defaults) {
  CleanupRules rules = defaults;
  if (config.empty()) return rules;
  if (const auto policy = config.find("cleanup.policy"); policy != config.end())
    rules.deletes = policy->second.find("delete") != std::string::npos;
  read_number(config, "retention.ms", -1, rules.retention_ms);
  read_number(config, "retention.bytes", -1, rules.retention_bytes);
  read_number(config, "segment.bytes", 1, rules.segment_bytes);
  read_number(config, "segment.ms", 1, rules.segment_ms);
  return rules;
}

}  // namespace weir::broker::log

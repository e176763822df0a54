#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "weir/base/result.h"
#include "weir/broker/log/storage.h"

namespace weir::broker::handlers {

// Kafka's rule: 1 to 249 of letters, digits, '.', '_' and '-', and neither "." nor "..".
bool is_topic_name(std::string_view name);

// Partitions of a topic. More would be a slip of the keyboard: each costs memory and a folder.
inline constexpr int32_t kMaxPartitions = 10'000;

// A random (version 4) UUID: topic ids are drawn like Kafka's, so that a topic made again is
// another one.
log::TopicId draw_topic_id();

// A random (version 4) UUID as text, for the ids of group members.
std::string draw_uuid_text();

// One setting that a topic may carry, by Kafka's name. All are stored and shown; `enforced` says
// which this broker acts upon.
struct TopicConfigEntry {
  enum class Kind : int8_t {
    boolean = 1,
    string = 2,
    integer = 3,
    long_integer = 5,
    decimal = 6,
    list = 7
  };

  std::string_view name;
  Kind kind;
  std::string_view default_value;
  double least, most;      // of numbers
  std::string_view words;  // of strings and lists: those allowed, separated by spaces; empty: any
  bool enforced;
};

std::span<const TopicConfigEntry> topic_config_entries();  // by name
const TopicConfigEntry* find_topic_config(std::string_view name);

// `invalid_argument` for an unknown name or a value out of its range, with a sentence for the user.
Status check_topic_config(std::string_view name, std::string_view value);

// What may happen to old records, from a topic's config.
struct CleanupPolicy {
  bool deletes = true;
  bool compacts = false;
};
CleanupPolicy cleanup_policy(const log::TopicConfig& config);

enum class TimestampType { create_time, log_append_time };

// The settings that a produce request is checked against, from a topic's config and the defaults.
struct ProduceConfig {
  int32_t max_message_bytes = 0;
  bool keys_required = false;  // compacted topics
  TimestampType timestamp_type = TimestampType::create_time;
  int64_t timestamp_before_max_ms = INT64_MAX;
  int64_t timestamp_after_max_ms = 3'600'000;
};
ProduceConfig produce_config(const log::TopicConfig& config, int32_t default_max_message_bytes);

}  // namespace weir::broker::handlers

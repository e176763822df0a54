#include "weir/broker/handlers/topic_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <random>

namespace weir::broker::handlers {
namespace {

using Kind = TopicConfigEntry::Kind;

constexpr double kInt = 2147483647.0;
constexpr double kLong = 9223372036854775807.0;

// Kafka's names and defaults. `compression.type` is kept and shown, and not acted upon: batches
// stay as they came.
constexpr std::array<TopicConfigEntry, 28> kEntries = {{
    {"cleanup.policy", Kind::list, "delete", 0, 0, "compact delete", false},
    {"compression.gzip.level", Kind::integer, "-1", -1, 9, "", false},
    {"compression.lz4.level", Kind::integer, "9", 1, 17, "", false},
    {"compression.type", Kind::string, "producer", 0, 0,
     "producer uncompressed gzip lz4 snappy zstd", false},
    {"compression.zstd.level", Kind::integer, "3", -131072, 22, "", false},
    {"delete.retention.ms", Kind::long_integer, "86400000", 0, kLong, "", false},
    {"file.delete.delay.ms", Kind::long_integer, "60000", 0, kLong, "", false},
    {"flush.messages", Kind::long_integer, "9223372036854775807", 1, kLong, "", false},
    {"flush.ms", Kind::long_integer, "9223372036854775807", 0, kLong, "", false},
    {"index.interval.bytes", Kind::integer, "4096", 0, kInt, "", false},
    {"max.compaction.lag.ms", Kind::long_integer, "9223372036854775807", 1, kLong, "", false},
    {"max.message.bytes", Kind::integer, "1048588", 0, kInt, "", true},
    {"message.downconversion.enable", Kind::boolean, "true", 0, 0, "true false", false},
    {"message.format.version", Kind::string, "3.0-IV1", 0, 0, "", false},
    {"message.timestamp.after.max.ms", Kind::long_integer, "3600000", 0, kLong, "", true},
    {"message.timestamp.before.max.ms", Kind::long_integer, "9223372036854775807", 0, kLong, "",
     true},
    {"message.timestamp.type", Kind::string, "CreateTime", 0, 0, "CreateTime LogAppendTime", true},
    {"min.cleanable.dirty.ratio", Kind::decimal, "0.5", 0, 1, "", false},
    {"min.compaction.lag.ms", Kind::long_integer, "0", 0, kLong, "", false},
    {"min.insync.replicas", Kind::integer, "1", 1, kInt, "", false},
    {"preallocate", Kind::boolean, "false", 0, 0, "true false", false},
    {"retention.bytes", Kind::long_integer, "-1", -1, kLong, "", true},
    {"retention.ms", Kind::long_integer, "604800000", -1, kLong, "", true},
    {"segment.bytes", Kind::integer, "134217728", 14, kInt, "", true},
    {"segment.index.bytes", Kind::integer, "10485760", 4, kInt, "", false},
    {"segment.jitter.ms", Kind::long_integer, "0", 0, kLong, "", false},
    {"segment.ms", Kind::long_integer, "604800000", 1, kLong, "", true},
    {"unclean.leader.election.enable", Kind::boolean, "false", 0, 0, "true false", false},
}};

// Calls `use` with each word between separators; words are trimmed of blanks.
template <typename Function>
void for_each_word(std::string_view text, char separator, Function use) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    std::string_view word = text.substr(0, end);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    use(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool has_word(std::string_view words, char separator, std::string_view wanted) {
  bool found = false;
  for_each_word(words, separator, [&](std::string_view word) { found |= word == wanted; });
  return found;
}

template <typename T>
std::optional<T> number_of(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool in_range(const TopicConfigEntry& entry, std::string_view value) {
  if (entry.kind == Kind::decimal) {
    const auto number = number_of<double>(value);
    return number && *number >= entry.least && *number <= entry.most;
  }
  const auto number = number_of<int64_t>(value);
  return number && static_cast<double>(*number) >= entry.least &&
         static_cast<double>(*number) <= entry.most;
}

bool is_valid(const TopicConfigEntry& entry, std::string_view value) {
  switch (entry.kind) {
    case Kind::boolean:
    case Kind::string:
      return entry.words.empty() || has_word(entry.words, ' ', value);
    case Kind::list: {
      bool all = !value.empty();
      for_each_word(value, ',',
                    [&](std::string_view word) { all &= has_word(entry.words, ' ', word); });
      return all;
    }
    case Kind::integer:
    case Kind::long_integer:
    case Kind::decimal:
      return in_range(entry, value);
  }
  return false;
}

int64_t number_or(const log::TopicConfig& config, std::string_view name, int64_t otherwise) {
  const auto found = config.find(name);
  return found == config.end() ? otherwise : number_of<int64_t>(found->second).value_or(otherwise);
}

}  // namespace

bool is_topic_name(std::string_view name) {
  if (name.empty() || name.size() > 249 || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

log::TopicId draw_topic_id() {
  std::random_device random;
  log::TopicId id;
  for (uint8_t& byte : id) byte = static_cast<uint8_t>(random());
  id[6] = static_cast<uint8_t>((id[6] & 0x0f) | 0x40);
  id[8] = static_cast<uint8_t>((id[8] & 0x3f) | 0x80);
  return id;
}

std::string draw_uuid_text() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const log::TopicId id = draw_topic_id();
  std::string text;
  for (size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[id[i] >> 4];
    text += kDigits[id[i] & 15];
  }
  return text;
}

std::span<const TopicConfigEntry> topic_config_entries() { return kEntries; }

const TopicConfigEntry* find_topic_config(std::string_view name) {
  const auto found =
      std::lower_bound(kEntries.begin(), kEntries.end(), name,
                       [](const auto& entry, std::string_view key) { return entry.name < key; });
  return found != kEntries.end() && found->name == name ? &*found : nullptr;
}

Status check_topic_config(std::string_view name, std::string_view value) {
  const TopicConfigEntry* const entry = find_topic_config(name);
  if (entry == nullptr) {
    return Error(ErrorCode::invalid_argument, fmt::format("unknown topic config '{}'", name));
  }
  if (is_valid(*entry, value)) return {};
  return Error(ErrorCode::invalid_argument,
               fmt::format("invalid value '{}' for topic config '{}'{}", value, name,
                           entry->words.empty() ? "" : fmt::format(": one of {}", entry->words)));
}

CleanupPolicy cleanup_policy(const log::TopicConfig& config) {
  const auto policy = config.find("cleanup.policy");
  if (policy == config.end()) return {};
  return {.deletes = has_word(policy->second, ',', "delete"),
          .compacts = has_word(policy->second, ',', "compact")};
}

ProduceConfig produce_config(const log::TopicConfig& config, int32_t default_max_message_bytes) {
  ProduceConfig result{.max_message_bytes = default_max_message_bytes};
  if (config.empty()) return result;
  result.max_message_bytes =
      static_cast<int32_t>(number_or(config, "max.message.bytes", default_max_message_bytes));
  result.timestamp_before_max_ms =
      number_or(config, "message.timestamp.before.max.ms", result.timestamp_before_max_ms);
  result.timestamp_after_max_ms =
      number_or(config, "message.timestamp.after.max.ms", result.timestamp_after_max_ms);
  if (const auto type = config.find("message.timestamp.type");
      type != config.end() && type->second == "LogAppendTime") {
    result.timestamp_type = TimestampType::log_append_time;
  }
  result.keys_required = cleanup_policy(config).compacts;
  return result;
}

}  // namespace weir::broker::handlers

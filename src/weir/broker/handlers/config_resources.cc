#include "weir/broker/handlers/config_resources.h"

#include <fmt/format.h>

#include "weir/broker/handlers/storage_errors.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using Kind = TopicConfigEntry::Kind;

namespace {

// What a topic that does not say has: the broker's own choice where there is one.
std::string value_unless_set(const TopicConfigEntry& entry, const log::CleanupRules& rules) {
  if (entry.name == "retention.bytes") return std::to_string(rules.retention_bytes);
  if (entry.name == "retention.ms") return std::to_string(rules.retention_ms);
  if (entry.name == "segment.bytes") return std::to_string(rules.segment_bytes);
  if (entry.name == "segment.ms") return std::to_string(rules.segment_ms);
  return std::string(entry.default_value);
}

}  // namespace

std::vector<ConfigRow> topic_config_rows(const log::TopicConfig& own,
                                         const log::CleanupRules& broker_rules) {
  std::vector<ConfigRow> rows;
  for (const TopicConfigEntry& entry : topic_config_entries()) {
    const auto found = own.find(entry.name);
    const bool set = found != own.end();
    std::string unless_set = value_unless_set(entry, broker_rules);
    const ConfigSource source = set                                 ? ConfigSource::topic
                                : unless_set != entry.default_value ? ConfigSource::broker_start
                                                                    : ConfigSource::built_in;
    rows.push_back({.name = std::string(entry.name),
                    .value = set ? found->second : std::move(unless_set),
                    .source = source,
                    .type = static_cast<int8_t>(entry.kind),
                    .default_value = std::string(entry.default_value)});
  }
  return rows;
}

std::vector<ConfigRow> broker_config_rows(const BrokerSettings& settings) {
  const BrokerSettings built_in;
  std::vector<ConfigRow> rows;
  const auto add = [&](std::string_view name, Kind kind, std::string value,
                       std::string default_value) {
    const bool chosen = value != default_value;
    rows.push_back({.name = std::string(name),
                    .value = std::move(value),
                    .source = chosen ? ConfigSource::broker_start : ConfigSource::built_in,
                    .read_only = true,
                    .type = static_cast<int8_t>(kind),
                    .default_value = std::move(default_value)});
  };
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  add("auto.create.topics.enable", Kind::boolean, flag(settings.auto_create_topics),
      flag(built_in.auto_create_topics));
  add("broker.id", Kind::integer, std::to_string(settings.node_id),
      std::to_string(built_in.node_id));
  add("default.replication.factor", Kind::integer, "1", "1");
  add("fetch.max.bytes", Kind::integer, std::to_string(settings.fetch_max_bytes),
      std::to_string(built_in.fetch_max_bytes));
  add("group.initial.rebalance.delay.ms", Kind::integer, "0", "0");
  add("message.max.bytes", Kind::integer, std::to_string(settings.max_message_bytes),
      std::to_string(built_in.max_message_bytes));
  add("num.partitions", Kind::integer, std::to_string(settings.num_partitions),
      std::to_string(built_in.num_partitions));
  return rows;
}

ConfigRefusal check_broker_name(const BrokerSettings& settings, std::string_view name) {
  if (name.empty() || name == std::to_string(settings.node_id)) return {};
  return {
      KafkaError::invalid_request,
      fmt::format("this is broker {}, the only one; '{}' was asked for", settings.node_id, name)};
}

ConfigRefusal find_changeable(Services& services, int8_t type, const std::string& name,
                              log::TopicRef& topic) {
  if (type == static_cast<int8_t>(ResourceType::broker)) {
    return {KafkaError::invalid_request,
            "the broker's own settings are those of its start: use its command line or its "
            "configuration file"};
  }
  if (type != static_cast<int8_t>(ResourceType::topic)) {
    return {KafkaError::invalid_request,
            fmt::format("resources of type {} have no configuration", static_cast<int>(type))};
  }
  if (!is_topic_name(name)) {
    return {KafkaError::invalid_topic_exception, fmt::format("'{}' is no name of a topic", name)};
  }
  topic = services.storage.find_topic(name);
  if (topic == nullptr) {
    return {KafkaError::unknown_topic_or_partition, fmt::format("there is no topic '{}'", name)};
  }
  return {};
}

ConfigRefusal change_topic_config(Services& services, const log::Topic& topic,
                                  log::TopicConfig config, bool validate_only) {
  for (const auto& [name, value] : config) {
    if (const Status status = check_topic_config(name, value); !status) {
      return {KafkaError::invalid_config, status.error().message()};
    }
  }
  if (validate_only) return {};
  const auto changed = services.storage.set_topic_config(topic.name, std::move(config));
  if (changed) return {};
  return {to_topic_error(changed.error().code()), changed.error().message()};
}

}  // namespace weir::broker::handlers

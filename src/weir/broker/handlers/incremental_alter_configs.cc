#include "weir/broker/handlers/incremental_alter_configs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "weir/broker/handlers/config_resources.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using Change = IncrementalAlterConfigsApi::Request::Resource::Config;

namespace {

enum class Operation : int8_t { set = 0, reset = 1, append = 2, subtract = 3 };

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

// The list with the words of `change` added or taken out, in its old order.
std::string change_list(const std::string& now, const std::string& change, Operation operation) {
  std::vector<std::string> words = split(now);
  for (const std::string& word : split(change)) {
    const auto at = std::find(words.begin(), words.end(), word);
    if (operation == Operation::append && at == words.end()) words.push_back(word);
    if (operation == Operation::subtract && at != words.end()) words.erase(at);
  }
  return fmt::format("{}", fmt::join(words, ","));
}

ConfigRefusal apply(const Change& change, log::TopicConfig& config) {
  const TopicConfigEntry* entry = find_topic_config(change.name);
  if (entry == nullptr) {
    return {KafkaError::invalid_config, fmt::format("unknown topic config '{}'", change.name)};
  }
  const auto operation = static_cast<Operation>(change.config_operation);
  if (operation != Operation::reset && !change.value) {
    return {KafkaError::invalid_config, fmt::format("config '{}' has no value", change.name)};
  }
  switch (operation) {
    case Operation::set:
      config[change.name] = *change.value;
      return {};
    case Operation::reset:
      config.erase(change.name);
      return {};
    case Operation::append:
    case Operation::subtract: {
      if (entry->kind != TopicConfigEntry::Kind::list) {
        return {KafkaError::invalid_config,
                fmt::format("config '{}' is no list: it can be set, not extended", change.name)};
      }
      const auto now = config.find(change.name);
      config[change.name] =
          change_list(now == config.end() ? std::string(entry->default_value) : now->second,
                      *change.value, operation);
      return {};
    }
  }
  return {KafkaError::invalid_request, fmt::format("config '{}': unknown operation {}", change.name,
                                                   static_cast<int>(change.config_operation))};
}

ConfigRefusal alter(Services& services, const IncrementalAlterConfigsApi::Request::Resource& wish,
                    bool validate_only) {
  log::TopicRef topic;
  ConfigRefusal refusal = find_changeable(services, wish.resource_type, wish.resource_name, topic);
  if (refusal.error != KafkaError::none) return refusal;
  log::TopicConfig config = topic->config;
  std::set<std::string_view> named;
  for (const Change& change : wish.configs) {
    if (!named.insert(change.name).second) {
      return {KafkaError::invalid_request, fmt::format("config '{}' comes twice", change.name)};
    }
    if (refusal = apply(change, config); refusal.error != KafkaError::none) return refusal;
  }
  return change_topic_config(services, *topic, std::move(config), validate_only);
}

}  // namespace

IncrementalAlterConfigsApi::Response IncrementalAlterConfigsApi::handle(Services& services,
                                                                        const handlers::Request&,
                                                                        const Request& asked) {
  return answer_changes<Response, Request::Resource>(
      asked.resources,
      [&](const Request::Resource& wish) { return alter(services, wish, asked.validate_only); });
}

}  // namespace weir::broker::handlers

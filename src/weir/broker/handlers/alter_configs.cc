#include "weir/broker/handlers/alter_configs.h"

#include <fmt/format.h>

#include "weir/broker/handlers/config_resources.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;

namespace {

ConfigRefusal alter(Services& services, const AlterConfigsApi::Request::Resource& wish,
                    bool validate_only) {
  log::TopicRef topic;
  ConfigRefusal refusal = find_changeable(services, wish.resource_type, wish.resource_name, topic);
  if (refusal.error != KafkaError::none) return refusal;
  log::TopicConfig config;
  for (const auto& entry : wish.configs) {
    if (!entry.value) {
      return {KafkaError::invalid_config, fmt::format("config '{}' has no value", entry.name)};
    }
    if (!config.emplace(entry.name, *entry.value).second) {
      return {KafkaError::invalid_request, fmt::format("config '{}' comes twice", entry.name)};
    }
  }
  return change_topic_config(services, *topic, std::move(config), validate_only);
}

}  // namespace

AlterConfigsApi::Response AlterConfigsApi::handle(Services& services, const handlers::Request&,
                                                  const Request& asked) {
  return answer_changes<Response, Request::Resource>(
      asked.resources,
      [&](const Request::Resource& wish) { return alter(services, wish, asked.validate_only); });
}

}  // namespace weir::broker::handlers

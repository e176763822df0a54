#include "weir/broker/handlers/describe_configs.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/broker/handlers/config_resources.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using Resource = DescribeConfigsApi::Response::Resource;
using Question = DescribeConfigsApi::Request::Resource;

namespace {

bool is_asked_for(const Question& question, const std::string& name) {
  if (!question.configuration_keys) return true;
  const auto& keys = *question.configuration_keys;
  return std::find(keys.begin(), keys.end(), name) != keys.end();
}

// The value in force first, then what would be in force without it.
void add_synonyms(Resource::Config& config, const ConfigRow& row) {
  const auto add = [&](const std::string& value, ConfigSource source) {
    auto& synonym = config.synonyms.emplace_back();
    synonym.name = row.name;
    synonym.value = value;
    synonym.source = static_cast<int8_t>(source);
  };
  if (row.source != ConfigSource::built_in) add(row.value, row.source);
  add(row.default_value, ConfigSource::built_in);
}

void add_rows(const std::vector<ConfigRow>& rows, const Question& question, bool with_synonyms,
              Resource& resource) {
  for (const ConfigRow& row : rows) {
    if (!is_asked_for(question, row.name)) continue;
    auto& config = resource.configs.emplace_back();
    config.name = row.name;
    config.value = row.value;
    config.read_only = row.read_only;
    config.is_default = row.source == ConfigSource::built_in;
    config.config_source = static_cast<int8_t>(row.source);
    config.config_type = row.type;
    if (with_synonyms) add_synonyms(config, row);
  }
}

ConfigRefusal describe(Services& services, const Question& question, bool with_synonyms,
                       Resource& resource) {
  const std::string& name = question.resource_name;
  if (question.resource_type == static_cast<int8_t>(ResourceType::topic)) {
    if (!is_topic_name(name)) {
      return {KafkaError::invalid_topic_exception, fmt::format("'{}' is no name of a topic", name)};
    }
    const log::TopicRef topic = services.storage.find_topic(name);
    if (topic == nullptr) {
      return {KafkaError::unknown_topic_or_partition, fmt::format("there is no topic '{}'", name)};
    }
    add_rows(topic_config_rows(topic->config, services.storage.default_rules()), question,
             with_synonyms, resource);
    return {};
  }
  if (question.resource_type == static_cast<int8_t>(ResourceType::broker)) {
    ConfigRefusal refusal = check_broker_name(services.settings, name);
    if (refusal.error == KafkaError::none) {
      add_rows(broker_config_rows(services.settings), question, with_synonyms, resource);
    }
    return refusal;
  }
  return {KafkaError::invalid_request, fmt::format("resources of type {} have no configuration",
                                                   static_cast<int>(question.resource_type))};
}

}  // namespace

DescribeConfigsApi::Response DescribeConfigsApi::handle(Services& services,
                                                        const handlers::Request&,
                                                        const Request& asked) {
  Response response;
  for (const Question& question : asked.resources) {
    Resource& resource = response.results.emplace_back();
    resource.resource_type = question.resource_type;
    resource.resource_name = question.resource_name;
    ConfigRefusal refusal = describe(services, question, asked.include_synonyms, resource);
    resource.error_code = refusal.error;
    if (refusal.error != KafkaError::none) resource.error_message = std::move(refusal.message);
  }
  return response;
}

}  // namespace weir::broker::handlers

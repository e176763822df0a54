#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/broker/handlers/services.h"
#include "weir/kafka/protocol/error_code.h"

namespace weir::broker::handlers {

// What has a configuration, by Kafka's numbers.
enum class ResourceType : int8_t { topic = 2, broker = 4 };

// Where the value of a setting comes from, by Kafka's numbers.
enum class ConfigSource : int8_t { topic = 1, broker_start = 4, built_in = 5 };

// One setting of a resource as it is now.
struct ConfigRow {
  std::string name;
  std::string value;
  ConfigSource source = ConfigSource::built_in;
  bool read_only = false;
  int8_t type = 0;  // Kafka's numbers: TopicConfigEntry::Kind
  std::string default_value;
};

// All settings of a topic with this configuration, on a broker with these rules; of this broker.
std::vector<ConfigRow> topic_config_rows(const log::TopicConfig& own,
                                         const log::CleanupRules& broker_rules);
std::vector<ConfigRow> broker_config_rows(const BrokerSettings& settings);

// Why an answer is an error, in words for the user.
struct ConfigRefusal {
  kafka::protocol::KafkaError error = kafka::protocol::KafkaError::none;
  std::string message = {};
};

// Looks up the topic that a change of configuration is for; anything else cannot be changed.
ConfigRefusal find_changeable(Services& services, int8_t type, const std::string& name,
                              log::TopicRef& topic);
// Checks a whole configuration, and unless it is only to be checked keeps it.
ConfigRefusal change_topic_config(Services& services, const log::Topic& topic,
                                  log::TopicConfig config, bool validate_only);

// The answer to a request that changes resources: what `change` says of each of them, in order.
template <typename Response, typename Wish>
Response answer_changes(const std::vector<Wish>& wishes,
                        const std::function<ConfigRefusal(const Wish&)>& change) {
  Response response;
  for (const Wish& wish : wishes) {
    auto& answer = response.responses.emplace_back();
    answer.resource_type = wish.resource_type;
    answer.resource_name = wish.resource_name;
    ConfigRefusal refusal = change(wish);
    answer.error_code = refusal.error;
    if (refusal.error != kafka::protocol::KafkaError::none) {
      answer.error_message = std::move(refusal.message);
    }
  }
  return response;
}

// A broker is asked for by its number, or by "" for whatever all brokers have.
ConfigRefusal check_broker_name(const BrokerSettings& settings, std::string_view name);

}  // namespace weir::broker::handlers

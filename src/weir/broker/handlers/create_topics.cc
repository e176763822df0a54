#include "weir/broker/handlers/create_topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "weir/broker/handlers/config_resources.h"
#include "weir/broker/handlers/storage_errors.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using TopicAnswer = kafka::protocol::CreateTopicsResponse::Topic;
using TopicWish = kafka::protocol::CreateTopicsRequest::Topic;

namespace {

struct Refusal {
  KafkaError code = KafkaError::none;
  std::string message;
};

Refusal check_replication(int16_t factor, ReplicationPolicy policy) {
  if (factor == -1 || factor == 1) return {};
  if (factor < 1) {
    return {KafkaError::invalid_replication_factor,
            "the replication factor must be 1, or -1 for the default"};
  }
  switch (policy) {
    case ReplicationPolicy::clamp:
      return {};
    case ReplicationPolicy::refuse:
      break;
  }
  return {KafkaError::invalid_replication_factor,
          fmt::format("{} replicas were asked for; this cluster has 1 broker", factor)};
}

// Assignments must number the partitions 0, 1, … and name no broker but this one.
Refusal check_assignments(const TopicWish& wish, int32_t node_id) {
  if (wish.num_partitions != -1 || wish.replication_factor != -1) {
    return {KafkaError::invalid_request,
            "with assignments, partitions and replication factor must be -1"};
  }
  std::vector<int32_t> indexes;
  for (const auto& assignment : wish.assignments) {
    indexes.push_back(assignment.partition_index);
    if (assignment.broker_ids != std::vector<int32_t>{node_id}) {
      return {KafkaError::invalid_replica_assignment,
              fmt::format("partition {} must be assigned to broker {} alone",
                          assignment.partition_index, node_id)};
    }
  }
  std::sort(indexes.begin(), indexes.end());
  for (size_t i = 0; i < indexes.size(); ++i) {
    if (indexes[i] != static_cast<int32_t>(i)) {
      return {KafkaError::invalid_replica_assignment,
              "assignments must number the partitions 0, 1, …"};
    }
  }
  return {};
}

Refusal check_configs(const TopicWish& wish) {
  for (const auto& config : wish.configs) {
    if (!config.value)
      return {KafkaError::invalid_config, fmt::format("config '{}' has no value", config.name)};
    if (const Status status = check_topic_config(config.name, *config.value); !status) {
      return {KafkaError::invalid_config, status.error().message()};
    }
  }
  return {};
}

int32_t partition_count(const TopicWish& wish, const BrokerSettings& settings) {
  if (!wish.assignments.empty()) return static_cast<int32_t>(wish.assignments.size());
  return wish.num_partitions == -1 ? settings.num_partitions : wish.num_partitions;
}

Refusal check(const TopicWish& wish, const Services& services) {
  if (!is_topic_name(wish.name)) {
    return {KafkaError::invalid_topic_exception,
            "a topic name has 1 to 249 letters, digits, '.', '_' and '-', and is not '.' or '..'"};
  }
  if (services.storage.find_topic(wish.name) != nullptr) {
    return {KafkaError::topic_already_exists, fmt::format("topic '{}' already exists", wish.name)};
  }
  if (!wish.assignments.empty()) {
    if (Refusal refusal = check_assignments(wish, services.settings.node_id);
        refusal.code != KafkaError::none) {
      return refusal;
    }
  } else if (Refusal refusal =
                 check_replication(wish.replication_factor, services.settings.replication);
             refusal.code != KafkaError::none) {
    return refusal;
  }
  if (const int32_t count = partition_count(wish, services.settings);
      count < 1 || count > kMaxPartitions) {
    return {KafkaError::invalid_partitions,
            fmt::format("{} partitions were asked for; 1 to {} can be had", count, kMaxPartitions)};
  }
  return check_configs(wish);
}

log::NewTopic to_new_topic(const TopicWish& wish, const BrokerSettings& settings) {
  log::NewTopic topic{
      .name = wish.name, .id = draw_topic_id(), .partition_count = partition_count(wish, settings)};
  for (const auto& config : wish.configs) topic.config[config.name] = *config.value;
  return topic;
}

std::vector<TopicAnswer::Config> describe_configs(const log::TopicConfig& own,
                                                  const log::CleanupRules& rules) {
  std::vector<TopicAnswer::Config> configs;
  for (ConfigRow& row : topic_config_rows(own, rules)) {
    auto& config = configs.emplace_back();
    config.name = std::move(row.name);
    config.value = std::move(row.value);
    config.config_source = static_cast<int8_t>(row.source);
  }
  return configs;
}

void refuse(TopicAnswer& answer, Refusal refusal) {
  answer.error_code = refusal.code;
  answer.error_message = std::move(refusal.message);
}

}  // namespace

CreateTopicsApi::Response CreateTopicsApi::handle(Services& services, const handlers::Request&,
                                                  const Request& asked) {
  Response response;
  std::map<std::string_view, int> mentions;
  for (const TopicWish& wish : asked.topics) ++mentions[wish.name];

  std::vector<log::NewTopic> wanted;
  std::vector<size_t> answers;  // of the wanted ones, in the response
  for (const TopicWish& wish : asked.topics) {
    int& count = mentions[wish.name];
    if (count == 0) continue;  // a name given twice is answered once
    TopicAnswer& answer = response.topics.emplace_back();
    answer.name = wish.name;
    Refusal refusal =
        count > 1 ? Refusal{KafkaError::invalid_request, "the request names this topic twice"}
                  : check(wish, services);
    count = 0;
    if (refusal.code != KafkaError::none) {
      refuse(answer, std::move(refusal));
      continue;
    }
    log::NewTopic topic = to_new_topic(wish, services.settings);
    answer.num_partitions = topic.partition_count;
    answer.replication_factor = 1;
    answer.configs = describe_configs(topic.config, services.storage.default_rules());
    if (asked.validate_only) continue;
    answer.topic_id = topic.id;
    wanted.push_back(std::move(topic));
    answers.push_back(response.topics.size() - 1);
  }
  if (wanted.empty()) return response;

  const auto made = services.storage.create_topics(std::move(wanted));
  for (size_t i = 0; i < made.size(); ++i) {
    if (made[i]) continue;
    TopicAnswer& answer = response.topics[answers[i]];
    const std::string name = answer.name;
    answer = {};
    answer.name = name;
    refuse(answer, {to_topic_error(made[i].error().code()), made[i].error().message()});
  }
  return response;
}

}  // namespace weir::broker::handlers

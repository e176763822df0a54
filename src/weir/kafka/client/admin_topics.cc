// Creating, changing and deleting topics.
#include <fmt/format.h>

#include <algorithm>

#include "weir/base/nearest.h"
#include "weir/io/clock.h"
#include "weir/kafka/client/admin_core.h"

namespace weir::kafka::client {
namespace {

struct RequestPartDeleter {
  void operator()(rd_kafka_NewTopic_t* part) const { rd_kafka_NewTopic_destroy(part); }
  void operator()(rd_kafka_DeleteTopic_t* part) const { rd_kafka_DeleteTopic_destroy(part); }
  void operator()(rd_kafka_NewPartitions_t* part) const { rd_kafka_NewPartitions_destroy(part); }
  void operator()(rd_kafka_ConfigResource_t* part) const { rd_kafka_ConfigResource_destroy(part); }
};
using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, RequestPartDeleter>;
using DeleteTopicPtr = std::unique_ptr<rd_kafka_DeleteTopic_t, RequestPartDeleter>;
using NewPartitionsPtr = std::unique_ptr<rd_kafka_NewPartitions_t, RequestPartDeleter>;
using ConfigResourcePtr = std::unique_ptr<rd_kafka_ConfigResource_t, RequestPartDeleter>;

Result<NewTopicPtr> make_new_topic(const NewTopic& topic) {
  char reason[512];
  NewTopicPtr made(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication,
                                         reason, sizeof(reason)));
  if (made == nullptr)
    return Error(ErrorCode::invalid_argument, fmt::format("topic '{}': {}", topic.name, reason));
  for (const auto& [name, value] : topic.config) {
    rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
  }
  return made;
}

Status creation_outcome(const rd_kafka_event_t* event, ExistingTopic existing) {
  size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(const_cast<rd_kafka_event_t*>(event));
  const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(result, &count);
  for (size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(topics[i]);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS && existing == ExistingTopic::accept)
      continue;
    WEIR_TRY(topic_outcome(topics + i, 1, "cannot create topic"));
  }
  return {};
}

ConfigSource to_source(rd_kafka_ConfigSource_t source) {
  switch (source) {
    case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG:
      return ConfigSource::topic;
    case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_BROKER_CONFIG:
      return ConfigSource::broker;
    case RD_KAFKA_CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER_CONFIG:
      return ConfigSource::cluster;
    case RD_KAFKA_CONFIG_SOURCE_STATIC_BROKER_CONFIG:
      return ConfigSource::static_broker;
    case RD_KAFKA_CONFIG_SOURCE_DEFAULT_CONFIG:
      return ConfigSource::by_default;
    case RD_KAFKA_CONFIG_SOURCE_UNKNOWN_CONFIG:
    case RD_KAFKA_CONFIG_SOURCE__CNT:
      break;
  }
  return ConfigSource::unknown;
}

ConfigResourcePtr resource_of(const std::string& topic) {
  return ConfigResourcePtr(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
}

Status resource_outcome(const rd_kafka_ConfigResource_t* resource, std::string_view doing) {
  const auto code = rd_kafka_ConfigResource_error(resource);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const char* reason = rd_kafka_ConfigResource_error_string(resource);
  return to_error(code, doing, reason != nullptr ? reason : rd_kafka_err2str(code));
}

ConfigEntry to_entry(const rd_kafka_ConfigEntry_t* entry) {
  ConfigEntry made{.name = rd_kafka_ConfigEntry_name(entry),
                   .source = to_source(rd_kafka_ConfigEntry_source(entry)),
                   .read_only = rd_kafka_ConfigEntry_is_read_only(entry) == 1,
                   .sensitive = rd_kafka_ConfigEntry_is_sensitive(entry) == 1};
  if (const char* value = rd_kafka_ConfigEntry_value(entry)) made.value = value;
  return made;
}

// The topic's own settings after the change.
Result<std::vector<std::pair<std::string, std::string>>> changed_settings(
    const std::vector<ConfigEntry>& now, const ConfigChanges& changes) {
  std::vector<std::string> names;
  for (const ConfigEntry& entry : now) names.push_back(entry.name);
  const auto check = [&](const std::string& name) -> Status {
    if (std::find(names.begin(), names.end(), name) != names.end()) return {};
    return Error(ErrorCode::not_found,
                 fmt::format("topics have no setting '{}'{}", name, did_you_mean(name, names)));
  };
  std::vector<std::pair<std::string, std::string>> after;
  for (const auto& [name, value] : changes.set) {
    WEIR_TRY(check(name));
    after.emplace_back(name, value);
  }
  for (const std::string& name : changes.unset) WEIR_TRY(check(name));
  for (const ConfigEntry& entry : now) {
    const bool named =
        std::any_of(changes.set.begin(), changes.set.end(),
                    [&](const auto& change) { return change.first == entry.name; }) ||
        std::find(changes.unset.begin(), changes.unset.end(), entry.name) != changes.unset.end();
    if (!named && entry.source == ConfigSource::topic && entry.value)
      after.emplace_back(entry.name, *entry.value);
  }
  return after;
}

}  // namespace

std::string_view to_string(ConfigSource source) {
  switch (source) {
    case ConfigSource::unknown:
      return "unknown";
    case ConfigSource::topic:
      return "topic";
    case ConfigSource::broker:
      return "broker";
    case ConfigSource::cluster:
      return "cluster";
    case ConfigSource::static_broker:
      return "broker file";
    case ConfigSource::by_default:
      return "default";
  }
  return "unknown";
}

Status Admin::create_topics(std::span<const NewTopic> topics, Deadline deadline,
                            ExistingTopic existing) {
  if (topics.empty()) return {};
  std::vector<NewTopicPtr> owned;
  std::vector<rd_kafka_NewTopic_t*> wanted;
  for (const NewTopic& topic : topics) {
    WEIR_TRY_ASSIGN(NewTopicPtr made, make_new_topic(topic));
    wanted.push_back(made.get());
    owned.push_back(std::move(made));
  }
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, "cannot create topics", deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_CreateTopics(core_->client(), wanted.data(), wanted.size(),
                                                     options, queue);
                             }));
  return creation_outcome(event.get(), existing);
}

Status Admin::delete_topic(const std::string& name, Deadline deadline) {
  const DeleteTopicPtr topic(rd_kafka_DeleteTopic_new(name.c_str()));
  rd_kafka_DeleteTopic_t* part = topic.get();
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_DELETETOPICS, "cannot delete topics", deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_DeleteTopics(core_->client(), &part, 1, options, queue);
                             }));
  size_t count = 0;
  const auto* topics =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  return topic_outcome(const_cast<const rd_kafka_topic_result_t**>(topics), count,
                       "cannot delete topic");
}

Status Admin::create_partitions(const std::string& name, int32_t total, Deadline deadline) {
  char reason[512];
  const NewPartitionsPtr partitions(rd_kafka_NewPartitions_new(
      name.c_str(), static_cast<size_t>(std::max(total, 0)), reason, sizeof(reason)));
  if (partitions == nullptr)
    return Error(ErrorCode::invalid_argument, fmt::format("topic '{}': {}", name, reason));
  rd_kafka_NewPartitions_t* part = partitions.get();
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, "cannot add partitions", deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_CreatePartitions(core_->client(), &part, 1, options, queue);
                             }));
  size_t count = 0;
  const auto* topics = rd_kafka_CreatePartitions_result_topics(
      rd_kafka_event_CreatePartitions_result(event.get()), &count);
  return topic_outcome(const_cast<const rd_kafka_topic_result_t**>(topics), count,
                       "cannot add partitions to topic");
}

Result<std::vector<ConfigEntry>> Admin::topic_config(const std::string& name, Deadline deadline) {
  const ConfigResourcePtr resource = resource_of(name);
  rd_kafka_ConfigResource_t* part = resource.get();
  const std::string doing = fmt::format("cannot read the settings of topic '{}'", name);
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, doing, deadline,
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_DescribeConfigs(core_->client(), &part, 1, options, queue);
                             }));
  size_t count = 0;
  const rd_kafka_ConfigResource_t** resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  std::vector<ConfigEntry> entries;
  for (const rd_kafka_ConfigResource_t* answer : std::span(resources, count)) {
    WEIR_TRY(resource_outcome(answer, doing));
    size_t settings = 0;
    const rd_kafka_ConfigEntry_t** rows = rd_kafka_ConfigResource_configs(answer, &settings);
    for (const rd_kafka_ConfigEntry_t* row : std::span(rows, settings))
      entries.push_back(to_entry(row));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

// librdkafka 2.0.2 has no incremental change. Its only call replaces all settings of the topic, so
// those that the topic has of its own are read first and sent again beside the new ones; what has
// its value from elsewhere (a default, the broker) is left out, or it would be pinned to the topic.
Status Admin::alter_topic_config(const std::string& name, const ConfigChanges& changes,
                                 Deadline deadline) {
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  WEIR_TRY_ASSIGN(const std::vector<ConfigEntry> now, topic_config(name, deadline));
  WEIR_TRY_ASSIGN(const auto settings, changed_settings(now, changes));
  const ConfigResourcePtr resource = resource_of(name);
  for (const auto& [setting, value] : settings)
    rd_kafka_ConfigResource_set_config(resource.get(), setting.c_str(), value.c_str());
  rd_kafka_ConfigResource_t* part = resource.get();
  const std::string doing = fmt::format("cannot change the settings of topic '{}'", name);
  const auto left = std::chrono::ceil<Deadline>(end - io::real_clock().steady_now());
  WEIR_TRY_ASSIGN(const EventPtr event,
                  core_->ask(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, doing, std::max(left, Deadline(1)),
                             [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                               rd_kafka_AlterConfigs(core_->client(), &part, 1, options, queue);
                             }));
  size_t count = 0;
  const rd_kafka_ConfigResource_t** resources = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event.get()), &count);
  for (const rd_kafka_ConfigResource_t* answer : std::span(resources, count))
    WEIR_TRY(resource_outcome(answer, doing));
  return {};
}

}  // namespace weir::kafka::client

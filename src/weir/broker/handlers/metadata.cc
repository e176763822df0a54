#include "weir/broker/handlers/metadata.h"

#include "weir/broker/handlers/storage_errors.h"
#include "weir/broker/handlers/topic_rules.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using TopicAnswer = kafka::protocol::MetadataResponse::Topic;
using TopicQuestion = kafka::protocol::MetadataRequest::Topic;

namespace {

constexpr log::TopicId kNoTopicId{};

TopicAnswer describe(const log::Topic& topic, int32_t node_id) {
  TopicAnswer answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.partitions.reserve(topic.partitions.size());
  for (const log::PartitionRef& partition : topic.partitions) {
    auto& row = answer.partitions.emplace_back();
    row.partition_index = partition->index();
    row.leader_id = node_id;
    row.leader_epoch = kLeaderEpoch;
    row.replica_nodes = {node_id};
    row.isr_nodes = {node_id};
  }
  return answer;
}

TopicAnswer refuse(const TopicQuestion& question, KafkaError error) {
  TopicAnswer answer;
  answer.error_code = error;
  answer.name = question.name;
  answer.topic_id = question.topic_id;
  return answer;
}

TopicAnswer create(Services& services, const TopicQuestion& question) {
  auto made = services.storage.create_topic({.name = *question.name,
                                             .id = draw_topic_id(),
                                             .partition_count = services.settings.num_partitions});
  if (!made) return refuse(question, to_topic_error(made.error().code()));
  return describe(**made, services.settings.node_id);
}

TopicAnswer answer_by_name(Services& services, const TopicQuestion& question, bool may_create) {
  if (const log::TopicRef topic = services.storage.find_topic(*question.name)) {
    return describe(*topic, services.settings.node_id);
  }
  if (!is_topic_name(*question.name)) return refuse(question, KafkaError::invalid_topic_exception);
  if (!may_create) return refuse(question, KafkaError::unknown_topic_or_partition);
  return create(services, question);
}

TopicAnswer answer_by_id(Services& services, const TopicQuestion& question) {
  const log::TopicRef topic = services.storage.find_topic(question.topic_id);
  if (topic == nullptr) return refuse(question, KafkaError::unknown_topic_id);
  return describe(*topic, services.settings.node_id);
}

}  // namespace

io::TcpAddress advertised_address(const BrokerSettings& settings, const io::TcpAddress& local) {
  if (settings.advertise) return *settings.advertise;
  if (local.host == "::1") return {.host = "localhost", .port = local.port};
  return local;
}

MetadataApi::Response MetadataApi::handle(Services& services, const handlers::Request& request,
                                          const Request& asked) {
  const BrokerSettings& settings = services.settings;
  Response response;
  const io::TcpAddress address = advertised_address(settings, request.local_address);
  auto& broker = response.brokers.emplace_back();
  broker.node_id = settings.node_id;
  broker.host = address.host;
  broker.port = address.port;
  response.cluster_id = services.storage.cluster_id();
  response.controller_id = settings.node_id;

  const bool all = !asked.topics || (request.version == 0 && asked.topics->empty());
  if (all) {
    for (const log::TopicRef& topic : services.storage.topics()) {
      response.topics.push_back(describe(*topic, settings.node_id));
    }
    return response;
  }
  // Before version 4 the client had no say.
  const bool may_create = settings.auto_create_topics && asked.allow_auto_topic_creation;
  for (const TopicQuestion& question : *asked.topics) {
    const bool by_id = question.topic_id != kNoTopicId;
    if (!by_id && !question.name) {
      response.topics.push_back(refuse(question, KafkaError::invalid_topic_exception));
    } else {
      response.topics.push_back(by_id ? answer_by_id(services, question)
                                      : answer_by_name(services, question, may_create));
    }
  }
  return response;
}

}  // namespace weir::broker::handlers

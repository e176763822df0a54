#include "weir/broker/handlers/delete_topics.h"

#include "weir/broker/handlers/storage_errors.h"

namespace weir::broker::handlers {

using kafka::protocol::KafkaError;
using TopicAnswer = kafka::protocol::DeleteTopicsResponse::Topic;
using TopicWish = kafka::protocol::DeleteTopicsRequest::Topic;

namespace {

constexpr log::TopicId kNoTopicId{};

TopicAnswer refuse(const TopicWish& wish, KafkaError error, std::string message) {
  TopicAnswer answer;
  answer.name = wish.name;
  answer.topic_id = wish.topic_id;
  answer.error_code = error;
  answer.error_message = std::move(message);
  return answer;
}

TopicAnswer delete_one(Services& services, const TopicWish& wish) {
  const bool by_id = wish.topic_id != kNoTopicId;
  if (by_id == wish.name.has_value()) {
    return refuse(wish, KafkaError::invalid_request, "give either the name or the id of a topic");
  }
  const log::TopicRef topic =
      by_id ? services.storage.find_topic(wish.topic_id) : services.storage.find_topic(*wish.name);
  if (topic == nullptr) {
    return refuse(wish,
                  by_id ? KafkaError::unknown_topic_id : KafkaError::unknown_topic_or_partition,
                  "there is no such topic");
  }
  TopicAnswer answer;
  answer.name = topic->name;
  answer.topic_id = topic->id;
  if (const Status status = services.storage.delete_topic(topic->name); !status) {
    answer.error_code = to_topic_error(status.error().code());
    answer.error_message = status.error().message();
    return answer;
  }
  services.groups.forget_topic(topic->name);
  return answer;
}

}  // namespace

DeleteTopicsApi::Response DeleteTopicsApi::handle(Services& services, const handlers::Request&,
                                                  const Request& asked) {
  Response response;
  for (const TopicWish& wish : asked.topics)
    response.responses.push_back(delete_one(services, wish));
  for (const std::string& name : asked.topic_names) {
    TopicWish wish;
    wish.name = name;
    response.responses.push_back(delete_one(services, wish));
  }
  return response;
}

}  // namespace weir::broker::handlers

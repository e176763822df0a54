#include "weir/cli/verbs/kafka_options.h"

#include <fmt/format.h>

namespace weir::cli::verbs {

void KafkaOptions::declare(OptionSet& options) {
  options
      .option(
          "brokers", &brokers_,
          "the Kafka cluster; else WEIR_BROKERS, KAFKA_BROKERS or KAFKA_BOOTSTRAP_SERVERS, else "
          "127.0.0.1:9092")
      .letter('b')
      .value_name("HOST:PORT,…");
  options
      .option(
          "property", &properties_,
          "a property of the Kafka client by librdkafka's name, as sasl.username=me; repeatable")
      .letter('X')
      .value_name("NAME=VALUE")
      .undivided()
      .secret();
  options.option("timeout", &timeout_, "how long to wait for the cluster").bounds(0.1, 3600);
}

std::string KafkaOptions::given_brokers(const Context& context) const {
  if (!brokers_.empty()) return brokers_;
  for (const char* name :
       {"WEIR_BROKERS", "KAFKA_BROKERS", "KAFKA_BOOTSTRAP_SERVERS", "BOOTSTRAP_SERVERS"}) {
    const auto found = context.environment().find(std::string_view(name));
    if (found != context.environment().end() && !found->second.empty()) return found->second;
  }
  return "";
}

Result<kafka::client::ClientOptions> KafkaOptions::client(const Context& context) const {
  kafka::client::ClientOptions options{.brokers = given_brokers(context), .label = "weir.cli"};
  if (options.brokers.empty()) options.brokers = "127.0.0.1:9092";
  WEIR_TRY_ASSIGN(options.properties, parse_named_values(properties_, "--property"));
  return options;
}

Result<std::unique_ptr<kafka::client::Admin>> KafkaOptions::admin(const Context& context) const {
  WEIR_TRY_ASSIGN(kafka::client::ClientOptions options, client(context));
  return kafka::client::Admin::open(std::move(options));
}

Result<NamedValues> parse_named_values(const std::vector<std::string>& texts,
                                       std::string_view option) {
  NamedValues values;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("{}: '{}' is not NAME=VALUE", option, text));
    }
    values.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return values;
}

std::vector<kafka::client::TopicPartition> partitions_of(
    const kafka::client::TopicMetadata& topic) {
  std::vector<kafka::client::TopicPartition> partitions;
  for (const auto& partition : topic.partitions) partitions.push_back({topic.name, partition.id});
  return partitions;
}

}  // namespace weir::cli::verbs

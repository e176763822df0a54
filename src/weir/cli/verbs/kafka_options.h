#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "weir/cli/context.h"
#include "weir/cli/option_set.h"
#include "weir/kafka/client/admin.h"

// What the verbs that talk to a Kafka cluster have in common.
namespace weir::cli::verbs {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

// --brokers, -X and --timeout.
class KafkaOptions {
 public:
  void declare(OptionSet& options);

  // The brokers of the command line, else of the environment (WEIR_BROKERS and the names that other
  // Kafka tools know); empty when neither has any.
  std::string given_brokers(const Context& context) const;
  // The same, else those of a broker on this machine.
  Result<kafka::client::ClientOptions> client(const Context& context) const;
  Result<std::unique_ptr<kafka::client::Admin>> admin(const Context& context) const;
  std::chrono::milliseconds timeout() const { return timeout_; }

 private:
  std::string brokers_;
  std::vector<std::string> properties_;
  std::chrono::milliseconds timeout_{10'000};
};

// "name=value" of each text; `invalid_argument` names the option for what has no '='.
Result<NamedValues> parse_named_values(const std::vector<std::string>& texts,
                                       std::string_view option);

// Every partition of a topic.
std::vector<kafka::client::TopicPartition> partitions_of(const kafka::client::TopicMetadata& topic);

}  // namespace weir::cli::verbs

#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "weir/base/result.h"
#include "weir/kafka/client/client_options.h"

namespace weir::kafka::client {

struct TopicMetadata {
  std::string name = {};
  std::vector<int32_t> partitions = {};  // ascending
};

struct NewTopic {
  std::string name = {};
  int32_t partitions = 1;
  int16_t replication = -1;                                      // -1: the cluster's default
  std::vector<std::pair<std::string, std::string>> config = {};  // {"cleanup.policy", "compact"}
};

// The offsets that exist: [low, high). high is where the next record goes.
struct Watermarks {
  int64_t low = 0;
  int64_t high = 0;
};

// Questions to a cluster and changes to its topics; every call blocks up to its deadline and
// returns `timeout` or `unavailable` then. Shared.
class Admin {
 public:
  using Deadline = std::chrono::milliseconds;

  static Result<std::unique_ptr<Admin>> open(ClientOptions options);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  // All topics, sorted by name.
  Result<std::vector<TopicMetadata>> topics(Deadline deadline);
  Result<std::string> cluster_id(Deadline deadline);
  // In the order of the question. `not_found` when a topic or partition does not exist.
  Result<std::vector<Watermarks>> watermarks(std::span<const TopicPartition> partitions,
                                             Deadline deadline);
  // A topic that exists is fine, whatever its settings. The first refusal is returned.
  Status create_topics(std::span<const NewTopic> topics, Deadline deadline);

 private:
  class Core;
  explicit Admin(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace weir::kafka::client

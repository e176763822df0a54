#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/kafka/client/client_options.h"
#include "weir/kafka/client/group_state.h"

namespace weir::kafka::client {

struct PartitionMetadata {
  int32_t id = 0;
  int32_t leader = -1;  // broker id; -1: there is none now
  std::vector<int32_t> replicas = {};
  std::vector<int32_t> in_sync = {};
};

struct TopicMetadata {
  std::string name = {};
  std::vector<PartitionMetadata> partitions = {};  // ascending
};

struct NewTopic {
  std::string name = {};
  int32_t partitions = 1;
  int16_t replication = -1;                                      // -1: the cluster's default
  std::vector<std::pair<std::string, std::string>> config = {};  // {"cleanup.policy", "compact"}
};

enum class ExistingTopic { accept, refuse };

// Who gave a setting its value, as Kafka tells it.
enum class ConfigSource { unknown, topic, broker, cluster, static_broker, by_default };
std::string_view to_string(ConfigSource source);

struct ConfigEntry {
  std::string name = {};
  std::optional<std::string> value = {};  // nullopt: hidden or unset
  ConfigSource source = ConfigSource::unknown;
  bool read_only = false;
  bool sensitive = false;
};

// What to change of a topic's settings: new values, and names to set back to the default.
struct ConfigChanges {
  std::vector<std::pair<std::string, std::string>> set = {};
  std::vector<std::string> unset = {};
};

// The offsets that exist: [low, high). high is where the next record goes.
struct Watermarks {
  int64_t low = 0;
  int64_t high = 0;
};

// Questions to a cluster and changes to its topics and groups; every call blocks up to its deadline
// and returns `timeout` or `unavailable` then. Shared.
class Admin {
 public:
  using Deadline = std::chrono::milliseconds;

  static Result<std::unique_ptr<Admin>> open(ClientOptions options);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  // All topics, sorted by name.
  Result<std::vector<TopicMetadata>> topics(Deadline deadline);
  // `not_found` suggests the names of topics that are near.
  Result<TopicMetadata> topic(const std::string& name, Deadline deadline);
  Result<std::string> cluster_id(Deadline deadline);
  // In the order of the question. `not_found` when a topic or partition does not exist.
  Result<std::vector<Watermarks>> watermarks(std::span<const TopicPartition> partitions,
                                             Deadline deadline);
  // The offset of the first record at or after `time` in each partition; -1 where there is none.
  Result<std::vector<int64_t>> offsets_at(std::span<const TopicPartition> partitions,
                                          Timestamp time, Deadline deadline);

  // A topic that exists is fine, whatever its settings, unless it is to be refused
  // (`already_exists`). The first refusal is returned.
  Status create_topics(std::span<const NewTopic> topics, Deadline deadline,
                       ExistingTopic existing = ExistingTopic::accept);
  Status delete_topic(const std::string& name, Deadline deadline);
  // `total` counts the partitions there are already; there is no way to have fewer.
  Status create_partitions(const std::string& name, int32_t total, Deadline deadline);
  // Sorted by name.
  Result<std::vector<ConfigEntry>> topic_config(const std::string& name, Deadline deadline);
  // `not_found` for a setting that topics do not have. Two such changes at the same time may lose
  // one: see admin_topics.cc.
  Status alter_topic_config(const std::string& name, const ConfigChanges& changes,
                            Deadline deadline);

  // All consumer groups, sorted by name.
  Result<std::vector<GroupSummary>> groups(Deadline deadline);
  // A group that nobody knows has the state "Dead", no members and no offsets.
  Result<GroupDescription> group(const std::string& name, Deadline deadline);
  // What the group has committed, sorted.
  Result<std::vector<CommittedOffset>> group_offsets(const std::string& name, Deadline deadline);
  // `refused` while the group has members.
  Status set_group_offsets(const std::string& name, std::span<const CommittedOffset> offsets,
                           Deadline deadline);
  Status delete_group(const std::string& name, Deadline deadline);

 private:
  class Core;
  explicit Admin(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace weir::kafka::client

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/broker/log/cleanup_rules.h"
#include "weir/broker/log/partition.h"
#include "weir/broker/log/state_table.h"
#include "weir/io/file_system.h"
#include "weir/metrics/metrics.h"

namespace weir::broker::log {

using TopicId = std::array<uint8_t, 16>;

// A topic as it was at one moment; a change makes a new one. Immutable.
struct Topic {
  std::string name;
  TopicId id{};
  TopicConfig config;
  std::vector<PartitionRef> partitions;
};
using TopicRef = std::shared_ptr<const Topic>;

// The caller has checked the name against Kafka's rules and drawn the id at random.
struct NewTopic {
  std::string name;
  TopicId id{};
  int32_t partition_count = 1;
  TopicConfig config = {};
};

struct StorageOptions {
  uint64_t journal_file_bytes = 64u << 20;  // also bounds the largest batch
  int journal_files = 4;                    // made when first needed
  size_t max_pending_bytes = 256u << 20;  // waiting for the flusher; beyond it appends are refused
  size_t hot_bytes = 64u << 20;  // durable batches kept in memory before they go to segments
  int max_open_files = 128;      // segment files held open
  CleanupRules rules = {};       // of topics that do not say
  metrics::Registry* metrics = nullptr;  // where to count; by default the storage has its own
  std::chrono::milliseconds cleanup_interval{300'000};  // how often old records are looked for
};

using StateCallback = std::function<void(const Status&)>;

// Counters since open; for metrics and tests.
struct StorageStats {
  uint64_t flushes = 0;
  uint64_t appended_batches = 0;
  uint64_t appended_bytes = 0;
  uint64_t checkpoints = 0;
  uint64_t replayed_frames = 0;   // by recovery, 0 after a clean stop
  uint64_t start_moves = 0;       // start offsets raised, by retention or by a client
  uint64_t removed_offsets = 0;   // that they passed over
  uint64_t removed_segments = 0;  // below start offsets that were raised
  uint64_t removed_bytes = 0;
  size_t pending_bytes = 0;
  size_t hot_bytes = 0;
  int journal_files_in_use = 0;
  bool failed = false;  // a disk write or sync failed: reads only, until restart
};

// One data folder: topics, their partitions, producer ids; all of it survives power cuts. One
// flusher thread makes everything that waits durable with one write and one sync; one background
// thread moves batches to segment files and recycles the journal. Shared: any thread may call
// anything, but what "waits for the disk" must not be called from an AppendCallback or a listener
// (they run on the flusher).
//
// A failed write or sync of the journal is final: nothing is acknowledged any more (`unavailable`,
// kafka_storage_error), reads go on. A full disk is not final: appends are refused until there is
// room.
//
//   WEIR_TRY_ASSIGN(auto storage, Storage::open(files, clock, "/var/lib/weir/broker", {}));
//   WEIR_TRY_ASSIGN(TopicRef topic, storage->create_topic({.name = "a", .id = random_id}));
//   topic->partitions[0]->append(batch, done);
class Storage {
 public:
  // Called on the flusher thread after each flush with the partitions whose high watermark moved,
  // after their AppendCallbacks.
  using Listener = std::function<void(std::span<const PartitionRef>)>;

  // Locks the folder (made if absent) and recovers. `already_exists`: another process uses it;
  // `unsupported`: written by a version this one does not know; `corrupt` names file and position.
  static Result<std::unique_ptr<Storage>> open(io::FileSystem& files, const Clock& clock,
                                               std::string folder, StorageOptions options);

  // Stops as `close` does, dropping its error.
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  // Finishes what waits, writes everything back and takes a checkpoint, so that the next open
  // replays nothing. Appends are refused from now on. Waits for the disk.
  Status close();

  const std::string& folder() const;
  // 22 characters, drawn when the folder was made.
  const std::string& cluster_id() const;

  // Durable on return; one flush for all. One result per topic, in order: `already_exists`,
  // `invalid_argument` (no partitions), `unavailable`. Waits for the disk.
  std::vector<Result<TopicRef>> create_topics(std::vector<NewTopic> topics);
  Result<TopicRef> create_topic(NewTopic topic);
  // All durable on return; wait for the disk. `not_found` for an unknown name.
  Status delete_topic(std::string_view name);
  Result<TopicRef> set_partition_count(std::string_view name, int32_t count);  // it can only grow
  Result<TopicRef> set_topic_config(std::string_view name, TopicConfig config);

  TopicRef find_topic(std::string_view name) const;  // null when there is none
  TopicRef find_topic(const TopicId& id) const;
  std::vector<TopicRef> topics() const;  // by name

  // A producer id never handed out before, not even before a crash. Waits for the disk once per
  // block.
  Result<int64_t> allocate_producer_id();

  // Changes entries of the state table, all of them or none. `done` is called once, in the order of
  // the calls: on the flusher thread when they are durable or cannot be (`unavailable`), or from
  // inside this call when they are refused at once. The same rules as for an AppendCallback.
  void change_state(std::vector<StateChange> changes, StateCallback done);
  // What is durable of the state table under keys that begin so.
  std::vector<StateEntry> state(std::string_view prefix) const;

  // Does now what is otherwise done every `cleanup_interval`: closes segments that are old enough,
  // raises start offsets past segments that their topics' rules give up, and removes the files.
  // `unavailable` after a disk failed. Waits for the disk.
  Status clean_up();
  // The rules of topics that do not say.
  const CleanupRules& default_rules() const;

  // Once, before the first append.
  void set_listener(Listener listener);

  StorageStats stats() const;

 private:
  class Engine;
  explicit Storage(std::unique_ptr<Engine> engine);

  std::unique_ptr<Engine> engine_;
};

}  // namespace weir::broker::log

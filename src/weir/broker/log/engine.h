#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "weir/broker/log/append_queue.h"
#include "weir/broker/log/catalog.h"
#include "weir/broker/log/checkpoint.h"
#include "weir/broker/log/file_cache.h"
#include "weir/broker/log/flusher.h"
#include "weir/broker/log/journal.h"
#include "weir/broker/log/state_table.h"
#include "weir/broker/log/storage.h"
#include "weir/broker/log/write_back.h"

namespace weir::broker::log {

// The parts of a Storage, in the order in which they are made and, backwards, go. Shared.
class Storage::Engine {
 public:
  Engine(io::FileSystem& files, const Clock& clock, std::string folder,
         const StorageOptions& options);
  ~Engine();

  Status open();
  Status close();

  std::vector<Result<TopicRef>> create_topics(std::vector<NewTopic> topics);
  Status delete_topic(std::string_view name);
  Result<TopicRef> set_partition_count(std::string_view name, int32_t count);
  Result<TopicRef> set_topic_config(std::string_view name, TopicConfig config);
  Result<int64_t> allocate_producer_id();
  void change_state(std::vector<StateChange> changes, StateCallback done);
  StorageStats stats() const;
  Status clean_up();
  const CleanupRules& default_rules() const { return options_.rules; }

  const Catalog& catalog() const { return catalog_; }
  const StateTable& state() const { return state_; }
  const std::string& folder() const { return folder_; }
  const std::string& cluster_id() const { return cluster_id_; }
  Flusher& flusher() { return *flusher_; }

 private:
  // Metadata frames of one call; `apply` runs on the flusher once the frame is durable.
  struct Change {
    FrameType type;
    Bytes payload;
    std::function<void()> apply;
  };

  Status format();
  Status recover();
  void restore(const Checkpoint& checkpoint);
  Status replay(const Frame& frame);
  Status replay_topic(const Frame& frame);
  void spill_in_replay();
  void remove_unknown_folders();
  Checkpoint checkpoint_head() const;
  // Queues all, waits for all: one flush. One status for each.
  std::vector<Status> commit(std::vector<Change> changes);
  Status commit_one(Change change);
  Change change_of(const TopicRecord& record, FrameType type);
  JournalOptions journal_options() const;

  io::FileSystem& files_;
  const Clock& clock_;
  const std::string folder_;
  const std::string checkpoint_path_;
  const StorageOptions options_;
  std::unique_ptr<io::FileLock> lock_;
  std::string cluster_id_;
  uint64_t journal_id_ = 0;
  uint32_t topics_below_ = 1;  // recovery: the checkpoint has seen all topics with lower numbers
  uint64_t replayed_frames_ = 0;

  std::atomic<size_t> hot_bytes_ = 0;
  std::atomic<bool> start_raised_ = false;
  metrics::Registry own_registry_;
  LogCounters counters_;
  FileCache cache_;
  AppendQueue queue_;
  const PartitionContext context_;
  Catalog catalog_;
  StateTable state_;
  size_t spill_above_;  // recovery: hot bytes at which to spill
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<WriteBack> write_back_;
  std::unique_ptr<Flusher> flusher_;

  std::atomic<uint32_t> next_topic_number_ = 1;  // moves when a topic is durable
  std::atomic<int64_t> producer_id_limit_ = 0;   // moves when a block is durable
  Mutex change_mutex_;                           // one change of metadata at a time
  uint32_t drawn_topic_number_ WEIR_GUARDED_BY(change_mutex_) = 1;
  Mutex producer_mutex_;
  int64_t next_producer_id_ WEIR_GUARDED_BY(producer_mutex_) = 0;
  bool closed_ = false;
};

}  // namespace weir::broker::log

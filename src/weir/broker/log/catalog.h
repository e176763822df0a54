#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/mutex.h"
#include "weir/broker/log/partition_log.h"
#include "weir/broker/log/storage.h"

namespace weir::broker::log {

// A topic as the journal and the checkpoint hold it. Numbers are never used twice, names may be.
struct TopicRecord {
  uint32_t number = 0;
  std::string name;
  TopicId id{};
  uint32_t partition_count = 0;
  TopicConfig config;

  bool operator==(const TopicRecord&) const = default;
};

void append_topic(const TopicRecord& topic, ByteWriter& writer);
// Fails the reader on nonsense.
TopicRecord read_topic(ByteReader& reader);

// The topics that are durable, and their partitions. Shared; changed by recovery, then by the
// flusher.
class Catalog {
 public:
  struct Entry {
    TopicRecord record;
    std::vector<std::shared_ptr<PartitionLog>> logs;
    TopicRef topic;
  };

  Catalog(const PartitionContext& context, std::string folder)
      : context_(context), folder_(std::move(folder)) {}

  // Adds a topic, or gives the one of that number a new configuration and more partitions.
  TopicRef put(const TopicRecord& record);
  // Takes a topic out; its partitions refuse from then on. The paths are of folders that can go.
  std::vector<std::string> remove(uint32_t number);

  TopicRef find(std::string_view name) const;
  TopicRef find(const TopicId& id) const;
  std::vector<TopicRef> topics() const;
  bool has_number(uint32_t number) const;
  // Null when there is none.
  std::shared_ptr<PartitionLog> find_log(uint32_t number, uint32_t partition) const;
  TopicRecord record_of(std::string_view name) const;  // number 0: none
  std::vector<Entry> entries() const;
  std::vector<std::shared_ptr<PartitionLog>> logs() const;

  // The folder of all segments, and the number of the topic that a folder in it belongs to (0:
  // none).
  const std::string& folder() const { return folder_; }
  static uint32_t number_of_folder(std::string_view name);

 private:
  std::string partition_folder(const TopicRecord& record, uint32_t partition) const;

  const PartitionContext& context_;
  const std::string folder_;
  mutable Mutex mutex_;
  std::map<uint32_t, Entry> by_number_ WEIR_GUARDED_BY(mutex_);
  std::map<std::string, uint32_t, std::less<>> by_name_ WEIR_GUARDED_BY(mutex_);
  std::map<TopicId, uint32_t> by_id_ WEIR_GUARDED_BY(mutex_);
};

}  // namespace weir::broker::log

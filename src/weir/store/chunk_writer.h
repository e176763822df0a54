#pragma once

#include <map>
#include <span>

#include "weir/store/catalog.h"
#include "weir/store/topic_buffer.h"

namespace weir::store {

// Turns buffers into chunks, and small chunks into larger ones; each call is one transaction. Slow
// topics are written often, so that little must be read from Kafka again after a crash, and their
// chunks merged eight at a time, so that each value is written anew only a few times. Confined to
// the writer thread.
class ChunkWriter {
 public:
  ChunkWriter(sqlite::Database& database, LiveRows& live, const Options& options);

  Status load();
  CatalogWriter& catalog() { return catalog_; }

  // Writes everything that these buffers hold and empties them. On an error they are as they were.
  Status write(std::span<TopicBuffer* const> buffers);
  // Merges the chunks of one topic that has enough small ones; false when there is none.
  Result<bool> merge_some();
  // Writes a partition's position and sources in place of those that were there.
  Status move(const TopicBuffer& buffer, int32_t partition, const PartitionState& state);

 private:
  struct Written {
    int64_t topic = 0;
    int64_t level = 0;
    uint64_t values = 0;
    uint64_t bytes = 0;
  };
  Status put_buffer(TopicBuffer& buffer, std::vector<Written>& done);
  Result<Written> put_rows(int64_t topic, const RowSet& rows, int64_t level);
  Result<RowSet> read_whole(const TopicInfo& topic, int64_t chunk);
  Status merge(const TopicBuffer& buffer, int64_t level);
  Status give_up_on(int64_t topic, int64_t level);

  sqlite::Database& database_;
  LiveRows& live_;
  const Options& options_;
  CatalogWriter catalog_;
  ChunkEncoder encoder_;
  int64_t next_chunk_ = 1;
  std::map<int64_t, std::map<int64_t, uint64_t>> small_;  // topic, level: number of chunks
};

}  // namespace weir::store

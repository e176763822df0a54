#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "weir/base/mutex.h"
#include "weir/base/time.h"
#include "weir/store/catalog.h"
#include "weir/store/row_set.h"
#include "weir/store/store.h"

namespace weir::store {

class TopicBuffer;

// What the writer holds in memory and readers look at. The mutex guards everything here and in the
// buffers; the writer takes it for each row, for a commit (so that rows move from memory to the
// file in one step for every reader) and to change columns. The writer alone changes things, so it
// may read without the mutex.
class LiveRows {
 public:
  Mutex mutex;
  std::map<std::string, std::unique_ptr<TopicBuffer>, std::less<>> topics;
  Stats stats;
};

// The unwritten rows of one topic, and how far it has been taken in. Thread rule: see LiveRows.
class TopicBuffer {
 public:
  TopicBuffer(LiveRows& live, Clock& clock, TopicInfo info);

  const TopicInfoPtr& info() const { return info_; }
  const RowSet& rows() const { return rows_; }
  // The index of each of the schema's columns among ours; adds what is missing. Takes the mutex.
  std::vector<size_t> bind(const TopicSchema& schema);
  ColumnData& column(size_t ordinal) { return rows_.columns[ordinal]; }

  // Holds the mutex until the row ends.
  bool begin_row(Timestamp time, const RowOrigin& origin);
  void set_time(Timestamp time) {
    rows_.times.set_integer(open_row_, time.time_since_epoch().count());
  }
  void end_row();
  void abandon_row();
  void skip(const RowOrigin& origin);
  size_t open_row() const { return open_row_; }
  // Notes values of the open row.
  void count_value(uint64_t bytes) { count_values(1, bytes); }
  void count_values(uint64_t values, uint64_t bytes) {
    open_values_ += values;
    open_bytes_ += bytes;
  }

  // For the flush. `since` is when the first unwritten row or position came, while anything is
  // unwritten.
  bool anything_unwritten() const {
    return rows_.rows() > 0 || !moved_.empty() || unwritten_columns();
  }
  SteadyTime since() const { return since_; }
  uint64_t bytes() const { return bytes_; }
  bool unwritten_columns() const { return info_changed_; }
  size_t first_unwritten_column() const { return first_unwritten_column_; }
  const std::set<int32_t>& moved_partitions() const { return moved_; }
  const std::map<int32_t, PartitionState>& partitions() const { return partitions_; }
  // Makes all columns equally long. Takes the mutex.
  void prepare_to_encode();
  // After a commit, with the mutex held by the caller.
  void written();

  // The topic comes from the file: its columns are written, and this is how far it was taken in.
  void restore(std::map<int32_t, PartitionState> partitions);
  void move_partition(int32_t partition, PartitionState state);

 private:
  void touch();
  void move_past(const RowOrigin& origin);

  LiveRows& live_;
  Clock& clock_;
  TopicInfoPtr info_;
  bool info_changed_ = true;
  size_t first_unwritten_column_ = 0;
  RowSet rows_;
  uint64_t bytes_ = 0;
  std::map<int32_t, PartitionState> partitions_;
  std::set<int32_t> moved_;  // partitions whose position is not written
  SteadyTime since_{};
  // The row under construction.
  size_t open_row_ = 0;
  RowOrigin origin_;
  uint64_t open_values_ = 0;
  uint64_t open_bytes_ = 0;
};

}  // namespace weir::store

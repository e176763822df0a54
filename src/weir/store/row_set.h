#pragma once

#include <deque>

#include "weir/base/time.h"
#include "weir/store/column_data.h"

namespace weir::store {

// Rows in memory, column by column: their times and Kafka positions, and the topic's columns (or
// those of them that a query asked for). Columns may be shorter than `rows()`: the rest is null.
// Confined.
struct RowSet {
  ColumnData times{ValueType::integer, false};  // microseconds since 1970
  ColumnData partitions{ValueType::integer, false};
  ColumnData offsets{ValueType::integer, false};
  std::deque<ColumnData> columns;  // a deque: writers keep pointers into it

  size_t rows() const { return times.rows(); }
  Timestamp time(size_t row) const {
    return Timestamp(Duration(static_cast<int64_t>(times.word(row))));
  }
  int32_t partition(size_t row) const { return static_cast<int32_t>(partitions.word(row)); }
  int64_t offset(size_t row) const { return static_cast<int64_t>(offsets.word(row)); }

  // Makes every column as long as the times.
  void fill_columns();
  // Appends rows [first, last) of `other`, whose columns are the first ones of ours.
  void append(const RowSet& other, size_t first, size_t last);
  void clear();
  // Memory that the values need, near enough to decide by.
  uint64_t bytes() const;
};

}  // namespace weir::store

#include "weir/store/row_set.h"

#include "weir/base/check.h"

namespace weir::store {

void RowSet::fill_columns() {
  for (ColumnData& column : columns) {
    if (column.rows() < rows()) column.resize(rows());
  }
}

void RowSet::append(const RowSet& other, size_t first, size_t last) {
  WEIR_CHECK(other.columns.size() <= columns.size());
  fill_columns();
  times.append(other.times, first, last);
  partitions.append(other.partitions, first, last);
  offsets.append(other.offsets, first, last);
  for (size_t i = 0; i < other.columns.size(); ++i)
    columns[i].append(other.columns[i], first, last);
}

void RowSet::clear() {
  times.clear();
  partitions.clear();
  offsets.clear();
  for (ColumnData& column : columns) column.clear();
}

uint64_t RowSet::bytes() const {
  uint64_t total = 24 * rows();
  for (const ColumnData& column : columns) total += column.bytes();
  return total;
}

}  // namespace weir::store

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "weir/store/catalog.h"
#include "weir/store/reader.h"
#include "weir/store/row_set.h"

namespace weir::store {

// A connection on loan: its snapshot ends and it goes back where it came from with the loan.
using CatalogLoan = std::unique_ptr<CatalogReader, std::function<void(CatalogReader*)>>;

// Rows of one origin (a chunk, or memory) that a query wants, in the order it wants them.
class RowSource {
 public:
  RowSource(RowSet rows, const Query& query);

  bool at_end() const { return at_ == order_.size(); }
  void advance() { ++at_; }
  const RowSet& rows() const { return rows_; }
  size_t row() const { return order_[at_]; }
  Timestamp time() const { return rows_.time(row()); }
  // Whether our row comes before theirs.
  bool before(const RowSource& other) const;

 private:
  RowSet rows_;
  Order direction_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
};

// Merges sources by time; a chunk is read only when the merge comes to the earliest (or, backwards,
// the latest) time that it may hold.
struct Cursor::State {
  State(CatalogLoan loan, TopicInfoPtr info, Query wanted, std::vector<size_t> fields)
      : catalog(std::move(loan)),
        topic(std::move(info)),
        query(std::move(wanted)),
        ordinals(std::move(fields)) {}

  Result<bool> next();
  Status open_due_chunks();
  void add(RowSet rows);
  void sort_chunks();

  CatalogLoan catalog;
  TopicInfoPtr topic;
  Query query;
  std::vector<size_t> ordinals;
  std::vector<Column> columns;
  std::vector<ChunkRow> chunks;  // those not opened yet, the next one last
  std::vector<std::unique_ptr<RowSource>> heap;
  std::unique_ptr<RowSource> current;
  uint64_t returned = 0;
};

}  // namespace weir::store

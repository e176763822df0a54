#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/avro/decode_plan.h"

namespace weir::avro {

// How the values of a column are kept.
enum class ColumnType : uint8_t {
  none,     // the type null: nothing is kept
  boolean,  // uint8_t, 0 or 1
  integer,  // int64_t: int and long
  float32,  // float
  float64,  // double
  symbol,   // uint32_t: the index of an enumeration's symbol
  text      // bytes in one arena: string, bytes, fixed, and JSON
};

// The values of a column of texts: bytes one after the other, and where each ends. A view, good
// until the columns change.
class TextColumn {
 public:
  TextColumn(std::span<const size_t> ends, const char* characters)
      : ends_(ends), characters_(characters) {}

  size_t size() const { return ends_.size(); }
  std::string_view operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {characters_ + begin, ends_[i] - begin};
  }

 private:
  std::span<const size_t> ends_;
  const char* characters_;
};

// Records of one plan as typed arrays, one column per leaf. Storage is reused: after `clear` the
// same number of records of the same size allocates nothing. Confined.
//
//   Columns columns(plan);
//   for (BytesView payload : payloads) WEIR_TRY(plan.decode(payload, columns));
//   for (double azimuth : columns.doubles(*plan.find_leaf("azimuth"))) …
//   columns.clear();
//
// A column has one value for each row (0 or "" where the row is null), a column of arrays has the
// items of all rows one after the other. Memory: per row and leaf up to 17 bytes, and the values;
// a message of few bytes can be a row of many nulls, so bound the rows, not only the bytes.
class Columns {
 public:
  explicit Columns(const DecodePlan& plan);
  Columns(Columns&&) noexcept;
  Columns& operator=(Columns&&) noexcept;
  ~Columns();

  size_t rows() const { return rows_; }
  // Forgets all rows, keeps the storage.
  void clear();

  ColumnType type(size_t leaf) const;
  // The values of a column; ask only for the type that `type` names (checked).
  std::span<const uint8_t> booleans(size_t leaf) const;
  std::span<const int64_t> integers(size_t leaf) const;
  std::span<const float> floats(size_t leaf) const;
  std::span<const double> doubles(size_t leaf) const;
  std::span<const uint32_t> symbols(size_t leaf) const;
  TextColumn texts(size_t leaf) const;

  // In a column of arrays: where the items of a row begin, and where they end.
  std::pair<size_t, size_t> items(size_t leaf, size_t row) const;
  // The row has no value; of an array: no array, as opposed to an empty one.
  bool is_null(size_t leaf, size_t row) const;
  bool item_is_null(size_t leaf, size_t item) const;

 private:
  friend class DecodePlan;
  friend class ColumnSink;
  struct Column;

  template <typename T>
  std::span<const T> values(size_t leaf, ColumnType type) const;
  // Whether the leaves of the plan are the columns. Known at once for the plan asked about last.
  bool take(const std::shared_ptr<const DecodePlan::Program>& program) {
    return program == program_ || take_other(program);
  }
  bool take_other(const std::shared_ptr<const DecodePlan::Program>& program);
  void grow_rows();
  void end_row() { ++rows_; }
  void abandon_row();

  std::shared_ptr<const DecodePlan::Program> program_;  // kept, so that no other has its address
  std::vector<Column> columns_;
  size_t rows_ = 0;
  size_t row_capacity_ = 0;
};

}  // namespace weir::avro

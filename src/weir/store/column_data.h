#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/store/schema.h"

namespace weir::store {

// The values of one column, row after row: what a writer fills, a chunk encodes and a query reads.
// A row that is null still has a place-holder among the values, so that row i lies at place i. Rows
// past `rows()` read as null. No allocation per value once the vectors have grown. Confined.
class ColumnData {
 public:
  ColumnData(ValueType type, bool array) : type_(type), array_(array) {}

  ValueType type() const { return type_; }
  bool is_array() const { return array_; }
  size_t rows() const { return rows_; }

  // Set the value of `row`, which is the last one or beyond; rows skipped become null. In an array
  // column they add an item to `row`, which `begin_array` opened.
  void set_boolean(size_t row, bool value) { set_word(row, value ? 1 : 0); }
  void set_integer(size_t row, int64_t value) { set_word(row, static_cast<uint64_t>(value)); }
  void set_real(size_t row, double value) { set_word(row, std::bit_cast<uint64_t>(value)); }
  void set_word(size_t row, uint64_t word) {
    if (!array_) open_row(row);
    words_.push_back(word);
    if (array_) ++array_ends_.back();
  }
  // Several items at once to the array of the last row.
  void add_reals(std::span<const double> items);
  void set_text(size_t row, std::string_view text);
  void begin_array(size_t row);
  void set_null(size_t row);
  // Makes the column `rows` long: nulls at the end, or rows forgotten.
  void resize(size_t rows);
  void clear();
  // Appends rows [first, last) of a column of the same type and shape.
  void append(const ColumnData& other, size_t first, size_t last);

  bool is_null(size_t row) const {
    return row >= rows_ || (!present_.empty() && present_[row] == 0);
  }
  // Items of an array, 1 for a scalar, 0 for null.
  size_t size(size_t row) const {
    if (is_null(row)) return 0;
    return array_ ? item_end(row) - item_begin(row) : 1;
  }
  uint64_t word(size_t row, size_t index = 0) const { return words_[item_begin(row) + index]; }
  std::string_view text(size_t row, size_t index = 0) const {
    return text_item(item_begin(row) + index);
  }

  uint64_t bytes() const {
    return words_.size() * 8 + text_.size() + (array_ends_.size() + text_ends_.size()) * 4 +
           present_.size();
  }

  // The parts, for the codec.
  size_t items() const { return array_ ? (rows_ == 0 ? 0 : array_ends_[rows_ - 1]) : rows_; }
  bool holds_text() const { return type_ == ValueType::text || type_ == ValueType::bytes; }
  const std::vector<uint8_t>& present() const { return present_; }  // empty: no nulls
  const std::vector<uint64_t>& words() const { return words_; }
  const std::vector<uint32_t>& array_ends() const { return array_ends_; }
  std::string_view text_item(size_t item) const {
    const uint32_t begin = item == 0 ? 0 : text_ends_[item - 1];
    return std::string_view(text_).substr(begin, text_ends_[item] - begin);
  }
  struct Parts {
    size_t rows = 0;
    std::vector<uint8_t> present;
    std::vector<uint64_t> words;
    std::vector<uint32_t> array_ends;
    Bytes text;
    std::vector<uint32_t> text_ends;
  };
  // From parts that fit each other.
  static ColumnData from_parts(ValueType type, bool array, Parts parts);

 private:
  size_t item_begin(size_t row) const {
    if (!array_) return row;
    return row == 0 ? 0 : array_ends_[row - 1];
  }
  size_t item_end(size_t row) const { return array_ ? array_ends_[row] : row + 1; }
  // Makes `row` the row under construction, present and without a value yet.
  void open_row(size_t row) {
    if (row != rows_) resize(row);
    ++rows_;
    if (!present_.empty()) present_.push_back(1);
  }

  ValueType type_;
  bool array_;
  size_t rows_ = 0;
  std::vector<uint8_t> present_;
  std::vector<uint64_t> words_;
  std::vector<uint32_t> array_ends_;
  Bytes text_;
  std::vector<uint32_t> text_ends_;
};

}  // namespace weir::store

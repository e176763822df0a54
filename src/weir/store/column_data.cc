#include "weir/store/column_data.h"

#include <cstring>
#include <utility>

#include "weir/base/check.h"

namespace weir::store {

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return "boolean";
    case ValueType::integer:
      return "integer";
    case ValueType::real:
      return "real";
    case ValueType::text:
      return "text";
    case ValueType::bytes:
      return "bytes";
  }
  return "?";
}

void ColumnData::add_reals(std::span<const double> items) {
  const size_t before = words_.size();
  words_.resize(before + items.size());
  if (!items.empty()) std::memcpy(words_.data() + before, items.data(), items.size_bytes());
  array_ends_.back() += static_cast<uint32_t>(items.size());
}

void ColumnData::set_text(size_t row, std::string_view text) {
  if (!array_) open_row(row);
  text_.append(text);
  text_ends_.push_back(static_cast<uint32_t>(text_.size()));
  if (array_) ++array_ends_.back();
}

void ColumnData::begin_array(size_t row) {
  WEIR_CHECK(array_);
  open_row(row);
  array_ends_.push_back(array_ends_.empty() ? 0 : array_ends_.back());
}

void ColumnData::set_null(size_t row) {
  if (rows_ > row) resize(row);
  resize(row + 1);
}

void ColumnData::resize(size_t rows) {
  if (rows > rows_) {
    if (present_.empty()) present_.assign(rows_, 1);
    present_.resize(rows, 0);
    if (array_) {
      array_ends_.resize(rows, array_ends_.empty() ? 0 : array_ends_.back());
    } else if (holds_text()) {
      text_ends_.resize(rows, static_cast<uint32_t>(text_.size()));
    } else {
      // The last value again: it costs least when the column is encoded as differences.
      words_.resize(rows, words_.empty() ? 0 : words_.back());
    }
    rows_ = rows;
    return;
  }
  rows_ = rows;
  if (!present_.empty()) present_.resize(rows);
  if (array_) array_ends_.resize(rows);
  const size_t items = this->items();
  if (holds_text()) {
    text_ends_.resize(items);
    text_.resize(items == 0 ? 0 : text_ends_.back());
  } else {
    words_.resize(items);
  }
}

void ColumnData::clear() {
  rows_ = 0;
  present_.clear();
  words_.clear();
  array_ends_.clear();
  text_.clear();
  text_ends_.clear();
}

void ColumnData::append(const ColumnData& other, size_t first, size_t last) {
  WEIR_CHECK(type_ == other.type_ && array_ == other.array_);
  for (size_t row = first; row < last; ++row) {
    const size_t to = rows_;
    if (other.is_null(row)) {
      resize(to + 1);
      continue;
    }
    if (array_) begin_array(to);
    const size_t begin = other.item_begin(row);
    for (size_t item = begin; item < other.item_end(row); ++item) {
      if (holds_text()) {
        set_text(to, other.text_item(item));
      } else {
        set_word(to, other.words_[item]);
      }
    }
  }
}

ColumnData ColumnData::from_parts(ValueType type, bool array, Parts parts) {
  ColumnData data(type, array);
  data.rows_ = parts.rows;
  data.present_ = std::move(parts.present);
  data.words_ = std::move(parts.words);
  data.array_ends_ = std::move(parts.array_ends);
  data.text_ = std::move(parts.text);
  data.text_ends_ = std::move(parts.text_ends);
  return data;
}

}  // namespace weir::store

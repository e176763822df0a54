#pragma once

#include <algorithm>
#include <cstring>

#include "weir/avro/columns.h"
#include "weir/avro/plan_run.h"

namespace weir::avro {

// Bytes that grow by doubling and are never set to zero.
class GrowingBytes {
 public:
  std::byte* data() const { return data_.get(); }
  // Makes room for `size` bytes, of which the first `used` stay.
  void fit(size_t used, size_t size) {
    if (size > capacity_) grow(used, size);
  }

 private:
  void grow(size_t used, size_t size);

  std::unique_ptr<std::byte[]> data_;
  size_t capacity_ = 0;
};

struct Columns::Column {
  ColumnType type = ColumnType::none;
  bool array = false;
  size_t width = 0;      // bytes of one value; of a text: of the end of it in `characters`
  size_t items = 0;      // of an array column: in all rows
  size_t text_size = 0;  // used of `characters`
  GrowingBytes values;
  GrowingBytes characters;
  GrowingBytes array_ends;          // size_t, one per row
  std::vector<uint8_t> null_rows;   // ends with the last null
  std::vector<uint8_t> null_items;  // the same

  template <typename T>
  T value(size_t index) const {
    T value;
    std::memcpy(&value, values.data() + index * sizeof(T), sizeof(T));
    return value;
  }
  size_t array_end(size_t row) const {
    size_t end = 0;
    std::memcpy(&end, array_ends.data() + row * sizeof(end), sizeof(end));
    return end;
  }
};

// What a run of the plan calls to append a row to columns: no virtual calls, and for a value that
// is no array item no question whether there is room, because `grow_rows` asked it for the row.
class ColumnSink {
 public:
  explicit ColumnSink(Columns& columns) : columns_(columns.columns_.data()), row_(columns.rows_) {
    if (row_ == columns.row_capacity_) columns.grow_rows();
  }

  void null(Slot slot, size_t leaf) const { set_null(columns_[leaf], row_, slot); }
  void boolean(Slot slot, size_t leaf, bool value) const { put(slot, leaf, uint8_t{value}); }
  void integer(Slot slot, size_t leaf, int64_t value) const { put(slot, leaf, value); }
  void single(Slot slot, size_t leaf, float value) const { put(slot, leaf, value); }
  void real(Slot slot, size_t leaf, double value) const { put(slot, leaf, value); }
  void symbol(Slot slot, size_t leaf, size_t index, const std::string* /*symbols*/) const {
    put(slot, leaf, static_cast<uint32_t>(index));
  }
  void text(Slot slot, size_t leaf, std::string_view utf8) const { put_text(slot, leaf, utf8); }
  void bytes(Slot slot, size_t leaf, BytesView value) const { put_text(slot, leaf, value); }
  void begin_array(size_t /*leaf*/) const {}
  void end_array(size_t leaf) const {
    Columns::Column& column = columns_[leaf];
    store(column.array_ends, row_, column.items);
  }
  template <typename T>
  void packed(size_t leaf, Packed<T> values) const {
    Columns::Column& column = columns_[leaf];
    const size_t used = column.items * sizeof(T);
    column.values.fit(used, used + values.size() * sizeof(T));
    if (values.size() > 0) values.copy_to(reinterpret_cast<T*>(column.values.data() + used));
    column.items += values.size();
  }

 private:
  template <typename T>
  static void store(GrowingBytes& to, size_t index, T value) {
    std::memcpy(to.data() + index * sizeof(T), &value, sizeof(T));
  }

  template <typename T>
  void put(Slot slot, size_t leaf, T value) const {
    put(columns_[leaf], row_, slot, value);
  }

  template <typename T>
  static void put(Columns::Column& column, size_t row, Slot slot, T value) {
    if (slot == Slot::field) return store(column.values, row, value);
    column.values.fit(column.items * sizeof(T), (column.items + 1) * sizeof(T));
    store(column.values, column.items++, value);
  }

  void put_text(Slot slot, size_t leaf, std::string_view text) const {
    Columns::Column& column = columns_[leaf];
    const size_t size = column.text_size + text.size();
    column.characters.fit(column.text_size, size);
    copy_text(column.characters.data() + column.text_size, text);
    column.text_size = size;
    put(column, row_, slot, size);
  }

  // The null itself, and the value that takes its place.
  static void set_null(Columns::Column& column, size_t row, Slot slot);

  // Most texts are short, and for them a call of memcpy is half the work.
  static void copy_text(std::byte* to, std::string_view text) {
    const size_t size = text.size();
    if (size >= 8 && size <= 16) {
      std::memcpy(to, text.data(), 8);
      std::memcpy(to + size - 8, text.data() + size - 8, 8);
    } else if (size > 0) {
      std::memcpy(to, text.data(), size);
    }
  }

  Columns::Column* const columns_;
  const size_t row_;
};

}  // namespace weir::avro

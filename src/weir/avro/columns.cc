#include "weir/avro/columns.h"

#include <algorithm>

#include "weir/avro/column_sink.h"
#include "weir/avro/plan_program.h"
#include "weir/base/check.h"

namespace weir::avro {
namespace {

constexpr size_t kFirstRows = 16;
constexpr size_t kFirstBytes = 64;

ColumnType column_type(const Leaf& leaf) {
  switch (leaf.type) {
    case LeafType::null:
      return ColumnType::none;
    case LeafType::boolean:
      return ColumnType::boolean;
    case LeafType::integer:
      return ColumnType::integer;
    case LeafType::real:
      return leaf.avro_type->kind == Kind::float32 ? ColumnType::float32 : ColumnType::float64;
    case LeafType::enumeration:
      return ColumnType::symbol;
    case LeafType::text:
    case LeafType::bytes:
    case LeafType::json:
      return ColumnType::text;
  }
  return ColumnType::none;
}

size_t width_of(ColumnType type) {
  switch (type) {
    case ColumnType::none:
      return 0;
    case ColumnType::boolean:
      return sizeof(uint8_t);
    case ColumnType::integer:
      return sizeof(int64_t);
    case ColumnType::float32:
      return sizeof(float);
    case ColumnType::float64:
      return sizeof(double);
    case ColumnType::symbol:
      return sizeof(uint32_t);
    case ColumnType::text:
      return sizeof(size_t);
  }
  return 0;
}

void mark_null(std::vector<uint8_t>& nulls, size_t index) {
  nulls.resize(index + 1, 0);
  nulls[index] = 1;
}

}  // namespace

void GrowingBytes::grow(size_t used, size_t size) {
  const size_t capacity = std::max({size, 2 * capacity_, kFirstBytes});
  std::unique_ptr<std::byte[]> grown(new std::byte[capacity]);
  if (used > 0) std::memcpy(grown.get(), data_.get(), used);
  data_ = std::move(grown);
  capacity_ = capacity;
}

void ColumnSink::set_null(Columns::Column& column, size_t row, Slot slot) {
  if (slot == Slot::item) {
    mark_null(column.null_items, column.items);
  } else {
    mark_null(column.null_rows, row);
    if (column.array) return store(column.array_ends, row, column.items);
  }
  switch (column.type) {
    case ColumnType::none:
      column.items += slot == Slot::item ? 1 : 0;
      return;
    case ColumnType::boolean:
      return put(column, row, slot, uint8_t{0});
    case ColumnType::integer:
      return put(column, row, slot, int64_t{0});
    case ColumnType::float32:
      return put(column, row, slot, 0.0F);
    case ColumnType::float64:
      return put(column, row, slot, 0.0);
    case ColumnType::symbol:
      return put(column, row, slot, uint32_t{0});
    case ColumnType::text:
      return put(column, row, slot, column.text_size);
  }
}

Columns::Columns(const DecodePlan& plan) : program_(plan.program_) {
  columns_.reserve(plan.leaves().size());
  for (const Leaf& leaf : plan.leaves()) {
    Column& column = columns_.emplace_back();
    column.type = column_type(leaf);
    column.array = leaf.is_array;
    column.width = width_of(column.type);
  }
}

Columns::Columns(Columns&&) noexcept = default;
Columns& Columns::operator=(Columns&&) noexcept = default;
Columns::~Columns() = default;

bool Columns::take_other(const std::shared_ptr<const DecodePlan::Program>& program) {
  const bool same =
      std::equal(columns_.begin(), columns_.end(), program->leaves.begin(), program->leaves.end(),
                 [](const Column& column, const Leaf& leaf) {
                   return column.type == column_type(leaf) && column.array == leaf.is_array;
                 });
  if (same) program_ = program;
  return same;
}

void Columns::clear() {
  rows_ = 0;
  for (Column& column : columns_) {
    column.items = 0;
    column.text_size = 0;
    column.null_rows.clear();
    column.null_items.clear();
  }
}

// Room for the values of the next row, and for those of some rows more.
void Columns::grow_rows() {
  row_capacity_ = std::max(kFirstRows, 2 * row_capacity_);
  for (Column& column : columns_) {
    if (column.array) {
      column.array_ends.fit(rows_ * sizeof(size_t), row_capacity_ * sizeof(size_t));
    } else {
      column.values.fit(rows_ * column.width, row_capacity_ * column.width);
    }
  }
}

// Takes back what a record wrote that turned out to be corrupt.
void Columns::abandon_row() {
  for (Column& column : columns_) {
    column.items = column.array && rows_ > 0 ? column.array_end(rows_ - 1) : 0;
    const size_t texts = column.array ? column.items : rows_;
    if (column.type == ColumnType::text) {
      column.text_size = texts > 0 ? column.value<size_t>(texts - 1) : 0;
    }
    column.null_rows.resize(std::min(column.null_rows.size(), rows_));
    column.null_items.resize(std::min(column.null_items.size(), column.items));
  }
}

ColumnType Columns::type(size_t leaf) const { return columns_[leaf].type; }

template <typename T>
std::span<const T> Columns::values(size_t leaf, ColumnType type) const {
  const Column& column = columns_[leaf];
  WEIR_CHECK(column.type == type);
  const size_t count = column.array ? column.items : rows_;
  return {reinterpret_cast<const T*>(column.values.data()), count};
}

std::span<const uint8_t> Columns::booleans(size_t leaf) const {
  return values<uint8_t>(leaf, ColumnType::boolean);
}
std::span<const int64_t> Columns::integers(size_t leaf) const {
  return values<int64_t>(leaf, ColumnType::integer);
}
std::span<const float> Columns::floats(size_t leaf) const {
  return values<float>(leaf, ColumnType::float32);
}
std::span<const double> Columns::doubles(size_t leaf) const {
  return values<double>(leaf, ColumnType::float64);
}
std::span<const uint32_t> Columns::symbols(size_t leaf) const {
  return values<uint32_t>(leaf, ColumnType::symbol);
}

TextColumn Columns::texts(size_t leaf) const {
  const std::span<const size_t> ends = values<size_t>(leaf, ColumnType::text);
  return {ends, reinterpret_cast<const char*>(columns_[leaf].characters.data())};
}

std::pair<size_t, size_t> Columns::items(size_t leaf, size_t row) const {
  const Column& column = columns_[leaf];
  WEIR_CHECK(column.array);
  return {row == 0 ? 0 : column.array_end(row - 1), column.array_end(row)};
}

bool Columns::is_null(size_t leaf, size_t row) const {
  const std::vector<uint8_t>& nulls = columns_[leaf].null_rows;
  return row < nulls.size() && nulls[row] != 0;
}

bool Columns::item_is_null(size_t leaf, size_t item) const {
  const std::vector<uint8_t>& nulls = columns_[leaf].null_items;
  return item < nulls.size() && nulls[item] != 0;
}

}  // namespace weir::avro

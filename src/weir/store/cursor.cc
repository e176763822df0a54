#include "weir/store/cursor.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace weir::store {
namespace {

auto key(const RowSet& rows, size_t row) {
  return std::tuple(rows.time(row), rows.partition(row), rows.offset(row));
}

// The heap's top is the source whose row comes first.
bool later(const std::unique_ptr<RowSource>& a, const std::unique_ptr<RowSource>& b) {
  return b->before(*a);
}

}  // namespace

RowSource::RowSource(RowSet rows, const Query& query)
    : rows_(std::move(rows)), direction_(query.order) {
  for (size_t row = 0; row < rows_.rows(); ++row) {
    const Timestamp time = rows_.time(row);
    if (time >= query.from && time < query.to) order_.push_back(static_cast<uint32_t>(row));
  }
  const auto earlier = [&](uint32_t a, uint32_t b) { return key(rows_, a) < key(rows_, b); };
  if (!std::is_sorted(order_.begin(), order_.end(), earlier))
    std::sort(order_.begin(), order_.end(), earlier);
  if (direction_ == Order::newest_first) std::reverse(order_.begin(), order_.end());
}

bool RowSource::before(const RowSource& other) const {
  const auto ours = key(rows_, row());
  const auto theirs = key(other.rows_, other.row());
  return direction_ == Order::oldest_first ? ours < theirs : theirs < ours;
}

void Cursor::State::add(RowSet rows) {
  auto source = std::make_unique<RowSource>(std::move(rows), query);
  if (source->at_end()) return;
  heap.push_back(std::move(source));
  std::push_heap(heap.begin(), heap.end(), later);
}

void Cursor::State::sort_chunks() {
  const bool forward = query.order == Order::oldest_first;
  std::sort(chunks.begin(), chunks.end(), [&](const ChunkRow& a, const ChunkRow& b) {
    return forward ? a.first > b.first : a.last < b.last;
  });
}

Status Cursor::State::open_due_chunks() {
  while (!chunks.empty()) {
    const ChunkRow& chunk = chunks.back();
    if (!heap.empty()) {
      const Timestamp head = heap.front()->time();
      if (query.order == Order::oldest_first ? chunk.first > head : chunk.last < head) return {};
    }
    const auto strips = [&](size_t number) { return catalog->strip(chunk.id, number); };
    auto rows = read_chunk(strips, topic->schema.columns, ordinals);
    if (!rows) return std::move(rows).error().within(topic->schema.name);
    chunks.pop_back();
    add(std::move(*rows));
  }
  return {};
}

Result<bool> Cursor::State::next() {
  if (current) {
    current->advance();
    if (!current->at_end()) {
      heap.push_back(std::move(current));
      std::push_heap(heap.begin(), heap.end(), later);
    }
    current.reset();
  }
  if (returned == query.limit) return false;
  WEIR_TRY(open_due_chunks());
  if (heap.empty()) return false;
  std::pop_heap(heap.begin(), heap.end(), later);
  current = std::move(heap.back());
  heap.pop_back();
  ++returned;
  return true;
}

Cursor::Cursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

const std::vector<Column>& Cursor::columns() const { return state_->columns; }
Result<bool> Cursor::next() { return state_->next(); }
Timestamp Cursor::time() const { return state_->current->time(); }
int32_t Cursor::partition() const {
  return state_->current->rows().partition(state_->current->row());
}
int64_t Cursor::offset() const { return state_->current->rows().offset(state_->current->row()); }
Value Cursor::value(size_t field) const {
  return Value(state_->current->rows().columns[field], state_->current->row());
}

bool Value::is_null() const { return data_ == nullptr || data_->is_null(row_); }
bool Value::is_array() const { return data_ != nullptr && data_->is_array(); }
ValueType Value::type() const { return data_ == nullptr ? ValueType::real : data_->type(); }
size_t Value::size() const { return data_ == nullptr ? 0 : data_->size(row_); }
bool Value::boolean(size_t index) const { return data_->word(row_, index) != 0; }
int64_t Value::integer(size_t index) const {
  return static_cast<int64_t>(data_->word(row_, index));
}
double Value::real(size_t index) const { return std::bit_cast<double>(data_->word(row_, index)); }
std::string_view Value::text(size_t index) const { return data_->text(row_, index); }

}  // namespace weir::store

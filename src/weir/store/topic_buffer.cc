#include "weir/store/topic_buffer.h"

#include <algorithm>

#include "weir/base/check.h"

namespace weir::store {
namespace {

constexpr uint64_t kRowBytes = 24;  // time, partition, offset

// The entry of a source partition, or nullptr.
SourcePosition* find_source(PartitionState& state, const RowOrigin& origin) {
  for (SourcePosition& source : state.sources) {
    if (source.partition == origin.source_partition && source.topic == origin.source_topic)
      return &source;
  }
  return nullptr;
}

bool same_words(const Column& left, const Column& right) {
  return left.unit == right.unit && left.description == right.description &&
         left.source_type == right.source_type;
}

}  // namespace

TopicBuffer::TopicBuffer(LiveRows& live, Clock& clock, TopicInfo info)
    : live_(live), clock_(clock), info_(std::make_shared<TopicInfo>(std::move(info))) {
  for (const Column& column : info_->schema.columns)
    rows_.columns.emplace_back(column.type, column.array);
  touch();
}

void TopicBuffer::restore(std::map<int32_t, PartitionState> partitions) {
  partitions_ = std::move(partitions);
  info_changed_ = false;
  first_unwritten_column_ = info_->schema.columns.size();
}

std::vector<size_t> TopicBuffer::bind(const TopicSchema& schema) {
  auto info = std::make_shared<TopicInfo>(*info_);
  std::vector<Column>& ours = info->schema.columns;
  std::map<std::string, std::vector<size_t>> by_name;
  for (size_t i = 0; i < ours.size(); ++i) by_name[ours[i].name].push_back(i);
  bool changed = info->schema.kind != schema.kind || info->schema.description != schema.description;
  info->schema.kind = schema.kind;
  info->schema.description = schema.description;
  bool changed_old = false;
  std::vector<size_t> ordinals;
  for (const Column& column : schema.columns) {
    std::vector<size_t>& versions = by_name[column.name];
    const auto same = std::find_if(versions.begin(), versions.end(), [&](size_t i) {
      return ours[i].type == column.type && ours[i].array == column.array;
    });
    if (same != versions.end()) {
      ordinals.push_back(*same);
      if (same_words(ours[*same], column)) continue;
      const uint32_t version = ours[*same].version;
      ours[*same] = column;
      ours[*same].version = version;
      changed = changed_old = true;
      continue;
    }
    ordinals.push_back(ours.size());
    ours.push_back(column);
    ours.back().version = static_cast<uint32_t>(versions.size()) + 1;
    changed = true;
  }
  if (!changed) return ordinals;
  MutexLock lock(live_.mutex);
  for (size_t i = info_->schema.columns.size(); i < ours.size(); ++i) {
    rows_.columns.emplace_back(ours[i].type, ours[i].array);
  }
  info_ = std::move(info);
  if (changed_old) first_unwritten_column_ = 0;
  if (!anything_unwritten()) touch();
  info_changed_ = true;
  return ordinals;
}

void TopicBuffer::touch() { since_ = clock_.steady_now(); }

void TopicBuffer::move_past(const RowOrigin& origin) {
  if (!anything_unwritten()) touch();
  PartitionState& state = partitions_[origin.partition];
  state.next_offset = std::max(state.next_offset, origin.offset + 1);
  moved_.insert(origin.partition);
  if (origin.source_topic.empty()) return;
  SourcePosition* source = find_source(state, origin);
  if (source == nullptr) {
    state.sources.push_back(
        {std::string(origin.source_topic), origin.source_partition, origin.source_offset});
  } else {
    source->offset = std::max(source->offset, origin.source_offset);
  }
}

bool TopicBuffer::begin_row(Timestamp time, const RowOrigin& origin) {
  live_.mutex.lock();
  const auto state = partitions_.find(origin.partition);
  if (state != partitions_.end()) {
    const SourcePosition* source = find_source(state->second, origin);
    const bool seen = origin.offset < state->second.next_offset;
    if (seen || (source != nullptr && origin.source_offset <= source->offset)) {
      ++live_.stats.repeated;
      if (!seen) move_past(origin);
      live_.mutex.unlock();
      return false;
    }
  }
  if (!anything_unwritten()) touch();
  open_row_ = rows_.rows();
  open_values_ = 0;
  open_bytes_ = kRowBytes;
  origin_ = origin;
  rows_.times.set_integer(open_row_, time.time_since_epoch().count());
  rows_.partitions.set_integer(open_row_, origin.partition);
  rows_.offsets.set_integer(open_row_, origin.offset);
  return true;
}

void TopicBuffer::end_row() {
  move_past(origin_);
  bytes_ += open_bytes_;
  ++live_.stats.rows;
  ++live_.stats.rows_in_memory;
  live_.stats.values += open_values_;
  live_.stats.bytes_in_memory += open_bytes_;
  live_.mutex.unlock();
}

void TopicBuffer::abandon_row() {
  rows_.times.resize(open_row_);
  rows_.partitions.resize(open_row_);
  rows_.offsets.resize(open_row_);
  for (ColumnData& column : rows_.columns) {
    if (column.rows() > open_row_) column.resize(open_row_);
  }
  live_.mutex.unlock();
}

void TopicBuffer::skip(const RowOrigin& origin) {
  MutexLock lock(live_.mutex);
  move_past(origin);
}

void TopicBuffer::prepare_to_encode() {
  MutexLock lock(live_.mutex);
  rows_.fill_columns();
}

void TopicBuffer::written() {
  live_.stats.rows_in_memory -= rows_.rows();
  live_.stats.bytes_in_memory -= bytes_;
  live_.stats.rows_written += rows_.rows();
  rows_.clear();
  bytes_ = 0;
  moved_.clear();
  info_changed_ = false;
  first_unwritten_column_ = info_->schema.columns.size();
}

void TopicBuffer::move_partition(int32_t partition, PartitionState state) {
  MutexLock lock(live_.mutex);
  partitions_[partition] = std::move(state);
}

}  // namespace weir::store

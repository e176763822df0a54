#include "weir/store/chunk_writer.h"

#include <algorithm>
#include <numeric>

#include "weir/base/log.h"

namespace weir::store {
namespace {

constexpr Logger kLog("store");
constexpr int64_t kMergeCount = 8;

std::vector<size_t> all_ordinals(const TopicInfo& topic) {
  std::vector<size_t> ordinals(topic.schema.columns.size());
  std::iota(ordinals.begin(), ordinals.end(), size_t{0});
  return ordinals;
}

RowSet empty_rows(const TopicInfo& topic) {
  RowSet rows;
  for (const Column& column : topic.schema.columns)
    rows.columns.emplace_back(column.type, column.array);
  return rows;
}

}  // namespace

ChunkWriter::ChunkWriter(sqlite::Database& database, LiveRows& live, const Options& options)
    : database_(database), live_(live), options_(options), catalog_(database) {}

Status ChunkWriter::load() {
  WEIR_TRY_ASSIGN(next_chunk_, catalog_.next_chunk_id());
  WEIR_TRY_ASSIGN(small_, catalog_.load_small_chunks());
  return {};
}

Result<ChunkWriter::Written> ChunkWriter::put_rows(int64_t topic, const RowSet& rows,
                                                   int64_t level) {
  const bool full =
      rows.rows() >= options_.chunk_rows / 4 || rows.bytes() >= options_.chunk_bytes / 4;
  const EncodedChunk chunk = encoder_.encode(rows);
  const Written written{.topic = topic,
                        .level = full ? kFullGrown : level,
                        .values = chunk.values,
                        .bytes = chunk.bytes()};
  WEIR_TRY(catalog_.put_chunk(next_chunk_, topic, written.level, chunk));
  ++next_chunk_;
  return written;
}

Status ChunkWriter::put_buffer(TopicBuffer& buffer, std::vector<Written>& done) {
  const TopicInfo& topic = *buffer.info();
  if (buffer.unwritten_columns())
    WEIR_TRY(catalog_.put_topic(topic, buffer.first_unwritten_column()));
  for (const int32_t partition : buffer.moved_partitions()) {
    WEIR_TRY(catalog_.put_position(topic.id, partition, buffer.partitions().at(partition)));
  }
  const size_t rows = buffer.rows().rows();
  if (rows == 0) return {};
  buffer.prepare_to_encode();
  const size_t most = std::max<size_t>(options_.chunk_rows, 1) * 4;
  if (rows <= most) {
    WEIR_TRY_ASSIGN(const Written written, put_rows(topic.id, buffer.rows(), 0));
    done.push_back(written);
    return {};
  }
  // Only after the disk was full, or when nobody called `maintain` for long.
  for (size_t first = 0; first < rows; first += most) {
    RowSet part = empty_rows(topic);
    part.append(buffer.rows(), first, std::min(rows, first + most));
    WEIR_TRY_ASSIGN(const Written written, put_rows(topic.id, part, 0));
    done.push_back(written);
  }
  return {};
}

Status ChunkWriter::write(std::span<TopicBuffer* const> buffers) {
  WEIR_TRY_ASSIGN(auto transaction, sqlite::Transaction::begin(database_));
  std::vector<Written> done;
  for (TopicBuffer* buffer : buffers) {
    if (auto put = put_buffer(*buffer, done); !put)
      return std::move(put).error().within(buffer->info()->schema.name);
  }
  MutexLock lock(live_.mutex);
  WEIR_TRY(transaction.commit());
  for (TopicBuffer* buffer : buffers) buffer->written();
  for (const Written& chunk : done) {
    ++live_.stats.chunks_written;
    live_.stats.values_written += chunk.values;
    live_.stats.bytes_written += chunk.bytes;
    if (chunk.level != kFullGrown) ++small_[chunk.topic][chunk.level];
  }
  return {};
}

Result<bool> ChunkWriter::merge_some() {
  for (const auto& [name, buffer] : live_.topics) {
    const auto topic = small_.find(buffer->info()->id);
    if (topic == small_.end()) continue;
    for (const auto& [level, count] : topic->second) {
      if (count < kMergeCount) continue;
      auto merged = merge(*buffer, level);
      if (merged) return true;
      if (merged.error().code() != ErrorCode::corrupt) return std::move(merged).error();
      kLog.error("chunks left unmerged", {{"topic", name}, {"reason", merged.error().message()}});
      WEIR_TRY(give_up_on(topic->first, level));
      return true;
    }
  }
  return false;
}

Result<RowSet> ChunkWriter::read_whole(const TopicInfo& topic, int64_t chunk) {
  const auto strips = [&](size_t number) { return catalog_.strip(chunk, number); };
  return read_chunk(strips, topic.schema.columns, all_ordinals(topic));
}

Status ChunkWriter::merge(const TopicBuffer& buffer, int64_t level) {
  const TopicInfo& topic = *buffer.info();
  WEIR_TRY_ASSIGN(auto transaction, sqlite::Transaction::begin(database_));
  WEIR_TRY_ASSIGN(const auto ids, catalog_.chunks_of_level(topic.id, level, kMergeCount));
  RowSet rows = empty_rows(topic);
  for (const int64_t id : ids) {
    WEIR_TRY_ASSIGN(const RowSet part, read_whole(topic, id));
    rows.append(part, 0, part.rows());
    WEIR_TRY(catalog_.remove_chunk(id));
  }
  rows.fill_columns();
  WEIR_TRY_ASSIGN(const Written written, put_rows(topic.id, rows, level + 1));
  WEIR_TRY(transaction.commit());
  small_[topic.id][level] -= ids.size();
  if (written.level != kFullGrown) ++small_[topic.id][written.level];
  MutexLock lock(live_.mutex);
  live_.stats.chunks_merged += ids.size();
  return {};
}

// A chunk that does not decode must not stand in the way of its neighbours for ever.
Status ChunkWriter::give_up_on(int64_t topic, int64_t level) {
  WEIR_TRY_ASSIGN(auto transaction, sqlite::Transaction::begin(database_));
  WEIR_TRY_ASSIGN(const auto ids, catalog_.chunks_of_level(topic, level, kMergeCount));
  for (const int64_t id : ids) WEIR_TRY(catalog_.set_level(id, kFullGrown));
  WEIR_TRY(transaction.commit());
  small_[topic][level] -= ids.size();
  return {};
}

Status ChunkWriter::move(const TopicBuffer& buffer, int32_t partition,
                         const PartitionState& state) {
  WEIR_TRY_ASSIGN(auto transaction, sqlite::Transaction::begin(database_));
  const int64_t topic = buffer.info()->id;
  WEIR_TRY(catalog_.forget_sources(topic, partition));
  WEIR_TRY(catalog_.put_position(topic, partition, state));
  return transaction.commit();
}

}  // namespace weir::store

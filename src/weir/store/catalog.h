#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/store/chunk.h"
#include "weir/store/schema.h"
#include "weir/store/sqlite.h"

namespace weir::store {

// The tables of the file, and all the SQL there is. docs/internals/store.md describes them.

// A topic as stored: its columns in the order in which they were first seen. Immutable once shared.
struct TopicInfo {
  int64_t id = 0;
  TopicSchema schema = {};
};
using TopicInfoPtr = std::shared_ptr<const TopicInfo>;

// The highest offset seen of a partition that a topic's records were made from.
struct SourcePosition {
  std::string topic = {};
  int32_t partition = 0;
  int64_t offset = 0;
};

// How far one partition of a topic has been taken in.
struct PartitionState {
  int64_t next_offset = 0;
  std::vector<SourcePosition> sources = {};  // rarely more than one
};

// Chunks smaller than is good have a level, 0 when a flush made them, one more than those that were
// merged into them otherwise; full-grown chunks have this one.
constexpr int64_t kFullGrown = 255;

struct ChunkRow {
  int64_t id = 0;
  uint64_t rows = 0;
  Timestamp first = {};
  Timestamp last = {};
};

struct RowTotals {
  uint64_t rows = 0;
  std::optional<Timestamp> first = {};
  std::optional<Timestamp> last = {};

  void add(uint64_t more, Timestamp earliest, Timestamp latest);
};

// Opens the file and makes sure that it is ours: `unsupported` for another version, `corrupt` for
// something else. Writable: makes the tables in a new file.
Result<sqlite::Database> open_catalog(const std::string& path, sqlite::Access access);

// A read connection with its statements. Confined; each read is inside `begin` … `end`, one
// snapshot.
class CatalogReader {
 public:
  static Result<std::unique_ptr<CatalogReader>> open(const std::string& path);

  Status begin();
  void end();

  Result<std::vector<TopicInfoPtr>> topics();           // without their columns, by name
  Result<TopicInfoPtr> topic(const std::string& name);  // nullptr: none of that name
  Result<std::vector<Column>> columns(int64_t topic);
  Result<std::map<int64_t, uint64_t>> column_counts();  // by topic
  Result<std::map<int64_t, RowTotals>> totals();        // by topic
  Result<RowTotals> totals(int64_t topic);
  // Chunks that may hold rows in [from, to).
  Result<std::vector<ChunkRow>> chunks(int64_t topic, Timestamp from, Timestamp to);
  // Decompressed.
  Result<Bytes> strip(int64_t chunk, size_t number);

 private:
  explicit CatalogReader(sqlite::Database database) : database_(std::move(database)) {}
  Result<sqlite::Statement*> prepared(const char* sql);

  sqlite::Database database_;
  std::map<const char*, sqlite::Statement> statements_;
};

// Everything that the writer asks of the file, inside transactions that the caller opens. Confined.
class CatalogWriter {
 public:
  explicit CatalogWriter(sqlite::Database& database) : database_(database) {}

  Result<std::map<std::string, TopicInfo>> load_topics();
  Result<std::map<int64_t, std::map<int32_t, PartitionState>>> load_positions();  // by topic
  Result<std::map<int64_t, std::map<int64_t, uint64_t>>>
  load_small_chunks();  // topic, level: count
  Result<int64_t> next_chunk_id();
  // What the file says of itself; "" when it says nothing.
  Result<std::string> meta(std::string_view name);
  Status put_meta(std::string_view name, std::string_view value);

  // Writes a topic and its columns from `first_column` on (those before are stored).
  Status put_topic(const TopicInfo& topic, size_t first_column);
  Status put_position(int64_t topic, int32_t partition, const PartitionState& state);
  Status forget_sources(int64_t topic, int32_t partition);
  Status put_chunk(int64_t id, int64_t topic, int64_t level, const EncodedChunk& chunk);
  Status remove_chunk(int64_t id);
  Status set_level(int64_t chunk, int64_t level);
  // The oldest chunks of a level.
  Result<std::vector<int64_t>> chunks_of_level(int64_t topic, int64_t level, int64_t limit);
  Result<Bytes> strip(int64_t chunk, size_t number);

 private:
  Result<sqlite::Statement*> prepared(const char* sql);

  sqlite::Database& database_;
  std::map<const char*, sqlite::Statement> statements_;
};

}  // namespace weir::store

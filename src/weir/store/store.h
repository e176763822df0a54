#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/store/reader.h"
#include "weir/store/schema.h"

namespace weir::store {

class ColumnData;
class TopicBuffer;

// Where a row comes from: its record in Kafka and, where that record names one, the record that it
// was made of. Both identify a repeat.
struct RowOrigin {
  int32_t partition = 0;
  int64_t offset = 0;
  std::string_view source_topic = {};  // empty: no source
  int32_t source_partition = 0;
  int64_t source_offset = 0;
};

struct Position {
  std::string topic = {};
  int32_t partition = 0;
  int64_t next_offset = 0;
};

struct Options {
  // A topic's rows are written when there are this many, or this many bytes of them, or the oldest
  // has waited this long. The last bounds what must be read from Kafka again after a crash.
  uint32_t chunk_rows = 4096;
  uint64_t chunk_bytes = UINT64_C(2) << 20;
  Duration max_age = std::chrono::seconds(30);
  // All unwritten rows together. Above half of it the largest topics are written early.
  uint64_t memory_limit = UINT64_C(192) << 20;
  // Bytes of rows that one `maintain` turns into chunks, so that the writer is never away for long.
  uint64_t step_bytes = UINT64_C(4) << 20;
};

// Counters since `open`, for live views and reports.
struct Stats {
  uint64_t rows = 0;      // accepted
  uint64_t values = 0;    // scalars and array items in them
  uint64_t repeated = 0;  // rows dropped because they were there already
  uint64_t rows_in_memory = 0;
  uint64_t bytes_in_memory = 0;
  uint64_t rows_written = 0;
  uint64_t values_written = 0;
  uint64_t chunks_written = 0;
  uint64_t chunks_merged = 0;
  uint64_t bytes_written = 0;  // of the chunks, as stored
};

// Appends rows of one topic in the columns of one schema, by the column's index there. Confined to
// the store's writer thread, one open row at a time in the whole store; must not outlive the Store.
//
//   if (!writer.begin_row(time, {.partition = 0, .offset = 17})) return;  // a repeat
//   writer.set_real(0, 45.0);
//   writer.begin_array(1);
//   for (double force : forces) writer.set_real(1, force);
//   writer.end_row();
class TopicWriter {
 public:
  // False: the row is stored already; it is counted, and no row is open. Until the row ends,
  // readers of unwritten rows wait.
  [[nodiscard]] bool begin_row(Timestamp time, const RowOrigin& origin);
  // A column that is not set is null. Setting a scalar twice keeps the later value; in an array
  // column each `set_` after `begin_array` adds an item. The type must be the column's.
  void set_boolean(size_t column, bool value);
  void set_integer(size_t column, int64_t value);
  void set_real(size_t column, double value);
  void set_text(size_t column, std::string_view value);  // also bytes
  void begin_array(size_t column);
  // The same as `set_real` for each; only in an array.
  void add_reals(size_t column, std::span<const double> items);
  void set_null(size_t column);
  // Another time than `begin_row` was given.
  void set_time(Timestamp time);
  void end_row();
  // Drops the open row: its record does not count as seen.
  void abandon_row();

  // The record at this origin will never become a row (it went to dead letters): go past it.
  void skip(const RowOrigin& origin);

 private:
  friend class Store;
  explicit TopicWriter(TopicBuffer& buffer) : buffer_(&buffer) {}

  TopicBuffer* buffer_;
  std::vector<ColumnData*> columns_;
};

// The embedded telemetry store: one SQLite file of compressed column chunks, written by one
// process. Rows gather in memory, readable at once; chunks and the positions that they came from
// are committed in one transaction, so every record becomes one row whatever dies in between, as
// long as Kafka still has what came after `positions()`. After a power cut the last transactions
// may be gone, positions and chunks alike, and the same holds. Thread rule: one writer thread calls
// everything but `reader`, `positions`, `stats` and `has_room`, which are shared.
class Store {
 public:
  // Makes the file if there is none. `already_exists`: another process writes it. `unsupported`:
  // made by another version. `corrupt`: not a store.
  static Result<std::unique_ptr<Store>> open(const std::string& path, const Options& options,
                                             io::FileSystem& files, Clock& clock);
  // What is in memory only is dropped (Kafka has it): call `flush` to keep it.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Declares a topic, or adds to one what this schema has more, and gives its writer.
  // `invalid_argument`: two columns of one name, or a name that is empty or holds '@'.
  Result<TopicWriter> writer(const TopicSchema& schema);

  // Where to read on in Kafka: for each topic and partition the offset after the last row taken (or
  // skipped), in memory or written.
  std::vector<Position> positions() const;
  // Remembers which Kafka cluster the positions belong to. `refused`: they belong to another.
  Status attach(const std::string& cluster_id);
  // Kafka no longer has a topic's records from our position on: writes what is in memory and goes
  // on at `next_offset`. Further ahead, old records were deleted. Further back, the topic was made
  // anew, and the offsets of its sources are forgotten too.
  Status move_position(const std::string& topic, int32_t partition, int64_t next_offset);
  // TopicWriter::skip, also for a topic of which no schema is known yet.
  Status skip(const std::string& topic, const RowOrigin& origin);

  // Writes what is due, at most about `step_bytes` of it, in one transaction; call it often.
  // `unavailable`: the disk is full or failing; nothing is lost, the rows stay in memory and a
  // later call tries again.
  Status maintain();
  // Writes everything.
  Status flush();
  // False when `memory_limit` is reached: take no more rows until a `maintain` has succeeded.
  bool has_room() const;

  const Reader& reader() const;
  Stats stats() const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::store

#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/store/schema.h"

namespace weir::io {
class FileSystem;
}

namespace weir::store {

class ColumnData;
class LiveRows;

// One value of one row: null, a scalar, or an array of scalars. A view into its cursor, good until
// the cursor moves. Ask only for the type that `type` names.
class Value {
 public:
  Value() = default;  // null
  Value(const ColumnData& data, size_t row) : data_(&data), row_(row) {}

  bool is_null() const;
  bool is_array() const;
  ValueType type() const;
  // Items of an array; 1 for a scalar, 0 for null.
  size_t size() const;

  bool boolean(size_t index = 0) const;
  int64_t integer(size_t index = 0) const;
  double real(size_t index = 0) const;
  std::string_view text(size_t index = 0) const;  // also bytes

 private:
  const ColumnData* data_ = nullptr;
  size_t row_ = 0;
};

enum class Order { oldest_first, newest_first };

struct Query {
  std::string topic = {};
  std::vector<std::string> fields = {};  // empty: every field
  Timestamp from = Timestamp::min();
  Timestamp to = Timestamp::max();  // exclusive
  uint64_t limit = std::numeric_limits<uint64_t>::max();
  Order order = Order::oldest_first;
};

// The rows of one query, ordered by time, then Kafka partition and offset. It holds one moment's
// picture of the store: what is written later does not appear. Keep it only while reading, because
// the file cannot shed old pages meanwhile. Confined; must not outlive its Reader.
class Cursor {
 public:
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  // The columns asked for, in the order asked for.
  const std::vector<Column>& columns() const;
  // Moves to the next row; false after the last. `corrupt` names the chunk that contradicts itself.
  Result<bool> next();
  Timestamp time() const;
  int32_t partition() const;
  int64_t offset() const;
  Value value(size_t field) const;

 private:
  friend class Reader;
  struct State;
  explicit Cursor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct TopicSummary {
  std::string name = {};
  std::string kind = {};
  std::string description = {};
  uint64_t columns = 0;
  uint64_t rows = 0;
  std::optional<Timestamp> first = {};  // none while there are no rows
  std::optional<Timestamp> last = {};
};

struct TopicDescription {
  TopicSummary summary = {};
  std::vector<Column> columns = {};
};

// Reads a telemetry store: its topics, their fields, their rows. `Store::reader` gives one that
// also sees rows not yet written; `open` reads the file while another process writes it. A topic or
// field that does not exist is `not_found`, with the nearest names in the message. Older versions
// of a column, left behind by a change of its type, are read as "name@1", "name@2". Shared.
//
//   WEIR_TRY_ASSIGN(auto cursor, reader.query({.topic = "lsst.sal.MTMount_elevation",
//                                              .fields = {"actualPosition"}, .from = noon}));
//   while (true) {
//     WEIR_TRY_ASSIGN(const bool more, cursor.next());
//     if (!more) break;
//     plot(cursor.time(), cursor.value(0).real());
//   }
class Reader {
 public:
  // `not_found` without a file, `unsupported` for another version's, `corrupt` for something else.
  static Result<std::unique_ptr<Reader>> open(const std::string& path, io::FileSystem& files);
  // For `Store`: reads the file at `path` together with the rows in `live`.
  static std::unique_ptr<Reader> make_live(const std::string& path, LiveRows& live);
  ~Reader();

  Result<std::vector<TopicSummary>> topics() const;  // by name
  Result<TopicDescription> describe(const std::string& topic) const;
  Result<Cursor> query(const Query& query) const;

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir::store

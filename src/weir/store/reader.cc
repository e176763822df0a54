#include "weir/store/reader.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "weir/base/mutex.h"
#include "weir/base/nearest.h"
#include "weir/io/file_system.h"
#include "weir/store/cursor.h"
#include "weir/store/topic_buffer.h"

namespace weir::store {
namespace {

constexpr size_t kMaxIdleConnections = 4;

Error unknown_topic(const std::string& name, const std::vector<std::string>& names) {
  // People leave out the prefix that all topics share.
  return Error(ErrorCode::not_found, "no topic " + name + did_you_mean(name, names));
}

// The newest version of a column, or the one that "name@version" asks for.
Result<size_t> find_column(const TopicSchema& schema, const std::string& field) {
  const size_t at = field.rfind('@');
  const std::string_view name = std::string_view(field).substr(0, at);
  uint32_t version = 0;
  if (at != std::string::npos)
    std::from_chars(field.data() + at + 1, field.data() + field.size(), version);
  const Column* best = nullptr;
  for (const Column& column : schema.columns) {
    if (column.name != name || (at != std::string::npos && column.version != version)) continue;
    if (best == nullptr || column.version > best->version) best = &column;
  }
  if (best != nullptr) return static_cast<size_t>(best - schema.columns.data());
  std::vector<std::string> names;
  for (const Column& column : schema.columns) names.push_back(column.name);
  return Error(ErrorCode::not_found,
               "topic " + schema.name + " has no field " + field + did_you_mean(field, names));
}

std::vector<size_t> newest_columns(const TopicSchema& schema) {
  std::map<std::string_view, size_t> newest;
  for (size_t i = 0; i < schema.columns.size(); ++i)
    newest[schema.columns[i].name] = i;  // versions ascend
  std::vector<size_t> ordinals;
  for (const auto& [name, ordinal] : newest) ordinals.push_back(ordinal);
  std::sort(ordinals.begin(), ordinals.end());
  return ordinals;
}

Result<std::vector<size_t>> find_columns(const TopicSchema& schema,
                                         const std::vector<std::string>& fields) {
  if (fields.empty()) return newest_columns(schema);
  std::vector<size_t> ordinals;
  for (const std::string& field : fields) {
    WEIR_TRY_ASSIGN(const size_t ordinal, find_column(schema, field));
    ordinals.push_back(ordinal);
  }
  return ordinals;
}

// The rows of a buffer in a query's span of time, with the columns that it asks for.
RowSet copy_rows(const RowSet& from, const Query& query, const std::vector<size_t>& ordinals) {
  const auto wanted = [&](size_t row) {
    return row < from.rows() && from.time(row) >= query.from && from.time(row) < query.to;
  };
  RowSet rows;
  for (const size_t ordinal : ordinals) {
    rows.columns.emplace_back(from.columns[ordinal].type(), from.columns[ordinal].is_array());
  }
  for (size_t first = 0; first < from.rows();) {
    size_t last = first;
    while (wanted(last)) ++last;
    rows.times.append(from.times, first, last);
    rows.partitions.append(from.partitions, first, last);
    rows.offsets.append(from.offsets, first, last);
    for (size_t i = 0; i < ordinals.size(); ++i)
      rows.columns[i].append(from.columns[ordinals[i]], first, last);
    first = last + 1;
  }
  return rows;
}

RowTotals totals_of(const RowSet& rows) {
  RowTotals totals;
  for (size_t row = 0; row < rows.rows(); ++row) totals.add(1, rows.time(row), rows.time(row));
  return totals;
}

TopicSummary summary_of(const TopicInfo& topic, const RowTotals& totals, uint64_t columns) {
  return {.name = topic.schema.name,
          .kind = topic.schema.kind,
          .description = topic.schema.description,
          .columns = columns,
          .rows = totals.rows,
          .first = totals.first,
          .last = totals.last};
}

uint64_t count_names(const TopicSchema& schema) { return newest_columns(schema).size(); }

}  // namespace

struct Reader::State {
  std::string path;
  LiveRows* live = nullptr;
  Mutex mutex;
  std::vector<std::unique_ptr<CatalogReader>> idle WEIR_GUARDED_BY(mutex);

  Result<CatalogLoan> borrow();
  void give_back(CatalogReader* connection);
  Result<TopicInfoPtr> stored_topic(CatalogReader& catalog, const std::string& name);
  Result<std::vector<std::string>> topic_names(CatalogReader& catalog);
  const TopicBuffer* live_topic(const std::string& name);
};

Result<CatalogLoan> Reader::State::borrow() {
  const auto back = [this](CatalogReader* connection) { give_back(connection); };
  {
    MutexLock lock(mutex);
    if (!idle.empty()) {
      CatalogLoan loan(idle.back().release(), back);
      idle.pop_back();
      return loan;
    }
  }
  WEIR_TRY_ASSIGN(auto connection, CatalogReader::open(path));
  return CatalogLoan(connection.release(), back);
}

void Reader::State::give_back(CatalogReader* connection) {
  std::unique_ptr<CatalogReader> owned(connection);
  owned->end();
  MutexLock lock(mutex);
  if (idle.size() < kMaxIdleConnections) idle.push_back(std::move(owned));
}

const TopicBuffer* Reader::State::live_topic(const std::string& name) {
  const auto found = live->topics.find(name);
  return found == live->topics.end() ? nullptr : found->second.get();
}

Result<std::vector<std::string>> Reader::State::topic_names(CatalogReader& catalog) {
  std::vector<std::string> names;
  if (live != nullptr) {
    MutexLock lock(live->mutex);
    for (const auto& [name, buffer] : live->topics) names.push_back(name);
    return names;
  }
  WEIR_TRY_ASSIGN(const auto topics, catalog.topics());
  for (const TopicInfoPtr& topic : topics) names.push_back(topic->schema.name);
  return names;
}

Result<TopicInfoPtr> Reader::State::stored_topic(CatalogReader& catalog, const std::string& name) {
  WEIR_TRY_ASSIGN(auto topic, catalog.topic(name));
  if (topic != nullptr) return topic;
  WEIR_TRY_ASSIGN(const auto names, topic_names(catalog));
  return unknown_topic(name, names);
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::~Reader() = default;

Result<std::unique_ptr<Reader>> Reader::open(const std::string& path, io::FileSystem& files) {
  if (!files.exists(path)) return Error(ErrorCode::not_found, "no telemetry store at " + path);
  auto state = std::make_unique<State>();
  state->path = path;
  WEIR_TRY_ASSIGN(auto connection, CatalogReader::open(path));
  state->idle.push_back(std::move(connection));
  return std::unique_ptr<Reader>(new Reader(std::move(state)));
}

std::unique_ptr<Reader> Reader::make_live(const std::string& path, LiveRows& live) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->live = &live;
  return std::unique_ptr<Reader>(new Reader(std::move(state)));
}

Result<std::vector<TopicSummary>> Reader::topics() const {
  WEIR_TRY_ASSIGN(CatalogLoan catalog, state_->borrow());
  std::vector<std::pair<TopicInfoPtr, RowTotals>> live;
  if (state_->live != nullptr) {
    MutexLock lock(state_->live->mutex);
    for (const auto& [name, buffer] : state_->live->topics) {
      live.emplace_back(buffer->info(), totals_of(buffer->rows()));
    }
    WEIR_TRY(catalog->begin());
  } else {
    WEIR_TRY(catalog->begin());
    WEIR_TRY_ASSIGN(auto topics, catalog->topics());
    for (TopicInfoPtr& topic : topics) live.emplace_back(std::move(topic), RowTotals());
  }
  WEIR_TRY_ASSIGN(auto totals, catalog->totals());
  std::map<int64_t, uint64_t> columns;
  if (state_->live == nullptr) {
    WEIR_TRY_ASSIGN(columns, catalog->column_counts());
  }
  std::vector<TopicSummary> summaries;
  for (auto& [topic, in_memory] : live) {
    RowTotals& total = totals[topic->id];
    if (in_memory.rows > 0) total.add(in_memory.rows, *in_memory.first, *in_memory.last);
    const uint64_t count =
        state_->live != nullptr ? count_names(topic->schema) : columns[topic->id];
    summaries.push_back(summary_of(*topic, total, count));
  }
  return summaries;
}

Result<TopicDescription> Reader::describe(const std::string& name) const {
  WEIR_TRY_ASSIGN(CatalogLoan catalog, state_->borrow());
  TopicInfoPtr topic;
  RowTotals in_memory;
  if (state_->live != nullptr) {
    MutexLock lock(state_->live->mutex);
    if (const TopicBuffer* buffer = state_->live_topic(name)) {
      topic = buffer->info();
      in_memory = totals_of(buffer->rows());
    }
    WEIR_TRY(catalog->begin());
  } else {
    WEIR_TRY(catalog->begin());
  }
  if (topic == nullptr) {
    WEIR_TRY_ASSIGN(topic, state_->stored_topic(*catalog, name));
  }
  WEIR_TRY_ASSIGN(RowTotals totals, catalog->totals(topic->id));
  if (in_memory.rows > 0) totals.add(in_memory.rows, *in_memory.first, *in_memory.last);
  return TopicDescription{.summary = summary_of(*topic, totals, count_names(topic->schema)),
                          .columns = topic->schema.columns};
}

Result<Cursor> Reader::query(const Query& query) const {
  WEIR_TRY_ASSIGN(CatalogLoan catalog, state_->borrow());
  TopicInfoPtr topic;
  std::vector<size_t> ordinals;
  RowSet in_memory;
  if (state_->live != nullptr) {
    MutexLock lock(state_->live->mutex);
    if (const TopicBuffer* buffer = state_->live_topic(query.topic)) {
      topic = buffer->info();
      WEIR_TRY_ASSIGN(ordinals, find_columns(topic->schema, query.fields));
      in_memory = copy_rows(buffer->rows(), query, ordinals);
    }
    WEIR_TRY(catalog->begin());
  } else {
    WEIR_TRY(catalog->begin());
  }
  if (topic == nullptr) {
    WEIR_TRY_ASSIGN(topic, state_->stored_topic(*catalog, query.topic));
    WEIR_TRY_ASSIGN(ordinals, find_columns(topic->schema, query.fields));
  }
  WEIR_TRY_ASSIGN(auto chunks, catalog->chunks(topic->id, query.from, query.to));
  auto state = std::make_unique<Cursor::State>(std::move(catalog), topic, query, ordinals);
  for (const size_t ordinal : ordinals) state->columns.push_back(topic->schema.columns[ordinal]);
  state->chunks = std::move(chunks);
  state->sort_chunks();
  state->add(std::move(in_memory));
  return Cursor(std::move(state));
}

}  // namespace weir::store

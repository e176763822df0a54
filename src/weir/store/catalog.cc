#include "weir/store/catalog.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::store {
namespace {

using sqlite::Statement;

constexpr int64_t kApplicationId = 0x77656972;  // "weir"
constexpr int64_t kFormatVersion = 1;
constexpr int kStripBits = 16;  // a strip's row id: chunk id, then the strip's number

constexpr const char* kCreateTables = R"sql(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
                      description TEXT NOT NULL);
  CREATE TABLE columns(topic INTEGER NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL,
                       version INTEGER NOT NULL, type INTEGER NOT NULL, is_array INTEGER NOT NULL,
                       unit TEXT NOT NULL, description TEXT NOT NULL, source_type TEXT NOT NULL,
                       PRIMARY KEY(topic, ordinal)) WITHOUT ROWID;
  CREATE TABLE positions(topic INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
                         PRIMARY KEY(topic, partition)) WITHOUT ROWID;
  CREATE TABLE sources(topic INTEGER NOT NULL, partition INTEGER NOT NULL, source_topic TEXT NOT NULL,
                       source_partition INTEGER NOT NULL, source_offset INTEGER NOT NULL,
                       PRIMARY KEY(topic, partition, source_topic, source_partition)) WITHOUT ROWID;
  CREATE TABLE chunks(id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, level INTEGER NOT NULL,
                      row_count INTEGER NOT NULL, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL);
  CREATE INDEX chunks_by_time ON chunks(topic, first_us, last_us, row_count);
  CREATE INDEX chunks_small ON chunks(topic, level) WHERE level < 255;
  CREATE TABLE strips(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
  PRAGMA application_id = 0x77656972;
  PRAGMA user_version = 1;
)sql";

int64_t strip_id(int64_t chunk, size_t number) {
  return (chunk << kStripBits) | static_cast<int64_t>(number);
}

int64_t to_micros(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp from_micros(int64_t micros) { return Timestamp(Duration(micros)); }

Status check_identity(const sqlite::Database& database) {
  WEIR_TRY_ASSIGN(const int64_t application, database.ask("PRAGMA application_id"));
  WEIR_TRY_ASSIGN(const int64_t version, database.ask("PRAGMA user_version"));
  if (application != kApplicationId) return Error(ErrorCode::corrupt, "not a telemetry store");
  if (version != kFormatVersion) {
    return Error(
        ErrorCode::unsupported,
        fmt::format("a telemetry store of format {}; this program reads and writes format {}",
                    version, kFormatVersion));
  }
  return {};
}

Status make_tables(sqlite::Database& database) {
  // The page size only takes effect before the first table; larger ones waste more at the end of
  // strips.
  WEIR_TRY(database.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL"));
  WEIR_TRY_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
  WEIR_TRY(database.execute(kCreateTables));
  return transaction.commit();
}

// NORMAL: a power cut may undo the last transactions but never tears one, and positions are undone
// with the chunks that they belong to. The write-ahead log is moved into the file by
// `Store::maintain`.
constexpr const char* kWriterPragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 250";

Column read_column(const Statement& row, int at) {
  Column column;
  column.name = row.text(at);
  column.version = static_cast<uint32_t>(row.integer(at + 1));
  column.type = static_cast<ValueType>(row.integer(at + 2));
  column.array = row.integer(at + 3) != 0;
  column.unit = row.text(at + 4);
  column.description = row.text(at + 5);
  column.source_type = row.text(at + 6);
  return column;
}

Status check_column(const Column& column) {
  if (static_cast<uint8_t>(column.type) <= static_cast<uint8_t>(ValueType::bytes)) return {};
  return Error(ErrorCode::corrupt, "column " + column.name + " has an unknown type");
}

Result<Statement*> prepare_once(const sqlite::Database& database,
                                std::map<const char*, Statement>& statements, const char* sql) {
  auto found = statements.find(sql);
  if (found == statements.end()) {
    WEIR_TRY_ASSIGN(Statement statement, database.prepare(sql));
    found = statements.emplace(sql, std::move(statement)).first;
  }
  found->second.reset();
  return &found->second;
}

constexpr const char* kSelectStrip = "SELECT data FROM strips WHERE id = ?";

Result<Bytes> read_strip(Statement& statement, int64_t chunk, size_t number) {
  WEIR_TRY_ASSIGN(const bool found, statement.bind(0, strip_id(chunk, number)).step());
  auto raw = found ? open_strip(statement.blob(0))
                   : Result<Bytes>(Error(ErrorCode::corrupt, "strip: missing"));
  statement.reset();
  if (!raw) return std::move(raw).error().within(fmt::format("chunk {} strip {}", chunk, number));
  return raw;
}

}  // namespace

void RowTotals::add(uint64_t more, Timestamp earliest, Timestamp latest) {
  if (more == 0) return;
  rows += more;
  first = first ? std::min(*first, earliest) : earliest;
  last = last ? std::max(*last, latest) : latest;
}

Result<sqlite::Database> open_catalog(const std::string& path, sqlite::Access access) {
  auto open = [&]() -> Result<sqlite::Database> {
    WEIR_TRY_ASSIGN(auto database, sqlite::Database::open(path, access));
    WEIR_TRY_ASSIGN(const int64_t tables, database.ask("SELECT count(*) FROM sqlite_schema"));
    if (tables == 0 && access == sqlite::Access::read_write) WEIR_TRY(make_tables(database));
    WEIR_TRY(check_identity(database));
    if (access == sqlite::Access::read_write) WEIR_TRY(database.execute(kWriterPragmas));
    return database;
  };
  auto database = open();
  if (!database) return std::move(database).error().within(path);
  return database;
}

Result<std::unique_ptr<CatalogReader>> CatalogReader::open(const std::string& path) {
  WEIR_TRY_ASSIGN(auto database, open_catalog(path, sqlite::Access::read_only));
  return std::unique_ptr<CatalogReader>(new CatalogReader(std::move(database)));
}

Result<Statement*> CatalogReader::prepared(const char* sql) {
  return prepare_once(database_, statements_, sql);
}

Status CatalogReader::begin() {
  WEIR_TRY(database_.execute("BEGIN"));
  // The snapshot is that of the first read, not of BEGIN.
  WEIR_TRY_ASSIGN(Statement * statement, prepared("SELECT 1 FROM positions LIMIT 1"));
  return statement->run();
}

void CatalogReader::end() {
  for (auto& [sql, statement] : statements_) statement.reset();
  static_cast<void>(database_.execute("ROLLBACK"));
}

Result<std::vector<TopicInfoPtr>> CatalogReader::topics() {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT id, name, kind, description FROM topics ORDER BY name"));
  std::vector<TopicInfoPtr> topics;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return topics;
    auto info = std::make_shared<TopicInfo>();
    info->id = row->integer(0);
    info->schema = {
        .name = row->text(1), .kind = row->text(2), .description = row->text(3), .columns = {}};
    topics.push_back(std::move(info));
  }
}

Result<TopicInfoPtr> CatalogReader::topic(const std::string& name) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT id, kind, description FROM topics WHERE name = ?"));
  WEIR_TRY_ASSIGN(const bool found, row->bind(0, name).step());
  if (!found) return TopicInfoPtr();
  auto info = std::make_shared<TopicInfo>();
  info->id = row->integer(0);
  info->schema = {.name = name, .kind = row->text(1), .description = row->text(2), .columns = {}};
  row->reset();
  WEIR_TRY_ASSIGN(info->schema.columns, columns(info->id));
  return TopicInfoPtr(std::move(info));
}

Result<std::vector<Column>> CatalogReader::columns(int64_t topic) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT name, version, type, is_array, unit, description, source_type "
                           "FROM columns WHERE topic = ? ORDER BY ordinal"));
  row->bind(0, topic);
  std::vector<Column> columns;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return columns;
    columns.push_back(read_column(*row, 0));
    WEIR_TRY(check_column(columns.back()));
  }
}

Result<std::map<int64_t, uint64_t>> CatalogReader::column_counts() {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT topic, count(DISTINCT name) FROM columns GROUP BY topic"));
  std::map<int64_t, uint64_t> counts;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return counts;
    counts[row->integer(0)] = static_cast<uint64_t>(row->integer(1));
  }
}

Result<std::map<int64_t, RowTotals>> CatalogReader::totals() {
  WEIR_TRY_ASSIGN(
      Statement * row,
      prepared(
          "SELECT topic, sum(row_count), min(first_us), max(last_us) FROM chunks GROUP BY topic"));
  std::map<int64_t, RowTotals> totals;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return totals;
    totals[row->integer(0)].add(static_cast<uint64_t>(row->integer(1)),
                                from_micros(row->integer(2)), from_micros(row->integer(3)));
  }
}

Result<RowTotals> CatalogReader::totals(int64_t topic) {
  WEIR_TRY_ASSIGN(
      Statement * row,
      prepared("SELECT sum(row_count), min(first_us), max(last_us) FROM chunks WHERE topic = ?"));
  WEIR_TRY_ASSIGN(const bool found, row->bind(0, topic).step());
  RowTotals totals;
  if (found) {
    totals.add(static_cast<uint64_t>(row->integer(0)), from_micros(row->integer(1)),
               from_micros(row->integer(2)));
  }
  return totals;
}

Result<std::vector<ChunkRow>> CatalogReader::chunks(int64_t topic, Timestamp from, Timestamp to) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT id, row_count, first_us, last_us FROM chunks "
                           "WHERE topic = ? AND first_us < ? AND last_us >= ? ORDER BY first_us"));
  row->bind(0, topic).bind(1, to_micros(to)).bind(2, to_micros(from));
  std::vector<ChunkRow> chunks;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return chunks;
    chunks.push_back({.id = row->integer(0),
                      .rows = static_cast<uint64_t>(row->integer(1)),
                      .first = from_micros(row->integer(2)),
                      .last = from_micros(row->integer(3))});
  }
}

Result<Bytes> CatalogReader::strip(int64_t chunk, size_t number) {
  WEIR_TRY_ASSIGN(Statement * statement, prepared(kSelectStrip));
  return read_strip(*statement, chunk, number);
}

Result<Statement*> CatalogWriter::prepared(const char* sql) {
  return prepare_once(database_, statements_, sql);
}

Result<std::map<std::string, TopicInfo>> CatalogWriter::load_topics() {
  std::map<std::string, TopicInfo> topics;
  std::map<int64_t, TopicInfo*> by_id;
  WEIR_TRY_ASSIGN(Statement * row, prepared("SELECT id, name, kind, description FROM topics"));
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) break;
    TopicInfo& info = topics[row->text(1)];
    info.id = row->integer(0);
    info.schema = {
        .name = row->text(1), .kind = row->text(2), .description = row->text(3), .columns = {}};
    by_id[info.id] = &info;
  }
  WEIR_TRY_ASSIGN(
      row, prepared("SELECT name, version, type, is_array, unit, description, source_type, topic "
                    "FROM columns ORDER BY topic, ordinal"));
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return topics;
    const auto info = by_id.find(row->integer(7));
    if (info == by_id.end()) return Error(ErrorCode::corrupt, "a column belongs to no topic");
    info->second->schema.columns.push_back(read_column(*row, 0));
    WEIR_TRY(check_column(info->second->schema.columns.back()));
  }
}

Result<std::map<int64_t, std::map<int32_t, PartitionState>>> CatalogWriter::load_positions() {
  std::map<int64_t, std::map<int32_t, PartitionState>> positions;
  WEIR_TRY_ASSIGN(Statement * row, prepared("SELECT topic, partition, next_offset FROM positions"));
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) break;
    positions[row->integer(0)][static_cast<int32_t>(row->integer(1))].next_offset = row->integer(2);
  }
  WEIR_TRY_ASSIGN(row,
                  prepared("SELECT topic, partition, source_topic, source_partition, source_offset "
                           "FROM sources"));
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return positions;
    PartitionState& state = positions[row->integer(0)][static_cast<int32_t>(row->integer(1))];
    state.sources.push_back({row->text(2), static_cast<int32_t>(row->integer(3)), row->integer(4)});
  }
}

Result<std::map<int64_t, std::map<int64_t, uint64_t>>> CatalogWriter::load_small_chunks() {
  std::map<int64_t, std::map<int64_t, uint64_t>> counts;
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT topic, level, count(*) FROM chunks WHERE level < 255 "
                           "GROUP BY topic, level"));
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return counts;
    counts[row->integer(0)][row->integer(1)] = static_cast<uint64_t>(row->integer(2));
  }
}

Result<std::string> CatalogWriter::meta(std::string_view name) {
  WEIR_TRY_ASSIGN(Statement * row, prepared("SELECT value FROM meta WHERE name = ?"));
  WEIR_TRY_ASSIGN(const bool found, row->bind(0, name).step());
  std::string value = found ? row->text(0) : std::string();
  row->reset();
  return value;
}

Status CatalogWriter::put_meta(std::string_view name, std::string_view value) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)"));
  return row->bind(0, name).bind(1, value).run();
}

Result<int64_t> CatalogWriter::next_chunk_id() {
  WEIR_TRY_ASSIGN(const int64_t last, database_.ask("SELECT max(id) FROM chunks"));
  return last + 1;
}

Status CatalogWriter::put_topic(const TopicInfo& topic, size_t first_column) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("INSERT INTO topics(id, name, kind, description) VALUES(?, ?, ?, ?) "
                           "ON CONFLICT(id) DO UPDATE SET kind = excluded.kind, "
                           "description = excluded.description"));
  row->bind(0, topic.id)
      .bind(1, topic.schema.name)
      .bind(2, topic.schema.kind)
      .bind(3, topic.schema.description);
  WEIR_TRY(row->run());
  WEIR_TRY_ASSIGN(
      row,
      prepared(
          "INSERT OR REPLACE INTO columns(topic, ordinal, name, version, type, is_array, unit, "
          "description, source_type) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  for (size_t i = first_column; i < topic.schema.columns.size(); ++i) {
    const Column& column = topic.schema.columns[i];
    row->bind(0, topic.id).bind(1, static_cast<int64_t>(i)).bind(2, column.name);
    row->bind(3, column.version)
        .bind(4, static_cast<int64_t>(column.type))
        .bind(5, column.array ? 1 : 0);
    row->bind(6, column.unit).bind(7, column.description).bind(8, column.source_type);
    WEIR_TRY(row->run());
  }
  return {};
}

Status CatalogWriter::put_position(int64_t topic, int32_t partition, const PartitionState& state) {
  WEIR_TRY_ASSIGN(
      Statement * row,
      prepared("INSERT OR REPLACE INTO positions(topic, partition, next_offset) VALUES(?, ?, ?)"));
  WEIR_TRY(row->bind(0, topic).bind(1, partition).bind(2, state.next_offset).run());
  WEIR_TRY_ASSIGN(
      row,
      prepared("INSERT OR REPLACE INTO sources(topic, partition, source_topic, source_partition, "
               "source_offset) VALUES(?, ?, ?, ?, ?)"));
  for (const SourcePosition& source : state.sources) {
    row->bind(0, topic)
        .bind(1, partition)
        .bind(2, source.topic)
        .bind(3, source.partition)
        .bind(4, source.offset);
    WEIR_TRY(row->run());
  }
  return {};
}

Status CatalogWriter::forget_sources(int64_t topic, int32_t partition) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("DELETE FROM sources WHERE topic = ? AND partition = ?"));
  return row->bind(0, topic).bind(1, partition).run();
}

Status CatalogWriter::put_chunk(int64_t id, int64_t topic, int64_t level,
                                const EncodedChunk& chunk) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("INSERT INTO chunks(id, topic, level, row_count, first_us, last_us) "
                           "VALUES(?, ?, ?, ?, ?, ?)"));
  row->bind(0, id).bind(1, topic).bind(2, level).bind(3, static_cast<int64_t>(chunk.rows));
  WEIR_TRY(row->bind(4, to_micros(chunk.first)).bind(5, to_micros(chunk.last)).run());
  WEIR_TRY_ASSIGN(row, prepared("INSERT INTO strips(id, data) VALUES(?, ?)"));
  for (size_t i = 0; i < chunk.strips.size(); ++i) {
    WEIR_TRY(row->bind(0, strip_id(id, i)).bind_blob(1, chunk.strips[i]).run());
  }
  return {};
}

Status CatalogWriter::remove_chunk(int64_t id) {
  WEIR_TRY_ASSIGN(Statement * row, prepared("DELETE FROM chunks WHERE id = ?"));
  WEIR_TRY(row->bind(0, id).run());
  WEIR_TRY_ASSIGN(row, prepared("DELETE FROM strips WHERE id BETWEEN ? AND ?"));
  return row->bind(0, strip_id(id, 0)).bind(1, strip_id(id + 1, 0) - 1).run();
}

Status CatalogWriter::set_level(int64_t chunk, int64_t level) {
  WEIR_TRY_ASSIGN(Statement * row, prepared("UPDATE chunks SET level = ? WHERE id = ?"));
  return row->bind(0, level).bind(1, chunk).run();
}

Result<std::vector<int64_t>> CatalogWriter::chunks_of_level(int64_t topic, int64_t level,
                                                            int64_t limit) {
  WEIR_TRY_ASSIGN(Statement * row,
                  prepared("SELECT id FROM chunks WHERE topic = ? AND level = ? AND level < 255 "
                           "ORDER BY id LIMIT ?"));
  row->bind(0, topic).bind(1, level).bind(2, limit);
  std::vector<int64_t> ids;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, row->step());
    if (!more) return ids;
    ids.push_back(row->integer(0));
  }
}

Result<Bytes> CatalogWriter::strip(int64_t chunk, size_t number) {
  WEIR_TRY_ASSIGN(Statement * statement, prepared(kSelectStrip));
  return read_strip(*statement, chunk, number);
}

}  // namespace weir::store

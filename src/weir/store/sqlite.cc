#include "weir/store/sqlite.h"

#include <sqlite3.h>

#include "weir/base/check.h"

namespace weir::store::sqlite {
namespace {

ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return ErrorCode::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return ErrorCode::corrupt;
    default:
      return ErrorCode::internal;
  }
}

Error error_of(sqlite3* database, int result) {
  std::string message = "SQLite: ";
  message += database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  return Error(code_of(result), std::move(message));
}

void must(int result) { WEIR_CHECK(result == SQLITE_OK); }

}  // namespace

void Statement::Close::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int parameter, int64_t value) {
  must(sqlite3_bind_int64(statement_.get(), parameter + 1, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  must(sqlite3_bind_text64(statement_.get(), parameter + 1, text.empty() ? "" : text.data(),
                           text.size(), nullptr, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_real(int parameter, double value) {
  must(sqlite3_bind_double(statement_.get(), parameter + 1, value));
  return *this;
}

Statement& Statement::bind_blob(int parameter, BytesView bytes) {
  must(sqlite3_bind_blob64(statement_.get(), parameter + 1, bytes.empty() ? "" : bytes.data(),
                           bytes.size(), nullptr));
  return *this;
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  Error error = error_of(sqlite3_db_handle(statement_.get()), result);
  sqlite3_reset(statement_.get());
  return error;
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

Status Statement::run() {
  WEIR_TRY_ASSIGN(const bool row, step());
  static_cast<void>(row);
  reset();
  return {};
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::text(int column) const { return std::string(blob(column)); }

BytesView Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? BytesView()
                         : BytesView(static_cast<const char*>(data), static_cast<size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path, Access access) {
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (access == Access::read_only ? SQLITE_OPEN_READONLY
                                                 : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (result != SQLITE_OK) return error_of(raw, result).within(path);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5000);
  return database;
}

Status Database::execute(const char* sql) {
  const int result = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return error_of(database_.get(), result);
  return {};
}

Result<Statement> Database::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  const int result =
      sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return error_of(database_.get(), result);
  return Statement(statement);
}

Result<int64_t> Database::ask(const char* sql) const {
  WEIR_TRY_ASSIGN(Statement statement, prepare(sql));
  WEIR_TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

Status Database::checkpoint() {
  const int result = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               nullptr, nullptr);
  if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
    return error_of(database_.get(), result);
  return {};
}

Result<Transaction> Transaction::begin(Database& database) {
  WEIR_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // Nothing to do about a failure: SQLite has rolled back by itself then.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  WEIR_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace weir::store::sqlite

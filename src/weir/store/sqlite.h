#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace weir::store::sqlite {

// The thin end of SQLite: ownership, and results as errors. `unavailable` = busy, full disk or I/O
// error; `corrupt` = not a database, or a damaged one. Confined: one thread at a time.

// A prepared statement: bind, step through its rows, reset. `run` does all three for one without
// rows.
class Statement {
 public:
  // Parameters and columns count from 0. Text and blobs are borrowed until the statement is reset.
  Statement& bind(int parameter, int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_real(int parameter, double value);
  Statement& bind_blob(int parameter, BytesView bytes);
  Result<bool> step();  // true: a row is there
  void reset();
  Status run();

  int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  BytesView blob(int column) const;  // until the next step or reset
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Close {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Close> statement_;
};

enum class Access { read_only, read_write };

// A connection. Statements must go before it.
class Database {
 public:
  static Result<Database> open(const std::string& path, Access access);

  Status execute(const char* sql);
  Result<Statement> prepare(const char* sql) const;
  // The first column of the first row.
  Result<int64_t> ask(const char* sql) const;
  // Moves what the write-ahead log holds into the file as far as readers allow.
  Status checkpoint();

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

// Rolls back when it goes without having been committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace weir::store::sqlite

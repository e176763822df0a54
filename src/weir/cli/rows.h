#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "weir/base/time.h"
#include "weir/io/output.h"

namespace weir::cli {

enum class RowFormat { automatic, table, json, jsonl, csv, name };

// "table", "json", "jsonl", "csv" or "name".
Result<RowFormat> parse_row_format(std::string_view text);

// One typed value of a row. Numbers are exact to 64 bits in every format; a moment is printed as
// ISO 8601 in UTC; `std::monostate` is "no value": null in JSON, empty in CSV, "-" in a table.
using Cell = std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Timestamp>;

struct Column {
  std::string name;       // lower_snake: the key in JSON, the header elsewhere
  std::string unit = {};  // shown after the name in tables: "elevation (deg)"
};

struct RowStyle {
  RowFormat format = RowFormat::automatic;
  bool headers = true;
  bool bold_headers = false;
  int width = 0;  // columns of the terminal, at which table lines are cut; 0 cuts nothing
};

// Prints rows of equal shape in one of the formats. Tables and JSON arrays appear whole at
// `finish`; jsonl, csv and name as rows are added. `name` prints the first cell of each row alone,
// for scripts.
//
//   RowWriter rows = context.rows({{"topic"}, {"partitions"}});
//   rows.add({topic.name, int64_t{3}});
//   rows.finish();
//
// CSV is RFC 4180 with CRLF line ends; JSON has NaN and infinities as null. Confined.
class RowWriter {
 public:
  RowWriter(io::Output& out, std::vector<Column> columns, RowStyle style);

  // A row has one cell for each column; another number is a bug and aborts.
  void add(std::vector<Cell> row);
  void finish();

 private:
  void write_table();

  io::Output& out_;
  const std::vector<Column> columns_;
  const RowStyle style_;
  std::vector<std::vector<Cell>> kept_;  // table only
  size_t count_ = 0;
};

}  // namespace weir::cli

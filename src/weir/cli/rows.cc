#include "weir/cli/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "weir/base/check.h"
#include "weir/cli/text.h"

namespace weir::cli {
namespace {

struct PlainPrinter {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(Timestamp value) const { return format_utc(value); }
  template <typename Number>
  std::string operator()(Number value) const {
    return fmt::format("{}", value);
  }
};

struct JsonPrinter {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& value) const { return json_string(value); }
  std::string operator()(Timestamp value) const { return json_string(format_utc(value)); }
  std::string operator()(double value) const {
    return std::isfinite(value) ? fmt::format("{}", value) : "null";
  }
  template <typename Number>
  std::string operator()(Number value) const {
    return fmt::format("{}", value);
  }
};

std::string json_object(const std::vector<Column>& columns, const std::vector<Cell>& row) {
  std::string out = "{";
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ", ";
    out += json_string(columns[i].name) + ": " + std::visit(JsonPrinter(), row[i]);
  }
  return out + "}";
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string table_cell(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return "-";
  return printable(std::visit(PlainPrinter(), cell));
}

bool is_number(const Cell& cell) {
  return std::holds_alternative<int64_t>(cell) || std::holds_alternative<uint64_t>(cell) ||
         std::holds_alternative<double>(cell);
}

}  // namespace

Result<RowFormat> parse_row_format(std::string_view text) {
  if (text == "table") return RowFormat::table;
  if (text == "json") return RowFormat::json;
  if (text == "jsonl") return RowFormat::jsonl;
  if (text == "csv") return RowFormat::csv;
  if (text == "name") return RowFormat::name;
  return Error(ErrorCode::invalid_argument,
               fmt::format("'{}' is no output format; use table, json, jsonl, csv or name", text));
}

RowWriter::RowWriter(io::Output& out, std::vector<Column> columns, RowStyle style)
    : out_(out), columns_(std::move(columns)), style_(style) {
  if (style_.format != RowFormat::csv || !style_.headers) return;
  std::string line;
  for (size_t i = 0; i < columns_.size(); ++i)
    line += (i > 0 ? "," : "") + csv_cell(columns_[i].name);
  out_.write(line + "\r\n");
}

void RowWriter::add(std::vector<Cell> row) {
  WEIR_CHECK(row.size() == columns_.size());
  ++count_;
  switch (style_.format) {
    case RowFormat::automatic:
    case RowFormat::table:
      kept_.push_back(std::move(row));
      return;
    case RowFormat::json:
      out_.write((count_ == 1 ? "[\n  " : ",\n  ") + json_object(columns_, row));
      return;
    case RowFormat::jsonl:
      out_.write(json_object(columns_, row) + "\n");
      return;
    case RowFormat::name:
      out_.write(std::visit(PlainPrinter(), row[0]) + "\n");
      return;
    case RowFormat::csv: {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i)
        line += (i > 0 ? "," : "") + csv_cell(std::visit(PlainPrinter(), row[i]));
      out_.write(line + "\r\n");
      return;
    }
  }
}

void RowWriter::finish() {
  if (style_.format == RowFormat::table || style_.format == RowFormat::automatic) write_table();
  if (style_.format == RowFormat::json) out_.write(count_ == 0 ? "[]\n" : "\n]\n");
  out_.flush();
}

void RowWriter::write_table() {
  std::vector<std::vector<std::string>> lines;
  if (style_.headers) {
    auto& header = lines.emplace_back();
    for (const Column& column : columns_) {
      header.push_back(column.unit.empty() ? column.name
                                           : fmt::format("{} ({})", column.name, column.unit));
    }
  }
  for (const auto& row : kept_) {
    auto& line = lines.emplace_back();
    for (const Cell& cell : row) line.push_back(table_cell(cell));
  }
  std::vector<size_t> widths(columns_.size(), 0);
  std::vector<bool> right(columns_.size(), false);
  for (size_t i = 0; i < columns_.size(); ++i) {
    for (const auto& line : lines) widths[i] = std::max(widths[i], display_width(line[i]));
    right[i] =
        std::any_of(kept_.begin(), kept_.end(), [&](const auto& row) { return is_number(row[i]); });
  }
  for (size_t number = 0; number < lines.size(); ++number) {
    std::string text;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string blanks(widths[i] - display_width(lines[number][i]), ' ');
      text +=
          (i > 0 ? "  " : "") + (right[i] ? blanks + lines[number][i] : lines[number][i] + blanks);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    if (style_.width > 0) text = cut_to_width(text, static_cast<size_t>(style_.width));
    const bool bold = style_.bold_headers && style_.headers && number == 0;
    out_.write(bold ? "\x1b[1m" + text + "\x1b[0m\n" : text + "\n");
  }
  kept_.clear();
}

}  // namespace weir::cli

#include "weir/web/api/row_text.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "weir/base/json.h"
#include "weir/store/reader.h"

namespace weir::web::api {
namespace {

constexpr size_t kPiece = 64 * 1024;

void append_hex(std::string_view bytes, std::string& out) {
  for (char c : bytes)
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
}

void append_real(double value, std::string& out) {
  if (std::isfinite(value)) {
    out += format_real(value, NumberStyle::python);
  } else {
    append_json_string(out, format_real(value, NumberStyle::python));
  }
}

void append_json_item(const store::Value& value, size_t index, std::string& out) {
  switch (value.type()) {
    case store::ValueType::boolean:
      out += value.boolean(index) ? "true" : "false";
      return;
    case store::ValueType::integer:
      fmt::format_to(std::back_inserter(out), "{}", value.integer(index));
      return;
    case store::ValueType::real:
      return append_real(value.real(index), out);
    case store::ValueType::text:
      return append_json_string(out, value.text(index));
    case store::ValueType::bytes:
      out += '"';
      append_hex(value.text(index), out);
      out += '"';
      return;
  }
}

void append_json(const store::Value& value, std::string& out) {
  if (value.is_null()) {
    out += "null";
    return;
  }
  if (!value.is_array()) return append_json_item(value, 0, out);
  out += '[';
  for (size_t index = 0; index < value.size(); ++index) {
    if (index > 0) out += ',';
    append_json_item(value, index, out);
  }
  out += ']';
}

void append_csv_text(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv(const store::Value& value, std::string& out) {
  if (value.is_null()) return;
  if (value.is_array()) {
    std::string json;
    append_json(value, json);
    return append_csv_text(json, out);
  }
  switch (value.type()) {
    case store::ValueType::real:
      out += format_real(value.real(), NumberStyle::python);
      return;
    case store::ValueType::text:
      return append_csv_text(value.text(), out);
    case store::ValueType::bytes:
      return append_hex(value.text(), out);
    case store::ValueType::boolean:
    case store::ValueType::integer:
      return append_json_item(value, 0, out);
  }
}

void append_csv_header(const std::vector<store::Column>& columns, std::string& out) {
  out += "time";
  for (const store::Column& column : columns) {
    out += ',';
    append_csv_text(column.name, out);
  }
  out += "\r\n";
}

void append_csv_row(const store::Cursor& row, std::string& out) {
  out += format_utc(row.time());
  for (size_t field = 0; field < row.columns().size(); ++field) {
    out += ',';
    append_csv(row.value(field), out);
  }
  out += "\r\n";
}

void append_json_row(const store::Cursor& row, std::string& out) {
  fmt::format_to(std::back_inserter(out), R"({{"time":"{}")", format_utc(row.time()));
  for (size_t field = 0; field < row.columns().size(); ++field) {
    out += ',';
    append_json_string(out, row.columns()[field].name);
    out += ':';
    append_json(row.value(field), out);
  }
  out += "}\n";
}

}  // namespace

Result<RowText> parse_row_text(std::string_view text) {
  if (text == "jsonl") return RowText::jsonl;
  if (text == "csv") return RowText::csv;
  return Error(ErrorCode::invalid_argument, fmt::format("no format '{}'; use jsonl or csv", text));
}

std::string_view content_type(RowText format) {
  switch (format) {
    case RowText::jsonl:
      return "application/jsonl";
    case RowText::csv:
      return "text/csv";
  }
  return "text/plain";
}

Status write_rows(store::Cursor& cursor, RowText format,
                  const std::function<Status(BytesView)>& sink) {
  std::string text;
  if (format == RowText::csv) append_csv_header(cursor.columns(), text);
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next());
    if (!more) break;
    if (format == RowText::csv) {
      append_csv_row(cursor, text);
    } else {
      append_json_row(cursor, text);
    }
    if (text.size() < kPiece) continue;
    WEIR_TRY(sink(text));
    text.clear();
  }
  return text.empty() ? Status() : sink(text);
}

}  // namespace weir::web::api

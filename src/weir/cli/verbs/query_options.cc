#include "weir/cli/verbs/query_options.h"

#include "weir/base/json.h"
#include "weir/cli/verbs/lines.h"

namespace weir::cli::verbs {
namespace {

// The reader of our output has gone: nobody wants the rest.
Status write(Context& context, BytesView text) {
  context.out().write(text);
  if (context.out().closed())
    return Error(ErrorCode::unavailable, "the reader of the output has gone");
  return {};
}

Cell to_cell(const Json& value) {
  if (value.is_null()) return std::monostate();
  if (const auto flag = value.as_boolean()) return *flag;
  if (const auto number = value.as_int64()) return *number;
  if (value.is_number()) return value.as_double().value_or(0);
  if (const std::string* text = value.as_string()) return *text;
  return value.print();
}

Status print_table(Context& context, web::api::QuerySource& source, const store::Query& query) {
  WEIR_TRY_ASSIGN(const store::TopicDescription topic, source.describe(query.topic));
  std::vector<Column> columns = {{"time"}};
  const auto unit_of = [&](const std::string& name) {
    for (const store::Column& column : topic.columns) {
      if (column.name == name) return column.unit;
    }
    return std::string();
  };
  if (query.fields.empty()) {
    for (const store::Column& column : topic.columns) columns.push_back({column.name, column.unit});
  }
  for (const std::string& field : query.fields) columns.push_back({field, unit_of(field)});

  RowWriter rows = context.rows(columns);
  Lines lines([&](std::string_view line) -> Status {
    WEIR_TRY_ASSIGN(const Json row, Json::parse(line));
    std::vector<Cell> cells;
    for (const Json::Member& member : row.members()) cells.push_back(to_cell(member.value));
    cells.resize(columns.size());
    rows.add(std::move(cells));
    return {};
  });
  WEIR_TRY(source.query(query, web::api::RowText::jsonl,
                        [&](BytesView piece) { return lines.add(piece); }));
  rows.finish();
  return {};
}

Status print_json_array(Context& context, web::api::QuerySource& source,
                        const store::Query& query) {
  std::string separator = "[\n  ";
  Lines lines([&](std::string_view line) {
    const Status status = write(context, separator + std::string(line));
    separator = ",\n  ";
    return status;
  });
  WEIR_TRY(source.query(query, web::api::RowText::jsonl,
                        [&](BytesView piece) { return lines.add(piece); }));
  return write(context, separator == ",\n  " ? "\n]\n" : "[]\n");
}

Status print_csv_without_header(Context& context, web::api::QuerySource& source,
                                const store::Query& query) {
  bool header = true;
  Lines lines([&](std::string_view line) -> Status {
    if (!header) return write(context, std::string(line) + "\n");
    header = false;
    return {};
  });
  return source.query(query, web::api::RowText::csv,
                      [&](BytesView piece) { return lines.add(piece); });
}

Status print_through(Context& context, web::api::QuerySource& source, const store::Query& query,
                     web::api::RowText format) {
  return source.query(query, format, [&](BytesView piece) { return write(context, piece); });
}

}  // namespace

void TargetOptions::declare(OptionSet& options) {
  data_ =
      &options.option("data", &target_.data_folder, "data folder of `weir up`").value_name("DIR");
  options
      .option("server", &target_.server_url,
              "address of a running `weir up` instead of a data folder")
      .value_name("URL");
}

bool TargetOptions::is_given() const {
  return !target_.server_url.empty() || data_->source() == config::Source::flag;
}

void RangeOptions::declare(OptionSet& options) {
  options.option("from", &from_, "earliest time; from the beginning without it").value_name("TIME");
  options.option("to", &to_, "time to end before; to the end without it").value_name("TIME");
  options.option("limit", &limit_, "at most so many rows, the oldest; 0 is all of them");
  options.option("last", &last_, "only the newest rows, so many; newest first");
}

Result<store::Query> RangeOptions::query(std::string topic, Timestamp now) const {
  store::Query query;
  query.topic = std::move(topic);
  if (!from_.empty()) {
    WEIR_TRY_ASSIGN(query.from, parse_time(from_, now));
  }
  if (!to_.empty()) {
    WEIR_TRY_ASSIGN(query.to, parse_time(to_, now));
  }
  if (limit_ > 0 && last_ > 0) {
    return Error(ErrorCode::invalid_argument, "--limit and --last exclude each other");
  }
  if (limit_ > 0) query.limit = limit_;
  if (last_ > 0) {
    query.limit = last_;
    query.order = store::Order::newest_first;
  }
  return query;
}

Status print_rows(Context& context, web::api::QuerySource& source, const store::Query& query) {
  RowFormat format = context.row_style().format;
  if (format == RowFormat::automatic) {
    format = context.out().is_terminal() ? RowFormat::table : RowFormat::jsonl;
  }
  switch (format) {
    case RowFormat::automatic:
    case RowFormat::table:
    case RowFormat::name:
      return print_table(context, source, query);
    case RowFormat::json:
      return print_json_array(context, source, query);
    case RowFormat::jsonl:
      return print_through(context, source, query, web::api::RowText::jsonl);
    case RowFormat::csv:
      return context.row_style().headers
                 ? print_through(context, source, query, web::api::RowText::csv)
                 : print_csv_without_header(context, source, query);
  }
  return {};
}

}  // namespace weir::cli::verbs

#include "weir/web/api/query_request.h"

#include <fmt/format.h>

#include <charconv>

#include "weir/io/http_server.h"

namespace weir::web::api {
namespace {

Result<uint64_t> parse_limit(std::string_view text) {
  uint64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc() && end == text.data() + text.size()) return limit;
  return Error(ErrorCode::invalid_argument, fmt::format("'{}' is no number of rows", text));
}

Result<store::Order> parse_order(std::string_view text) {
  if (text == "oldest") return store::Order::oldest_first;
  if (text == "newest") return store::Order::newest_first;
  return Error(ErrorCode::invalid_argument,
               fmt::format("no order '{}'; use oldest or newest", text));
}

Status set(QueryRequest& request, std::string_view name, const std::string& value, Timestamp now) {
  store::Query& query = request.query;
  if (name == "topic") {
    query.topic = value;
  } else if (name == "fields") {
    for (std::string& field : split_fields(value)) query.fields.push_back(std::move(field));
  } else if (name == "from") {
    WEIR_TRY_ASSIGN(query.from, parse_time(value, now));
  } else if (name == "to") {
    WEIR_TRY_ASSIGN(query.to, parse_time(value, now));
  } else if (name == "limit") {
    WEIR_TRY_ASSIGN(query.limit, parse_limit(value));
  } else if (name == "order") {
    WEIR_TRY_ASSIGN(query.order, parse_order(value));
  } else if (name == "format") {
    WEIR_TRY_ASSIGN(request.format, parse_row_text(value));
  } else {
    return Error(ErrorCode::invalid_argument,
                 "no such parameter; use topic, fields, from, to, limit, order and format");
  }
  return {};
}

}  // namespace

std::vector<std::string> split_fields(std::string_view text) {
  std::vector<std::string> fields;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view field = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (field.starts_with(' ')) field.remove_prefix(1);
    while (field.ends_with(' ')) field.remove_suffix(1);
    if (!field.empty()) fields.emplace_back(field);
  }
  return fields;
}

Result<QueryRequest> parse_query(const io::HttpRequest& request, Timestamp now) {
  QueryRequest parsed;
  for (const auto& [name, value] : request.query) {
    const Status status = set(parsed, name, value, now);
    if (!status) return Error(status.error()).within(name);
  }
  if (parsed.query.topic.empty()) return Error(ErrorCode::invalid_argument, "topic: missing");
  return parsed;
}

}  // namespace weir::web::api

#pragma once

#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/store/reader.h"
#include "weir/web/api/row_text.h"

namespace weir::io {
struct HttpRequest;
}

namespace weir::web::api {

struct QueryRequest {
  store::Query query;
  RowText format = RowText::jsonl;
};

// Reads topic, fields (repeated or with commas), from, to, limit, order and format of a query
// string. `invalid_argument` names the parameter that is wrong or unknown.
Result<QueryRequest> parse_query(const io::HttpRequest& request, Timestamp now);

// "a,b" → {"a", "b"}; blanks around names are dropped.
std::vector<std::string> split_fields(std::string_view text);

}  // namespace weir::web::api

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/store/reader.h"
#include "weir/web/api/row_text.h"

namespace weir::io {
class FileSystem;
}

namespace weir::web::api {

// Where to look for telemetry: a URL names a running `weir up`, else the data folder decides.
struct QueryTarget {
  std::string data_folder = "weir-data";
  std::string server_url = {};
};

// Topics and rows, from a running `weir up` over its API, or straight from the store when none
// runs. Unknown topics and fields are `not_found` and suggest the nearest names. Confined.
class QuerySource {
 public:
  // Finds the `weir up` that works on the data folder; when there is none, opens the store
  // read-only. `not_found` when there is no store either.
  static Result<std::unique_ptr<QuerySource>> open(const QueryTarget& target,
                                                   io::FileSystem& files);
  virtual ~QuerySource() = default;

  virtual Result<std::vector<store::TopicSummary>> topics() = 0;
  virtual Result<store::TopicDescription> describe(const std::string& topic) = 0;
  // Hands the rows to `sink` as text, piece by piece.
  virtual Status query(const store::Query& query, RowText format,
                       const std::function<Status(BytesView)>& sink) = 0;
};

}  // namespace weir::web::api

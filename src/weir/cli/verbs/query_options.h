#pragma once

#include <string>

#include "weir/cli/context.h"
#include "weir/cli/option_set.h"
#include "weir/store/reader.h"
#include "weir/web/api/query_source.h"

// Options and output that the verbs which read telemetry have in common.
namespace weir::cli::verbs {

// --data and --server: where to look.
class TargetOptions {
 public:
  void declare(OptionSet& options);
  const web::api::QueryTarget& target() const { return target_; }
  // The command line says where.
  bool is_given() const;

 private:
  web::api::QueryTarget target_;
  const config::Option* data_ = nullptr;
};

// --from, --to, --last: which rows.
class RangeOptions {
 public:
  void declare(OptionSet& options);
  Result<store::Query> query(std::string topic, Timestamp now) const;

 private:
  std::string from_, to_;
  uint64_t limit_ = 0;
  uint64_t last_ = 0;
};

// Prints the rows in the format of -o. CSV and JSON lines go through as they come, however many;
// tables, JSON arrays and names are made of the same rows.
Status print_rows(Context& context, web::api::QuerySource& source, const store::Query& query);

}  // namespace weir::cli::verbs

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "weir/base/time.h"
#include "weir/cli/verbs/kafka_options.h"

// Places in a topic as users write them.
namespace weir::cli::verbs {

// The beginning, the end, an offset, or the first record at or after a moment. Immutable.
class OffsetPlace {
 public:
  // "beginning" (or "earliest"), "end" (or "latest"), an offset as 1200, milliseconds since 1970 as
  // @1763823706250, or a moment as `parse_time` reads it: 2026-11-22T15:01, now, -15m.
  static Result<OffsetPlace> parse(std::string_view text, Timestamp now);

  // The offset of that place in each partition, inside what exists. After the last record it is
  // the end.
  Result<std::vector<int64_t>> resolve(kafka::client::Admin& admin,
                                       const std::vector<kafka::client::TopicPartition>& partitions,
                                       const std::vector<kafka::client::Watermarks>& marks,
                                       std::chrono::milliseconds timeout) const;

  bool is_beginning() const { return kind_ == Kind::beginning; }
  bool is_end() const { return kind_ == Kind::end; }
  // The offset, when it was written as one.
  std::optional<int64_t> offset() const {
    return kind_ == Kind::offset ? std::optional(offset_) : std::nullopt;
  }

 private:
  enum class Kind { beginning, end, offset, moment };
  OffsetPlace(Kind kind, int64_t offset, Timestamp moment)
      : kind_(kind), offset_(offset), moment_(moment) {}

  Kind kind_;
  int64_t offset_;
  Timestamp moment_;
};

}  // namespace weir::cli::verbs

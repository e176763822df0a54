#include "weir/cli/verbs/offset_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace weir::cli::verbs {
namespace {

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr int64_t kMostMillis = INT64_MAX / 1000;  // a Timestamp counts microseconds

}  // namespace

Result<OffsetPlace> OffsetPlace::parse(std::string_view text, Timestamp now) {
  if (text == "beginning" || text == "earliest") return OffsetPlace(Kind::beginning, 0, now);
  if (text == "end" || text == "latest") return OffsetPlace(Kind::end, 0, now);
  if (const auto offset = whole_number(text); offset && *offset >= 0)
    return OffsetPlace(Kind::offset, *offset, now);
  if (text.starts_with('@')) {
    const auto milliseconds = whole_number(text.substr(1));
    if (milliseconds && *milliseconds >= 0 && *milliseconds <= kMostMillis)
      return OffsetPlace(Kind::moment, 0, from_millis(*milliseconds));
  } else if (!whole_number(text)) {
    if (const auto moment = parse_time(text, now)) return OffsetPlace(Kind::moment, 0, *moment);
  }
  return Error(
      ErrorCode::invalid_argument,
      fmt::format("'{}' is no place in a topic: write beginning, end, an offset as 1200, a time as "
                  "2026-11-22T15:01, or a time ago as -15m",
                  text));
}

Result<std::vector<int64_t>> OffsetPlace::resolve(
    kafka::client::Admin& admin, const std::vector<kafka::client::TopicPartition>& partitions,
    const std::vector<kafka::client::Watermarks>& marks, std::chrono::milliseconds timeout) const {
  std::vector<int64_t> offsets(partitions.size(), offset_);
  if (kind_ == Kind::moment) {
    WEIR_TRY_ASSIGN(offsets, admin.offsets_at(partitions, moment_, timeout));
  }
  for (size_t i = 0; i < offsets.size(); ++i) {
    const auto& [low, high] = marks[i];
    if (kind_ == Kind::beginning) offsets[i] = low;
    if (kind_ == Kind::end || offsets[i] < 0) offsets[i] = high;
    offsets[i] = std::clamp(offsets[i], low, high);
  }
  return offsets;
}

}  // namespace weir::cli::verbs

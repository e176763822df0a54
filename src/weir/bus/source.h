#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "weir/kafka/client/record.h"

namespace weir::bus {

// The record that another was made of. It travels as three headers, `weir.source.topic`,
// `weir.source.partition` and `weir.source.offset` (decimal), so that a repeat can be recognised by
// where it comes from, whatever offset the repeat itself got. Borrows the topic.
struct Source {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
};

// The source that a record names; nullopt when it names none or not a whole one.
std::optional<Source> source_of(const kafka::client::IncomingRecord& record);

// The headers that name a source, without an allocation. Must not be copied: the views point into
// it.
class SourceHeaders {
 public:
  explicit SourceHeaders(const Source& source);
  SourceHeaders(const SourceHeaders&) = delete;
  SourceHeaders& operator=(const SourceHeaders&) = delete;

  std::span<const kafka::client::HeaderView> views() const { return headers_; }

 private:
  std::array<char, 12> partition_;
  std::array<char, 21> offset_;
  std::array<kafka::client::HeaderView, 3> headers_;
};

}  // namespace weir::bus

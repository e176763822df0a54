#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"

namespace weir::kafka::text {

// Cuts a stream of bytes into pieces at a delimiter. A piece of more than `limit` bytes is handed
// on as too long, without its bytes, and the next one is found all the same: memory stays bounded.
// Confined.
class RecordSplitter {
 public:
  // `piece` lives for the length of the call; `too_long` comes with an empty one.
  using Sink = std::function<void(BytesView piece, bool too_long)>;

  // The delimiter is not empty.
  RecordSplitter(std::string delimiter, size_t limit, Sink sink);

  void add(BytesView bytes);
  // What follows the last delimiter is a piece if it has any bytes.
  void finish();

 private:
  void hand_on(BytesView piece);

  const std::string delimiter_;
  const size_t limit_;
  const Sink sink_;
  Bytes pending_;
  bool skipping_ = false;  // inside a piece that is too long
};

}  // namespace weir::kafka::text

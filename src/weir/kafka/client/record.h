#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/base/time.h"

namespace weir::kafka::client {

// One header of a record; a header may be there without a value (null). Borrows its bytes.
struct HeaderView {
  std::string_view name = {};
  std::optional<BytesView> value = {};
};

// A record to write. Borrows everything: the bytes are copied before `publish` or `produce`
// returns.
struct OutgoingRecord {
  std::string_view topic = {};
  int32_t partition = -1;  // -1: by the key (as Java does), without a key in turn
  std::optional<BytesView> key = {};
  std::optional<BytesView> value = {};  // nullopt is a null value: a tombstone
  std::span<const HeaderView> headers = {};
  std::optional<Timestamp> timestamp = {};  // nullopt: now; kept to the millisecond
};

// A record as read. Borrows: valid until the next `poll` of the consumer that returned it.
struct IncomingRecord {
  std::string_view topic = {};
  int32_t partition = 0;
  int64_t offset = 0;
  std::optional<Timestamp> timestamp = {};
  bool time_is_of_append = false;  // given by the broker; else by the producer
  std::optional<BytesView> key = {};
  std::optional<BytesView> value = {};
  std::span<const HeaderView> headers = {};

  // The last header of that name, if it is there and has a value.
  std::optional<BytesView> header(std::string_view name) const;
};

// What became of a record. Borrows `topic` and `error` for the length of the callback.
struct Delivery {
  std::string_view topic = {};
  int32_t partition = -1;
  int64_t offset = -1;           // of the record, when `error` is null
  const Error* error = nullptr;  // null: acknowledged by all in-sync replicas
  // The record had to be sent again after an earlier send whose outcome was unknown and which the
  // broker could not recognise as the same: it may lie in the topic twice. Never set in normal
  // operation; a lost connection alone does not set it.
  bool may_repeat = false;

  bool ok() const { return error == nullptr; }
};

}  // namespace weir::kafka::client

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/result.h"
#include "weir/kafka/client/record.h"

// A record as one JSON object: topic, partition, offset, tstype, ts (milliseconds since 1970),
// headers (names and values in turn), key and payload, as kcat -J writes it. Null stays null. Bytes
// that are no UTF-8 have no place in JSON: they are written as base64, and a member beside them
// says so ("key_encoding", "payload_encoding" or "headers_encoding": "base64"; of headers it is all
// values). So every record survives. Header names that are no UTF-8, which Kafka does not allow,
// do not.
namespace weir::kafka::text {

enum class BytesAs { text_if_utf8, base64 };

// Appends the object, without a line end.
void append_envelope(std::string& out, const client::IncomingRecord& record,
                     BytesAs bytes = BytesAs::text_if_utf8);

// A record read from such an object.
struct ParsedRecord {
  std::optional<std::string> topic = {};
  std::optional<int32_t> partition = {};
  std::optional<Timestamp> timestamp = {};
  std::optional<Bytes> key = {};
  std::optional<Bytes> value = {};
  std::vector<std::pair<std::string, std::optional<Bytes>>> headers = {};
};

// `invalid_argument` for what is no such object; members that are absent are null, and others, as
// offset, are not looked at. Memory is bounded by a constant times the input.
Result<ParsedRecord> parse_envelope(std::string_view json);

}  // namespace weir::kafka::text

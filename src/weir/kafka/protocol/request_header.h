#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::kafka::protocol {

// What stands in front of every request, behind the frame's size. Version 0 has no client id (no
// API served here uses it), 1 has one, 2 adds tagged fields; the API's version decides which it is.
//
//   ByteReader reader(frame);
//   WEIR_TRY_ASSIGN(const auto header, RequestHeader::decode(reader));
//   WEIR_TRY_ASSIGN(const auto request, ProduceRequest::decode(reader, header.api_version));
struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string> client_id;

  // The header in the version its own first fields ask for. `unsupported` where the API is unknown,
  // so that the connection can be closed; `corrupt` where the bytes end or contradict.
  static Result<RequestHeader> decode(ByteReader& reader);
  static Result<RequestHeader> decode(ByteReader& reader, int16_t header_version);
  void encode(ByteWriter& writer, int16_t header_version) const;
  bool operator==(const RequestHeader&) const = default;
};

// What stands in front of every response: version 1 adds tagged fields to version 0.
struct ResponseHeader {
  int32_t correlation_id = 0;

  static Result<ResponseHeader> decode(ByteReader& reader, int16_t header_version);
  void encode(ByteWriter& writer, int16_t header_version) const;
  bool operator==(const ResponseHeader&) const = default;
};

}  // namespace weir::kafka::protocol

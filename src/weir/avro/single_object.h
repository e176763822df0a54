#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "weir/avro/schema.h"
#include "weir/avro/value.h"
#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::avro {

// Avro's single-object encoding (Avro 1.12, "Single-object encoding"): the bytes C3 01, the
// CRC-64-AVRO fingerprint of the writer's schema in little-endian order, and the datum in binary.
//
//   Bytes message;
//   WEIR_TRY(append_single_object(schema, value, message));
//   WEIR_TRY_ASSIGN(Value same, decode_single_object(message, [&](uint64_t fingerprint) {
//     return my_schemas.find(fingerprint); }));

constexpr size_t kSingleObjectHeaderSize = 10;

// The ten bytes in front. On the data path: the fingerprint once per schema, this per message.
void append_single_object_header(uint64_t fingerprint, Bytes& out);
// Header and datum. `invalid_argument` when the value does not fit; `out` is then as it was.
Status append_single_object(const Schema& schema, const Value& value, Bytes& out);

struct SingleObject {
  uint64_t fingerprint = 0;  // of the writer's schema: crc64_fingerprint (fingerprint.h)
  BytesView datum;           // points into the message
};

// Takes a message apart. `corrupt` when it does not begin as one; the datum is not looked at.
Result<SingleObject> parse_single_object(BytesView message);

// The schema with that fingerprint, or nothing.
using SchemaLookup = std::function<std::optional<Schema>(uint64_t fingerprint)>;

// `not_found` when nobody knows the schema; otherwise as decode_value.
Result<Value> decode_single_object(BytesView message, const SchemaLookup& lookup);

}  // namespace weir::avro

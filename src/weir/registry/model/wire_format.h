#pragma once

#include <cstdint>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::registry::model {

// The number under which a registry knows a schema: positive, never given to another schema.
using SchemaId = int32_t;

// A value as Confluent's clients write it: a zero byte, the schema id (big endian), the payload.
inline constexpr size_t kFrameHeaderSize = 5;

struct Frame {
  SchemaId schema_id = 0;
  BytesView payload;  // a view into what was parsed
};

// Appends the five bytes in front of a payload; the payload is appended by the caller.
void append_frame_header(SchemaId schema_id, Bytes& out);

// `corrupt` when the value is shorter than its header or does not begin with a zero byte.
Result<Frame> parse_frame(BytesView value);

}  // namespace weir::registry::model

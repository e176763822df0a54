#include "weir/registry/model/wire_format.h"

#include <fmt/format.h>

namespace weir::registry::model {

void append_frame_header(SchemaId schema_id, Bytes& out) {
  char header[kFrameHeaderSize] = {};
  store_be(header + 1, schema_id);
  out.append(header, sizeof(header));
}

Result<Frame> parse_frame(BytesView value) {
  if (value.size() < kFrameHeaderSize) {
    return Error(
        ErrorCode::corrupt,
        fmt::format("a value of {} bytes is too short to carry a schema id", value.size()));
  }
  if (value[0] != 0) {
    return Error(ErrorCode::corrupt,
                 fmt::format("a value begins with byte {:#04x}, not with the zero of a schema id",
                             static_cast<uint8_t>(value[0])));
  }
  return Frame{load_be<SchemaId>(value.data() + 1), value.substr(kFrameHeaderSize)};
}

}  // namespace weir::registry::model

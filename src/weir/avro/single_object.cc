#include "weir/avro/single_object.h"

#include <fmt/format.h>

#include "weir/avro/fingerprint.h"

namespace weir::avro {
namespace {

constexpr BytesView kMarker("\xC3\x01", 2);

}  // namespace

void append_single_object_header(uint64_t fingerprint, Bytes& out) {
  out += kMarker;
  ByteWriter(out).le(fingerprint);
}

Status append_single_object(const Schema& schema, const Value& value, Bytes& out) {
  const size_t start = out.size();
  append_single_object_header(crc64_fingerprint(schema), out);
  Status status = encode_value(schema, value, out);
  if (!status) out.resize(start);
  return status;
}

Result<SingleObject> parse_single_object(BytesView message) {
  if (!message.starts_with(kMarker)) {
    return Error(ErrorCode::corrupt, "no single object of Avro, which begins with C3 01");
  }
  if (message.size() < kSingleObjectHeaderSize) {
    return Error(ErrorCode::corrupt, "the bytes end inside the header of a single object");
  }
  return SingleObject{load_le<uint64_t>(message.data() + kMarker.size()),
                      message.substr(kSingleObjectHeaderSize)};
}

Result<Value> decode_single_object(BytesView message, const SchemaLookup& lookup) {
  WEIR_TRY_ASSIGN(const SingleObject object, parse_single_object(message));
  const std::optional<Schema> schema = lookup(object.fingerprint);
  if (!schema) {
    return Error(ErrorCode::not_found,
                 fmt::format("no schema with the fingerprint {:016x}", object.fingerprint));
  }
  return decode_value(*schema, object.datum);
}

}  // namespace weir::avro

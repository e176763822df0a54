#include "weir/kafka/protocol/request_header.h"

#include "weir/kafka/protocol/api_table.h"
#include "weir/kafka/protocol/message_codec.h"

namespace weir::kafka::protocol {
namespace {

// Reads from where the client id may stand. It never is a compact string, not even in version 2.
Result<RequestHeader> decode_rest(ByteReader& reader, RequestHeader header,
                                  int16_t header_version) {
  MessageReader plain(reader, false);
  if (header_version >= 1) plain.read("client_id", header.client_id, true);
  if (!plain.ok()) return plain.error("request header", header_version);
  if (header_version < 2) return header;
  MessageReader flexible(reader, true);
  flexible.skip_tags("tagged fields");
  if (!flexible.ok()) return flexible.error("request header", header_version);
  return header;
}

Result<RequestHeader> decode_start(ByteReader& reader) {
  RequestHeader header;
  header.api_key = reader.be<int16_t>();
  header.api_version = reader.be<int16_t>();
  header.correlation_id = reader.be<int32_t>();
  if (!reader.ok()) return Error(ErrorCode::corrupt, "request header: it ends too early");
  return header;
}

}  // namespace

Result<RequestHeader> RequestHeader::decode(ByteReader& reader) {
  WEIR_TRY_ASSIGN(RequestHeader header, decode_start(reader));
  const ApiInfo* const api = find_api(header.api_key);
  if (api == nullptr) {
    return Error(ErrorCode::unsupported,
                 "request header: unknown API key " + std::to_string(header.api_key));
  }
  const int16_t header_version = api->request_header_version(header.api_version);
  return decode_rest(reader, std::move(header), header_version);
}

Result<RequestHeader> RequestHeader::decode(ByteReader& reader, int16_t header_version) {
  WEIR_TRY_ASSIGN(RequestHeader header, decode_start(reader));
  return decode_rest(reader, std::move(header), header_version);
}

void RequestHeader::encode(ByteWriter& writer, int16_t header_version) const {
  MessageWriter plain(writer, false);
  plain.write(api_key);
  plain.write(api_version);
  plain.write(correlation_id);
  if (header_version >= 1) plain.write(client_id, true);
  MessageWriter(writer, header_version >= 2).no_tags();
}

Result<ResponseHeader> ResponseHeader::decode(ByteReader& reader, int16_t header_version) {
  ResponseHeader header;
  MessageReader fields(reader, header_version >= 1);
  fields.read("correlation_id", header.correlation_id);
  fields.skip_tags("tagged fields");
  if (!fields.ok()) return fields.error("response header", header_version);
  return header;
}

void ResponseHeader::encode(ByteWriter& writer, int16_t header_version) const {
  MessageWriter fields(writer, header_version >= 1);
  fields.write(correlation_id);
  fields.no_tags();
}

}  // namespace weir::kafka::protocol

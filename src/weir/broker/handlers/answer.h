#pragma once

#include <memory>
#include <utility>

#include "weir/broker/handlers/request.h"

namespace weir::broker::handlers {

inline io::TcpPiece to_piece(Bytes bytes) {
  auto owner = std::make_shared<const Bytes>(std::move(bytes));
  const BytesView view = *owner;
  return {.bytes = view, .owner = std::move(owner)};
}

template <typename Message>
ResponseBody to_body(const Message& response, int16_t version) {
  Bytes bytes;
  ByteWriter writer(bytes);
  response.encode(writer, version);
  ResponseBody body;
  body.push_back(to_piece(std::move(bytes)));
  return body;
}

// The row function of an API whose handler answers at once: `Api::Request` in, `Api::Response` out.
// A request that cannot be decoded closes the connection.
template <typename Api>
void answer_at_once(Services& services, const Request& request, Reply reply) {
  ByteReader reader(request.body);
  const auto decoded = Api::Request::decode(reader, request.version);
  if (!decoded) return reply.fail(decoded.error());
  reply.send(to_body(Api::handle(services, request, *decoded), request.version));
}

// The row function of an API whose handler answers when it can: `Api::begin` gets an Answer to call
// once, now or later, on the loop.
template <typename Api>
void answer_later(Services& services, const Request& request, Reply reply) {
  ByteReader reader(request.body);
  const auto decoded = Api::Request::decode(reader, request.version);
  if (!decoded) return reply.fail(decoded.error());
  Api::begin(services, request, *decoded,
             [reply = std::move(reply), version = request.version,
              memory = request.memory](const typename Api::Response& response) mutable {
               reply.send(to_body(response, version));
             });
}

}  // namespace weir::broker::handlers

#pragma once

#include <string_view>

#include "weir/io/http_server.h"
#include "weir/registry/server/schema_store.h"

namespace weir::registry::server {

// Answers the requests of Confluent's registry interface from a store: paths, codes, messages and
// content types as its clients expect them. Never blocks. Shared.
//
// Compatibility is not checked yet, so the level is NONE and `GET /config` says that; it cannot be
// set.
class RestApi {
 public:
  // Borrows the store.
  explicit RestApi(SchemaStore& store) : store_(store) {}

  void handle(const io::HttpRequest& request, io::HttpResponder responder);

 private:
  SchemaStore& store_;
};

// The content type of the answer to an Accept header: Confluent's own unless the client takes only
// plain JSON; "" when it takes none of them.
std::string_view negotiate(std::string_view accept);

}  // namespace weir::registry::server

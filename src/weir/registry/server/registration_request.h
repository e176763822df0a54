#pragma once

#include <string_view>

#include "tl/expected.hpp"
#include "weir/io/http_server.h"
#include "weir/registry/model/catalog.h"
#include "weir/registry/server/rest_error.h"

namespace weir::registry::server {

// The schema in a request body {"schema": "…", "schemaType": "AVRO"}. Members that are not known
// are ignored; those that would change what is registered, and are not served yet, are refused by
// name.
tl::expected<model::Candidate, RestError> parse_registration(const io::HttpRequest& request,
                                                             std::string_view subject);

}  // namespace weir::registry::server

#pragma once

#include "weir/base/json.h"
#include "weir/base/result.h"
#include "weir/store/reader.h"

namespace weir::web::api {

// Topics and their fields as JSON, and back: what the API sends and `QuerySource` reads.
Json to_json(const store::TopicSummary& topic);
Json to_json(const store::TopicDescription& topic);
Result<store::TopicSummary> parse_summary(const Json& json);
Result<store::TopicDescription> parse_description(const Json& json);

}  // namespace weir::web::api

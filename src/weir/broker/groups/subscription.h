#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::broker::groups {

// The protocol type of groups whose members read topics; others (Connect, registries) say what they
// like in their metadata.
inline constexpr std::string_view kConsumerProtocolType = "consumer";

// The topics in a consumer's subscription: version, topics, and what newer versions add after them.
Result<std::vector<std::string>> subscribed_topics(BytesView metadata);

}  // namespace weir::broker::groups

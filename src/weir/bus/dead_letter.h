#pragma once

#include <string_view>

#include "weir/bus/publisher.h"
#include "weir/kafka/client/record.h"

namespace weir::bus {

// Where records go that can never be processed.
inline constexpr std::string_view kDeadLetterTopic = "weir.dead-letter";

// Publishes a record that cannot be processed as it came: key and value byte for byte, the reason
// in the headers `weir.error.code` and `weir.error.reason`, its place in the source headers
// (source.h). The record counts as handled only when the callback reports the dead letter as
// acknowledged.
Status publish_dead_letter(Publisher& publisher, const kafka::client::IncomingRecord& record,
                           const Error& reason, DeliveryCallback callback);

}  // namespace weir::bus

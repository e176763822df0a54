#pragma once

#include <vector>

#include "weir/kafka/client/rdkafka_handle.h"
#include "weir/kafka/client/record.h"

// For the sources of kafka/client alone.
namespace weir::kafka::client {

// The record that a message of librdkafka is, but for its headers, which are appended to `headers`.
// Borrows from the message.
IncomingRecord view_of(rd_kafka_message_t& message, std::vector<HeaderView>& headers);

}  // namespace weir::kafka::client

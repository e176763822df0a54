#pragma once

#include "weir/base/result.h"
#include "weir/kafka/protocol/error_code.h"

namespace weir::broker::handlers {

// What a client is told about a failure of the log to do something to a topic.
inline kafka::protocol::KafkaError to_topic_error(ErrorCode code) {
  using kafka::protocol::KafkaError;
  switch (code) {
    case ErrorCode::invalid_argument:
      return KafkaError::invalid_request;
    case ErrorCode::not_found:
      return KafkaError::unknown_topic_or_partition;
    case ErrorCode::already_exists:
      return KafkaError::topic_already_exists;
    case ErrorCode::refused:
      return KafkaError::policy_violation;
    case ErrorCode::unavailable:
      return KafkaError::kafka_storage_error;
    case ErrorCode::timeout:
      return KafkaError::request_timed_out;
    case ErrorCode::corrupt:
      return KafkaError::kafka_storage_error;
    case ErrorCode::unsupported:
      return KafkaError::invalid_request;
    case ErrorCode::internal:
      return KafkaError::unknown_server_error;
  }
  return KafkaError::unknown_server_error;
}

// And about a failure to read a partition.
inline kafka::protocol::KafkaError to_read_error(ErrorCode code) {
  using kafka::protocol::KafkaError;
  if (code == ErrorCode::invalid_argument) return KafkaError::offset_out_of_range;
  return to_topic_error(code);
}

}  // namespace weir::broker::handlers

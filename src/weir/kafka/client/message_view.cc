#include "weir/kafka/client/message_view.h"

namespace weir::kafka::client {
namespace {

std::optional<BytesView> bytes_of(const void* bytes, size_t size) {
  if (bytes == nullptr) return std::nullopt;
  return BytesView(static_cast<const char*>(bytes), size);
}

}  // namespace

IncomingRecord view_of(rd_kafka_message_t& message, std::vector<HeaderView>& headers) {
  IncomingRecord record{.topic = rd_kafka_topic_name(message.rkt),
                        .partition = message.partition,
                        .offset = message.offset,
                        .key = bytes_of(message.key, message.key_len),
                        .value = bytes_of(message.payload, message.len)};
  rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const int64_t millis = rd_kafka_message_timestamp(&message, &kind);
  if (kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && millis >= 0)
    record.timestamp = from_millis(millis);
  record.time_is_of_append = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;

  rd_kafka_headers_t* all = nullptr;
  if (rd_kafka_message_headers(&message, &all) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(all, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    headers.push_back({name, bytes_of(value, size)});
  }
  return record;
}

}  // namespace weir::kafka::client

#include "weir/bus/dead_letter.h"

#include <vector>

#include "weir/bus/source.h"

namespace weir::bus {

Status publish_dead_letter(Publisher& publisher, const kafka::client::IncomingRecord& record,
                           const Error& reason, DeliveryCallback callback) {
  const SourceHeaders source({record.topic, record.partition, record.offset});
  std::vector<HeaderView> headers(source.views().begin(), source.views().end());
  headers.push_back({"weir.error.code", to_string(reason.code())});
  headers.push_back({"weir.error.reason", reason.message()});
  return publisher.publish(
      {.topic = kDeadLetterTopic, .key = record.key, .value = record.value, .headers = headers},
      std::move(callback));
}

}  // namespace weir::bus

// Whatever is read as an envelope is written to one that reads back as the same record.
#include <cstdint>

#include "weir/base/check.h"
#include "weir/kafka/text/record_envelope.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::kafka;
  const auto first = text::parse_envelope({reinterpret_cast<const char*>(data), size});
  if (!first) return 0;
  std::vector<client::HeaderView> headers;
  for (const auto& [name, value] : first->headers) headers.push_back({name, value});
  const client::IncomingRecord record{.topic = first->topic ? *first->topic : std::string_view(),
                                      .partition = first->partition.value_or(0),
                                      .timestamp = first->timestamp,
                                      .key = first->key,
                                      .value = first->value,
                                      .headers = headers};
  for (const text::BytesAs bytes : {text::BytesAs::text_if_utf8, text::BytesAs::base64}) {
    std::string json;
    text::append_envelope(json, record, bytes);
    const auto again = text::parse_envelope(json);
    WEIR_CHECK(again && again->key == first->key && again->value == first->value &&
               again->headers == first->headers && again->timestamp == first->timestamp);
  }
  return 0;
}

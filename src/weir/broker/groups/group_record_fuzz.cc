#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/broker/groups/group_record.h"
#include "weir/broker/groups/subscription.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::broker::groups;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto record = decode_group(bytes)) {
    const auto again = decode_group(encode_group(*record));
    if (!again || *again != *record) __builtin_trap();
  }
  if (const auto offset = decode_offset(bytes)) {
    const auto again = decode_offset(encode_offset(*offset));
    if (!again || *again != *offset) __builtin_trap();
  }
  static_cast<void>(parse_offset_key("offset/" + std::string(bytes)));
  static_cast<void>(subscribed_topics(bytes));
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/broker/log/state_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::broker::log;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto changes = decode_state_changes(bytes);
  if (!changes) return 0;
  const auto again = decode_state_changes(encode_state_changes(*changes));
  if (!again || *again != *changes) __builtin_trap();
  return 0;
}

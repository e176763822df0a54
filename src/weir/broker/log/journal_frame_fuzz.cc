#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/broker/log/journal_frame.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::broker::log;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto frame = decode_frame(bytes); frame && frame->size() > size) __builtin_trap();
  static_cast<void>(frame_size(bytes));
  static_cast<void>(find_proof_of_loss(bytes, size));
  static_cast<void>(decode_journal_header(bytes));
  return 0;
}

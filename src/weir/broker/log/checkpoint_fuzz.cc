#include <cstddef>
#include <cstdint>
#include <string>

#include "weir/base/crc32c.h"
#include "weir/broker/log/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::broker::log;
  // With the right CRC in place, so that what lies behind it is reached.
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes.insert(0, std::string("WEIRCKPT\x02\0\0\0\0\0\0\0", 16));
  weir::store_le(bytes.data() + 12, weir::crc32c(std::string_view(bytes).substr(16)));
  if (const auto checkpoint = decode_checkpoint(bytes))
    static_cast<void>(encode_checkpoint(*checkpoint));
  return 0;
}

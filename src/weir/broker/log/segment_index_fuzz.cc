#include <cstddef>
#include <cstdint>
#include <string>

#include "weir/base/crc32c.h"
#include "weir/broker/log/segment_index.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::broker::log;
  // With the right CRC in place, so that what lies behind it is reached.
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes.insert(0, std::string("WEIRIDX1\0\0\0\0", 12));
  weir::store_le(bytes.data() + 8, weir::crc32c(std::string_view(bytes).substr(12)));
  if (auto index = SegmentIndex::decode(bytes)) {
    if (index->encode() != bytes) __builtin_trap();
    static_cast<void>(index->floor(1));
    static_cast<void>(index->first_at_or_after(1));
  }
  return 0;
}

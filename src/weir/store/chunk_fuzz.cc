#include <cstdint>

#include "weir/store/chunk.h"
#include "weir/store/column_codec.h"

// Strips with their checksums, and what lies behind the checksums, which random bytes never pass.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir;
  using namespace weir::store;
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(open_strip(bytes));
  static_cast<void>(decode_header(bytes));
  if (size < 3) return 0;
  const auto type = static_cast<ValueType>(data[0] % 5);
  const bool array = (data[0] & 0x80) != 0;
  const size_t rows = static_cast<size_t>(data[1]) * 16 + 1;
  static_cast<void>(find_column(bytes.substr(2), data[1] % 8));
  static_cast<void>(decode_column(type, array, rows, bytes.substr(2)));
  return 0;
}

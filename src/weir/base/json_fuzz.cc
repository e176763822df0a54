// Whatever is read as JSON prints to text that reads back as the same value, in every print form.
#include <cstdint>

#include "weir/base/check.h"
#include "weir/base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const weir::Result<weir::Json> json = weir::Json::parse(text);
  if (!json) return 0;
  const std::string compact = json->print();
  const weir::Result<weir::Json> again = weir::Json::parse(compact);
  WEIR_CHECK(again && *again == *json);
  const weir::Result<weir::Json> pretty =
      weir::Json::parse(json->print({.indent = 2, .ascii = true}));
  WEIR_CHECK(pretty && *pretty == *json);
  return 0;
}

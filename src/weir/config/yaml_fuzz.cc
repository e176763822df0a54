#include <cstdint>
#include "weir/config/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(weir::config::parse_yaml(text, "fuzz.yaml"));
  return 0;
}

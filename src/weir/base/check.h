#pragma once

namespace weir {

// Prints the broken assumption with its place and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace weir

// For our own mistakes only, on in every build. Never on bytes from the network, a disk or a config.
#define WEIR_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::weir::check_failed(#condition, __FILE__, __LINE__))

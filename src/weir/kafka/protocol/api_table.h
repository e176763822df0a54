#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::kafka::protocol {

// One Kafka API that this room can read and write: a row per file in definitions/. Immutable.
struct ApiInfo {
  int16_t key;
  std::string_view name;  // "Produce"
  int16_t min_version;    // what the structs read and write
  int16_t max_version;
  int16_t advertised_min_version;  // what clients are told; lower where they insist
  int16_t flexible_from;           // INT16_MAX where no version is flexible
  int16_t fixed_response_header;   // -1 but for ApiVersions

  bool serves(int16_t version) const { return version >= min_version && version <= max_version; }
  // Also right for versions above the maximum: that is how an unknown ApiVersions request is
  // answered.
  int16_t request_header_version(int16_t version) const { return version >= flexible_from ? 2 : 1; }
  int16_t response_header_version(int16_t version) const {
    if (fixed_response_header >= 0) return fixed_response_header;
    return version >= flexible_from ? 1 : 0;
  }
};

// All of them, by key. Which of these a broker advertises depends on its handlers.
std::span<const ApiInfo> api_table();

// nullptr where the key is not known.
const ApiInfo* find_api(int16_t key);

}  // namespace weir::kafka::protocol

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The candidates a user probably meant by `wanted`, best first, at most `most`: those few edits
// away (a swap of neighbours is one), then those that contain it. Case is ignored. Empty when none
// is near.
std::vector<std::string> nearest_names(std::string_view wanted,
                                       std::span<const std::string> candidates, size_t most = 3);

// "; did you mean 'a', 'b' or 'c'?" to end a not-found message with, or nothing when none is near.
std::string did_you_mean(std::string_view wanted, std::span<const std::string> candidates);

// The same for names that are known to be near.
std::string did_you_mean(std::span<const std::string> near);

}  // namespace weir

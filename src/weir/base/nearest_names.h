#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The candidates most like a name that was not found, likest first: by edit distance, ignoring
// case, and those that contain the name; none that is too far off to have been meant.
std::vector<std::string> nearest_names(std::string_view name,
                                       const std::vector<std::string>& candidates, size_t most = 3);

// " (did you mean a, b or c?)", or "" when nothing is near: the end of a not-found message.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace weir

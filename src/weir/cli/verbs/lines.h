#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::cli::verbs {

// Cuts text that comes in pieces into lines; what has no end of line yet waits for it. Confined.
class Lines {
 public:
  explicit Lines(std::function<Status(std::string_view)> take) : take_(std::move(take)) {}

  Status add(BytesView piece) {
    rest_ += piece;
    size_t begin = 0;
    for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      WEIR_TRY(take_(std::string_view(rest_).substr(begin, end - begin)));
      begin = end + 1;
    }
    rest_.erase(0, begin);
    return {};
  }

 private:
  const std::function<Status(std::string_view)> take_;
  std::string rest_;
};

}  // namespace weir::cli::verbs

#include "weir/kafka/client/record.h"

namespace weir::kafka::client {

std::optional<BytesView> IncomingRecord::header(std::string_view name) const {
  for (auto it = headers.rbegin(); it != headers.rend(); ++it) {
    if (it->name == name) return it->value;
  }
  return std::nullopt;
}

}  // namespace weir::kafka::client

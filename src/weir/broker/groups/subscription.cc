#include "weir/broker/groups/subscription.h"

namespace weir::broker::groups {

Result<std::vector<std::string>> subscribed_topics(BytesView metadata) {
  ByteReader reader(metadata);
  const auto version = reader.be<int16_t>();
  const auto count = reader.be<int32_t>();
  std::vector<std::string> topics;
  for (int32_t i = 0; i < count && reader.ok(); ++i) {
    const auto size = reader.be<int16_t>();
    topics.emplace_back(reader.view(size < 0 ? reader.remaining() + 1 : static_cast<size_t>(size)));
  }
  if (!reader.ok() || version < 0 || count < 0) {
    return Error(ErrorCode::corrupt, "no subscription of a consumer");
  }
  return topics;
}

}  // namespace weir::broker::groups

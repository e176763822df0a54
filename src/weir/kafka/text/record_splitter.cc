#include "weir/kafka/text/record_splitter.h"

#include "weir/base/check.h"

namespace weir::kafka::text {

RecordSplitter::RecordSplitter(std::string delimiter, size_t limit, Sink sink)
    : delimiter_(std::move(delimiter)), limit_(limit), sink_(std::move(sink)) {
  WEIR_CHECK(!delimiter_.empty());
}

void RecordSplitter::hand_on(BytesView piece) {
  const bool too_long = skipping_ || piece.size() > limit_;
  skipping_ = false;
  sink_(too_long ? BytesView() : piece, too_long);
}

void RecordSplitter::add(BytesView bytes) {
  // The delimiter may have begun in what is pending.
  size_t look_from =
      pending_.size() < delimiter_.size() ? 0 : pending_.size() - (delimiter_.size() - 1);
  pending_ += bytes;
  size_t begin = 0;
  for (;;) {
    const size_t end = pending_.find(delimiter_, look_from);
    if (end == Bytes::npos) break;
    hand_on(BytesView(pending_).substr(begin, end - begin));
    begin = look_from = end + delimiter_.size();
  }
  pending_.erase(0, begin);
  const size_t kept = delimiter_.size() - 1;
  if (pending_.size() <= limit_ + kept) return;
  skipping_ = true;
  pending_.erase(0, pending_.size() - kept);
}

void RecordSplitter::finish() {
  if (!pending_.empty() || skipping_) hand_on(pending_);
  pending_.clear();
}

}  // namespace weir::kafka::text

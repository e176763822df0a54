#pragma once

#include <cstddef>
#include <cstdint>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::broker::server {

// Cuts a stream of bytes into the protocol's frames: a 4-byte length, then that many bytes. The
// length is checked before anything is allocated for it, and a large frame's memory grows with what
// really came, so that a mere promise of 100 MiB costs nothing. It stops at two points for its user
// to decide: `announced` (may this frame be taken in?) and `complete`. Confined.
//
//   WEIR_TRY(frames.feed(bytes));                   // takes from the front of `bytes`
//   if (frames.state() == State::announced) frames.admit();
//   if (frames.state() == State::complete) use(frames.take());
class FrameAssembler {
 public:
  enum class State { length, announced, body, complete };

  explicit FrameAssembler(size_t max_frame) : max_frame_(max_frame) {}

  // Takes from `bytes` until the next decision point or their end. `corrupt` for a negative length,
  // `refused` for one above the limit; the stream is of no use from then on.
  Status feed(BytesView& bytes);

  State state() const { return state_; }
  size_t frame_size() const { return size_; }  // once announced
  bool between_frames() const { return state_ == State::length && header_size_ == 0; }
  void admit();
  Bytes take();

 private:
  Status read_length();

  const size_t max_frame_;
  State state_ = State::length;
  char header_[4] = {};
  size_t header_size_ = 0;
  size_t size_ = 0;
  Bytes body_;
};

}  // namespace weir::broker::server

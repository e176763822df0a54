#include <cstdint>

#include "weir/base/check.h"
#include "weir/broker/server/frame_assembler.h"

// Frames come out whole and within the limit, whatever comes in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using weir::broker::server::FrameAssembler;
  constexpr size_t kLimit = 4096;
  FrameAssembler frames(kLimit);
  weir::BytesView rest(reinterpret_cast<const char*>(data), size);
  size_t taken = 0;
  while (frames.feed(rest)) {
    if (frames.state() == FrameAssembler::State::announced) {
      WEIR_CHECK(frames.frame_size() <= kLimit);
      frames.admit();
    } else if (frames.state() == FrameAssembler::State::complete) {
      taken += frames.take().size() + 4;
      WEIR_CHECK(taken <= size);
    } else if (rest.empty()) {
      break;
    }
  }
  return 0;
}

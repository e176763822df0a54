#include "weir/broker/server/frame_assembler.h"

#include <gmock/gmock.h>

#include <vector>

#include "weir/testing/matchers.h"

namespace weir::broker::server {
namespace {

using State = FrameAssembler::State;

Bytes frame(BytesView body) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.be(static_cast<int32_t>(body.size()));
  writer.append(body);
  return bytes;
}

// All frames of a stream that comes in pieces of `step` bytes.
std::vector<Bytes> cut(BytesView stream, size_t step) {
  FrameAssembler frames(1 << 20);
  std::vector<Bytes> bodies;
  while (!stream.empty()) {
    BytesView piece = stream.substr(0, step);
    stream.remove_prefix(piece.size());
    while (!piece.empty() || frames.state() == State::announced ||
           frames.state() == State::complete) {
      EXPECT_OK(frames.feed(piece));
      if (frames.state() == State::announced) frames.admit();
      if (frames.state() == State::complete) bodies.push_back(frames.take());
    }
  }
  EXPECT_TRUE(frames.between_frames());
  return bodies;
}

TEST(FrameAssembler, CutsTheSameFramesHoweverTheBytesCome) {
  const Bytes big(300'000, 'b');
  const Bytes stream = frame("one") + frame("") + frame(big) + frame("last");
  for (const size_t step : {1, 2, 3, 5, 4096, 1 << 20}) {
    EXPECT_THAT(cut(stream, step), ::testing::ElementsAre("one", "", big, "last")) << step;
  }
}

TEST(FrameAssembler, RefusesImpossibleLengthsBeforeAnythingIsTaken) {
  for (const int32_t length : {-1, INT32_MIN, 101, INT32_MAX}) {
    FrameAssembler frames(100);
    Bytes bytes(4, '\0');
    store_be(bytes.data(), length);
    BytesView view = bytes;
    EXPECT_FALSE(frames.feed(view)) << length;
  }
}

TEST(FrameAssembler, WaitsToBeAdmittedAndLeavesTheRestToItsOwner) {
  FrameAssembler frames(100);
  const Bytes stream = frame("abc") + "rest";
  BytesView view = stream;
  ASSERT_OK(frames.feed(view));
  EXPECT_EQ(frames.state(), State::announced);
  EXPECT_EQ(frames.frame_size(), 3u);
  EXPECT_EQ(view, "abcrest");
  ASSERT_OK(frames.feed(view));
  EXPECT_EQ(view, "abcrest");
  frames.admit();
  ASSERT_OK(frames.feed(view));
  EXPECT_EQ(frames.take(), "abc");
  EXPECT_EQ(view, "rest");
}

}  // namespace
}  // namespace weir::broker::server

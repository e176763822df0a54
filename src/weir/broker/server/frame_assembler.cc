#include "weir/broker/server/frame_assembler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "weir/base/check.h"

namespace weir::broker::server {
namespace {

constexpr size_t kReserveAtOnce = 1u << 20;

}  // namespace

Status FrameAssembler::feed(BytesView& bytes) {
  if (state_ == State::length) {
    const size_t step = std::min(sizeof(header_) - header_size_, bytes.size());
    bytes.copy(header_ + header_size_, step);
    bytes.remove_prefix(step);
    header_size_ += step;
    if (header_size_ == sizeof(header_)) WEIR_TRY(read_length());
  }
  if (state_ == State::body) {
    const size_t step = std::min(size_ - body_.size(), bytes.size());
    body_.append(bytes.substr(0, step));
    bytes.remove_prefix(step);
    if (body_.size() == size_) state_ = State::complete;
  }
  return {};
}

Status FrameAssembler::read_length() {
  const auto length = load_be<int32_t>(header_);
  if (length < 0) return Error(ErrorCode::corrupt, fmt::format("a frame of {} bytes", length));
  if (static_cast<size_t>(length) > max_frame_) {
    return Error(
        ErrorCode::refused,
        fmt::format("a frame of {} bytes, more than the {} that are taken", length, max_frame_));
  }
  size_ = static_cast<size_t>(length);
  state_ = State::announced;
  return {};
}

void FrameAssembler::admit() {
  WEIR_CHECK(state_ == State::announced);
  body_.reserve(std::min(size_, kReserveAtOnce));
  state_ = size_ == 0 ? State::complete : State::body;
}

Bytes FrameAssembler::take() {
  WEIR_CHECK(state_ == State::complete);
  state_ = State::length;
  header_size_ = 0;
  return std::exchange(body_, {});
}

}  // namespace weir::broker::server

#include "weir/avro/container_header.h"

#include <algorithm>

#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

// Searched one by one: files have a handful.
constexpr size_t kMaxEntries = 4096;

}  // namespace

Take take_long(BytesView bytes, size_t& at, int64_t& value) {
  uint64_t bits = 0;
  for (size_t i = 0; i < 10; ++i) {
    if (at + i >= bytes.size()) return Take::more;
    const auto next = static_cast<uint8_t>(bytes[at + i]);
    if (i == 9 && next > 1) return Take::bad;
    bits |= static_cast<uint64_t>(next & 0x7f) << (7 * i);
    if ((next & 0x80) == 0) {
      value = zigzag_decode(bits);
      at += i + 1;
      return Take::done;
    }
  }
  return Take::bad;
}

Result<Take> ContainerHeaderParser::advance(BytesView bytes) {
  for (;;) {
    const bool is_last = part_ == Part::sync;
    switch (take_part(bytes)) {
      case Take::done:
        if (is_last) return Take::done;
        continue;
      case Take::bad:
        return Error(ErrorCode::corrupt, std::string("the header: ") + problem_ + " (byte " +
                                             std::to_string(at_) + ")");
      case Take::more:
        if (bytes.size() <= max_size_) return Take::more;
        return Error(ErrorCode::refused,
                     "the header is longer than " + std::to_string(max_size_) + " bytes");
    }
  }
}

Take ContainerHeaderParser::take_part(BytesView bytes) {
  switch (part_) {
    case Part::magic:
      return take_magic(bytes);
    case Part::count:
      return take_count(bytes);
    case Part::block_size:
      return take_block_size(bytes);
    case Part::key:
    case Part::value:
      return take_entry_part(bytes);
    case Part::sync:
      return take_sync(bytes);
  }
  return Take::bad;
}

Take ContainerHeaderParser::bad(const char* problem) {
  problem_ = problem;
  return Take::bad;
}

Take ContainerHeaderParser::take_magic(BytesView bytes) {
  const size_t there = std::min(bytes.size(), kContainerMagic.size());
  if (bytes.substr(0, there) != kContainerMagic.substr(0, there)) {
    return bad("no Avro object container file, which begins with Obj and the byte 1");
  }
  if (there < kContainerMagic.size()) return Take::more;
  at_ = there;
  part_ = Part::count;
  return Take::done;
}

Take ContainerHeaderParser::take_count(BytesView bytes) {
  int64_t count = 0;
  const Take taken = take_long(bytes, at_, count);
  if (taken != Take::done) {
    return taken == Take::bad ? bad("a count of more than 64 bits") : taken;
  }
  if (count == INT64_MIN) return bad("a count out of range");
  entries_left_ = static_cast<uint64_t>(count < 0 ? -count : count);
  block_end_ = 0;
  part_ = count < 0 ? Part::block_size : count > 0 ? Part::key : Part::sync;
  return Take::done;
}

Take ContainerHeaderParser::take_block_size(BytesView bytes) {
  int64_t size = 0;
  const Take taken = take_long(bytes, at_, size);
  if (taken == Take::more) return taken;
  if (taken == Take::bad || size < 0 || static_cast<uint64_t>(size) > max_size_) {
    return bad("an impossible size of metadata");
  }
  block_end_ = at_ + static_cast<size_t>(size);
  part_ = Part::key;
  return Take::done;
}

Take ContainerHeaderParser::take_entry_part(BytesView bytes) {
  Bytes taken_bytes;
  const Take taken = take_bytes(bytes, taken_bytes);
  if (taken != Take::done) return taken;
  if (part_ == Part::key) {
    if (!is_utf8(taken_bytes)) return bad("a key that is not UTF-8");
    key_ = std::move(taken_bytes);
    part_ = Part::value;
    return Take::done;
  }
  if (metadata_.size() == kMaxEntries) return bad("more metadata than is allowed");
  add_entry(std::move(taken_bytes));
  part_ = Part::key;
  if (--entries_left_ == 0) {
    if (block_end_ != 0 && block_end_ != at_) return bad("metadata that is not as long as it says");
    part_ = Part::count;
  }
  return Take::done;
}

// Of equal keys the last one counts, as in other readers.
void ContainerHeaderParser::add_entry(Bytes value) {
  const auto same = std::find_if(metadata_.begin(), metadata_.end(),
                                 [&](const ContainerMetadata& other) { return other.key == key_; });
  if (same == metadata_.end()) {
    metadata_.push_back({std::move(key_), std::move(value)});
  } else {
    same->value = std::move(value);
  }
}

Take ContainerHeaderParser::take_bytes(BytesView bytes, Bytes& value) {
  size_t at = at_;
  int64_t length = 0;
  const Take taken = take_long(bytes, at, length);
  if (taken == Take::more) return taken;
  if (taken == Take::bad || length < 0) return bad("an impossible length");
  if (static_cast<uint64_t>(length) > max_size_) return bad("a length beyond what is allowed");
  const auto size = static_cast<size_t>(length);
  if (bytes.size() - at < size) return Take::more;
  value = bytes.substr(at, size);
  at_ = at + size;
  return Take::done;
}

Take ContainerHeaderParser::take_sync(BytesView bytes) {
  if (bytes.size() - at_ < sync_.size()) return Take::more;
  std::copy_n(bytes.data() + at_, sync_.size(), sync_.data());
  at_ += sync_.size();
  return Take::done;
}

}  // namespace weir::avro

#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::avro {

// Avro's binary encoding of single values, appended to a buffer that the caller owns. A record is
// its fields one after the other; a union is `append_long(branch)` and the value; an array or a map
// is blocks (`append_long(count)` and the items; strings as map keys), ended by `append_long(0)`;
// an enumeration is `append_long(index of the symbol)`; a fixed is its bare bytes.
void append_long(Bytes& out, int64_t value);  // int and long
inline void append_boolean(Bytes& out, bool value) { out.push_back(value ? '\1' : '\0'); }
void append_float(Bytes& out, float value);
void append_double(Bytes& out, double value);
// Whole arrays, as one block: their count, their items and the end.
void append_floats(Bytes& out, std::span<const float> values);
void append_doubles(Bytes& out, std::span<const double> values);
void append_bytes(Bytes& out, BytesView value);
inline void append_string(Bytes& out, std::string_view utf8) { append_bytes(out, utf8); }

// Takes an int or a long off the front of a view and returns where it ends. nullptr: it is longer
// than eight bytes, or may not be whole; BinaryReader::read_long then knows more.
const char* take_long(const char* at, const char* end, int64_t& value);

// True when no byte is above 0x7F.
bool is_ascii(std::string_view text);

// Reads Avro's binary encoding out of a view, in order and never past its end. Every read returns
// false on bytes that are not valid and leaves the reason in `problem()`; after that, every read
// returns false. Confined. Views point into the input.
class BinaryReader {
 public:
  // Items that take no bytes cost work without costing input: small messages may still hold some.
  static constexpr size_t kLeastEmptyItems = 1024;

  explicit BinaryReader(BytesView bytes);

  size_t position() const { return static_cast<size_t>(at_ - begin_); }
  size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  bool at_end() const { return at_ == end_; }
  // For those who read a stretch by themselves: the place, and to go on from a place behind it.
  const char* at() const { return at_; }
  const char* end() const { return end_; }
  void move_to(const char* at) { at_ = at; }
  const char* problem() const { return problem_; }
  // `corrupt`: "<path>: <problem> (byte <position>)".
  Error error(std::string_view path) const;

  bool read_boolean(bool& value);
  bool read_int(int64_t& value);  // refused outside 32 bits
  bool read_long(int64_t& value);
  bool read_float(double& value);
  bool read_double(double& value);
  bool read_bytes(BytesView& value);
  bool read_string(std::string_view& value);  // refused unless UTF-8
  bool read_fixed(size_t size, BytesView& value);
  bool read_index(size_t limit, size_t& index);  // of a symbol or a branch: below `limit`

  bool skip(size_t size);
  bool skip_long();
  bool skip_bytes();

  // The head of the next block of an array or a map: its count (0 ends the sequence), and in `end`
  // the position where the block must end, if it says so (else 0). A count that the remaining bytes
  // cannot hold is refused: `item_size` is the least that one item takes. Items that may take no
  // bytes are counted over the whole input, which allows about as many as it has bytes.
  bool read_block(size_t item_size, size_t& count, size_t& end);
  // After the items of a block: checks the promised end.
  bool finish_block(size_t end);

  // For data that follow each other in the bytes: before each, so that every one may hold as many
  // empty items as one that stands alone. What is more, all of them share.
  void begin_datum() { empty_items_left_ = std::max(empty_items_left_, kLeastEmptyItems); }

  // To be called for each field that may take no bytes: records of nothing inside each other cost
  // work too. Counts like the items of blocks.
  bool count_empty_item();

  bool fail(const char* problem);

 private:
  const char* begin_;
  const char* at_;
  const char* end_;
  const char* problem_ = nullptr;
  size_t problem_at_ = 0;
  size_t empty_items_left_;
};

// Inline below: what a decoder runs once per value.

// Most integers are one byte; the others are mostly time stamps, six bytes. Those have no loop: the
// first byte without a continuation bit tells the length, and three steps close the gaps that the
// continuation bits leave, between neighbouring bytes, pairs and quads.
inline const char* take_long(const char* at, const char* end, int64_t& value) {
  if (at == end) return nullptr;
  const auto first = static_cast<uint8_t>(*at);
  if (first < 0x80) {
    value = zigzag_decode(first);
    return at + 1;
  }
  if (end - at < 8) return nullptr;
  constexpr uint64_t kContinues = 0x8080808080808080;
  auto bits = load_le<uint64_t>(at);
  const uint64_t stops = ~bits & kContinues;
  if (stops == 0) return nullptr;
  bits &= (stops ^ (stops - 1)) & ~kContinues;
  bits = (bits & 0x007f007f007f007f) | (bits & 0x7f007f007f007f00) >> 1;
  bits = (bits & 0x00003fff00003fff) | (bits & 0x3fff00003fff0000) >> 2;
  bits = (bits & 0x000000000fffffff) | (bits & 0x0fffffff00000000) >> 4;
  value = zigzag_decode(bits);
  return at + (std::countr_zero(stops) + 1) / 8;
}

inline bool is_ascii(std::string_view text) {
  constexpr uint64_t kHigh = 0x8080808080808080;
  const char* at = text.data();
  size_t left = text.size();
  uint64_t seen = 0;
  // What does not fill a word is covered by a word that overlaps the one before.
  if (left >= 8) {
    seen = load_le<uint64_t>(at + left - 8);
    for (; left >= 8; left -= 8, at += 8) seen |= load_le<uint64_t>(at);
  } else if (left >= 4) {
    seen = load_le<uint32_t>(at) | load_le<uint32_t>(at + left - 4);
  } else {
    for (size_t i = 0; i < left; ++i) seen |= static_cast<uint8_t>(at[i]);
  }
  return (seen & kHigh) == 0;
}

inline bool BinaryReader::read_long(int64_t& value) {
  uint64_t bits = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at_ == end_) return fail("the bytes end inside an integer");
    const auto next = static_cast<uint8_t>(*at_++);
    if (shift == 63 && next > 1) break;
    bits |= static_cast<uint64_t>(next & 0x7f) << shift;
    if ((next & 0x80) == 0) {
      value = zigzag_decode(bits);
      return true;
    }
  }
  return fail("an integer of more than 64 bits");
}

inline bool BinaryReader::read_int(int64_t& value) {
  if (!read_long(value)) return false;
  return value == static_cast<int32_t>(value) || fail("an int of more than 32 bits");
}

inline bool BinaryReader::read_boolean(bool& value) {
  if (at_ == end_) return fail("the bytes end before a boolean");
  const char byte = *at_;
  if (byte != 0 && byte != 1) return fail("a boolean that is neither 0 nor 1");
  ++at_;
  value = byte == 1;
  return true;
}

inline bool BinaryReader::read_float(double& value) {
  if (remaining() < sizeof(float)) return fail("the bytes end inside a float");
  value = static_cast<double>(load_le<float>(at_));
  at_ += sizeof(float);
  return true;
}

inline bool BinaryReader::read_double(double& value) {
  if (remaining() < sizeof(double)) return fail("the bytes end inside a double");
  value = load_le<double>(at_);
  at_ += sizeof(double);
  return true;
}

inline bool BinaryReader::skip(size_t size) {
  if (remaining() < size) return fail("the bytes end too soon");
  at_ += size;
  return true;
}

}  // namespace weir::avro

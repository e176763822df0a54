#include "weir/avro/binary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "weir/base/utf8.h"

namespace weir::avro {
namespace {

template <typename T>
void append_array(Bytes& out, std::span<const T> values) {
  if (!values.empty()) {
    append_long(out, static_cast<int64_t>(values.size()));
    out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  }
  out.push_back('\0');
}

}  // namespace

void append_long(Bytes& out, int64_t value) {
  uint64_t bits = zigzag_encode(value);
  char buffer[10];
  size_t size = 0;
  for (; bits >= 0x80; bits >>= 7) buffer[size++] = static_cast<char>(bits | 0x80);
  buffer[size++] = static_cast<char>(bits);
  out.append(buffer, size);
}

void append_float(Bytes& out, float value) {
  out.append(std::bit_cast<std::array<char, sizeof(value)>>(value).data(), sizeof(value));
}

void append_double(Bytes& out, double value) {
  out.append(std::bit_cast<std::array<char, sizeof(value)>>(value).data(), sizeof(value));
}

void append_floats(Bytes& out, std::span<const float> values) { append_array(out, values); }
void append_doubles(Bytes& out, std::span<const double> values) { append_array(out, values); }

void append_bytes(Bytes& out, BytesView value) {
  append_long(out, static_cast<int64_t>(value.size()));
  out.append(value);
}

BinaryReader::BinaryReader(BytesView bytes)
    : begin_(bytes.data()),
      at_(begin_),
      end_(begin_ + bytes.size()),
      empty_items_left_(std::max(bytes.size(), kLeastEmptyItems)) {}

bool BinaryReader::fail(const char* problem) {
  if (problem_ == nullptr) {
    problem_ = problem;
    problem_at_ = position();
  }
  at_ = end_;
  return false;
}

Error BinaryReader::error(std::string_view path) const {
  std::string message(path);
  if (!message.empty()) message += ": ";
  message += problem_ == nullptr ? "no problem" : problem_;
  return Error(ErrorCode::corrupt, message + " (byte " + std::to_string(problem_at_) + ")");
}

bool BinaryReader::read_bytes(BytesView& value) {
  int64_t length = 0;
  if (!read_long(length)) return false;
  if (length < 0) return fail("a negative length");
  if (static_cast<uint64_t>(length) > remaining())
    return fail("a length past the end of the bytes");
  return read_fixed(static_cast<size_t>(length), value);
}

bool BinaryReader::read_string(std::string_view& value) {
  if (!read_bytes(value)) return false;
  return is_utf8(value) || fail("text that is not UTF-8");
}

bool BinaryReader::read_fixed(size_t size, BytesView& value) {
  if (remaining() < size) return fail("the bytes end inside a fixed");
  value = BytesView(at_, size);
  at_ += size;
  return true;
}

bool BinaryReader::read_index(size_t limit, size_t& index) {
  int64_t value = 0;
  if (!read_long(value)) return false;
  if (value < 0 || static_cast<uint64_t>(value) >= limit) {
    return fail("an index of a symbol or branch that does not exist");
  }
  index = static_cast<size_t>(value);
  return true;
}

bool BinaryReader::skip_long() {
  int64_t value = 0;
  return read_long(value);
}

bool BinaryReader::skip_bytes() {
  BytesView value;
  return read_bytes(value);
}

bool BinaryReader::read_block(size_t item_size, size_t& count, size_t& end) {
  int64_t items = 0;
  if (!read_long(items)) return false;
  end = 0;
  if (items < 0) {
    if (items == INT64_MIN) return fail("a block count out of range");
    items = -items;
    int64_t size = 0;
    if (!read_long(size)) return false;
    if (size < 0 || static_cast<uint64_t>(size) > remaining()) {
      return fail("a block size past the end of the bytes");
    }
    end = position() + static_cast<size_t>(size);
  }
  count = static_cast<size_t>(items);
  if (item_size > 0) {
    size_t least = 0;
    const bool fits = !__builtin_mul_overflow(count, item_size, &least) && least <= remaining();
    return fits || fail("a block count that the bytes cannot hold");
  }
  if (count > empty_items_left_) return fail("too many items that take no bytes");
  empty_items_left_ -= count;
  return true;
}

bool BinaryReader::count_empty_item() {
  if (empty_items_left_ == 0) return fail("too many items that take no bytes");
  --empty_items_left_;
  return true;
}

bool BinaryReader::finish_block(size_t end) {
  return end == 0 || end == position() || fail("a block that is not as long as it says");
}

}  // namespace weir::avro

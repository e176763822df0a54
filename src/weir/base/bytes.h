#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir {

// Raw bytes are strings: owned, or a view whose owner the function's comment names.
using Bytes = std::string;
using BytesView = std::string_view;

static_assert(std::endian::native == std::endian::little, "byte order conversions assume it");

template <typename T>
T load_be(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
  return value;
}

template <typename T>
void store_be(char* to, T value) {
  value = load_be<T>(reinterpret_cast<const char*>(&value));
  std::memcpy(to, &value, sizeof(T));
}

template <typename T>
T load_le(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T>
void store_le(char* to, T value) {
  std::memcpy(to, &value, sizeof(T));
}

inline uint64_t zigzag_encode(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t zigzag_decode(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// Reads values from a view, in order. A read past the end (or an over-long varint) returns zero and
// turns `ok()` false for good, so that a whole structure is read first and checked once.
// Borrows the bytes. Confined.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  size_t position() const { return static_cast<size_t>(at_ - begin_); }
  void fail() {
    ok_ = false;
    at_ = end_;
  }

  template <typename T>
  T be() {
    if (remaining() < sizeof(T)) return fail(), T{};
    T value = load_be<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  template <typename T>
  T le() {
    if (remaining() < sizeof(T)) return fail(), T{};
    T value = load_le<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  uint8_t byte() { return be<uint8_t>(); }

  // LEB128, at most 10 bytes; the form of Kafka, Avro (zigzag) and our own files.
  uint64_t uvarint() {
    // Most varints are one byte.
    if (at_ != end_ && static_cast<uint8_t>(*at_) < 0x80) return static_cast<uint8_t>(*at_++);
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) break;
      const auto next = static_cast<uint8_t>(*at_++);
      if (shift == 63 && next > 1) break;
      value |= static_cast<uint64_t>(next & 0x7f) << shift;
      if ((next & 0x80) == 0) return value;
    }
    return fail(), 0;
  }
  int64_t varint() { return zigzag_decode(uvarint()); }

  // The next `size` bytes, a view into the input.
  BytesView view(size_t size) {
    if (remaining() < size) return fail(), BytesView{};
    BytesView bytes(at_, size);
    at_ += size;
    return bytes;
  }
  void skip(size_t size) { view(size); }
  BytesView rest() { return view(remaining()); }

 private:
  const char* begin_;
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

// Appends values to a buffer that the caller owns. Confined.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  Bytes& bytes() { return out_; }
  size_t size() const { return out_.size(); }

  template <typename T>
  void be(T value) {
    value = load_be<T>(reinterpret_cast<const char*>(&value));
    out_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  template <typename T>
  void le(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void uvarint(uint64_t value) {
    char buffer[10];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) buffer[size++] = static_cast<char>(value | 0x80);
    buffer[size++] = static_cast<char>(value);
    out_.append(buffer, size);
  }
  void varint(int64_t value) { uvarint(zigzag_encode(value)); }
  void append(BytesView bytes) { out_.append(bytes); }

 private:
  Bytes& out_;
};

}  // namespace weir

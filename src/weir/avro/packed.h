#pragma once

#include <cstddef>

#include "weir/base/bytes.h"

namespace weir::avro {

// Floats or doubles as they lie in a message: little-endian, one after the other, not aligned. A
// view, good as long as the message is; `values[i]` costs one load.
template <typename T>
class Packed {
 public:
  // `bytes` holds a whole number of values.
  explicit Packed(BytesView bytes) : bytes_(bytes) {}

  size_t size() const { return bytes_.size() / sizeof(T); }
  T operator[](size_t i) const { return load_le<T>(bytes_.data() + i * sizeof(T)); }
  // All of them at once: `size()` values at `to`.
  void copy_to(T* to) const { std::memcpy(to, bytes_.data(), size() * sizeof(T)); }

 private:
  BytesView bytes_;
};

using PackedFloats = Packed<float>;
using PackedDoubles = Packed<double>;

}  // namespace weir::avro

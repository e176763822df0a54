#include "weir/sal/fixed_decimal.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace weir::sal {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr uint64_t kMicro = 1'000'000;
constexpr double kLargestFast = 0x1p43;  // times a million this still fits in 63 bits

// "00", "01", … "99" one after another.
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// |value| in millionths, rounded half to even on the exact binary value as printf does.
uint64_t to_millionths(double magnitude) {
  const auto bits = std::bit_cast<uint64_t>(magnitude);
  const auto biased = static_cast<int>(bits >> 52);
  const uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
  const uint64_t significand = biased == 0 ? fraction : fraction | UINT64_C(1) << 52;
  const int shift = 1075 - (biased == 0 ? 1 : biased);  // value = significand / 2^shift
  const Wide product = Wide(significand) * kMicro;      // below 2^73
  if (shift <= 0) return static_cast<uint64_t>(product << -shift);
  if (shift > 75) return 0;
  const auto whole = static_cast<uint64_t>(product >> shift);
  const Wide rest = product & ((Wide(1) << shift) - 1);
  const Wide half = Wide(1) << (shift - 1);
  return whole + ((rest > half || (rest == half && (whole & 1) != 0)) ? 1 : 0);
}

void append_by_printf(double value, Bytes& out) {
  char text[352];  // the largest double has 309 digits before the point
  const int size = std::snprintf(text, sizeof(text), "%f", value);
  out.append(text, static_cast<size_t>(size));
}

}  // namespace

void append_fixed_decimal(double value, Bytes& out) {
  const double magnitude = std::fabs(value);
  if (!(magnitude < kLargestFast)) return append_by_printf(value, out);
  const uint64_t millionths = to_millionths(magnitude);
  uint64_t whole = millionths / kMicro;
  auto decimals = static_cast<uint32_t>(millionths % kMicro);
  char text[24];
  char* at = text + sizeof(text);
  for (int i = 0; i < 3; ++i, decimals /= 100) {
    at -= 2;
    std::memcpy(at, &kPairs[2 * (decimals % 100)], 2);
  }
  *--at = '.';
  for (; whole >= 100; whole /= 100) {
    at -= 2;
    std::memcpy(at, &kPairs[2 * (whole % 100)], 2);
  }
  if (whole >= 10) {
    at -= 2;
    std::memcpy(at, &kPairs[2 * whole], 2);
  } else {
    *--at = static_cast<char>('0' + whole);
  }
  if (std::signbit(value)) *--at = '-';
  out.append(at, static_cast<size_t>(text + sizeof(text) - at));
}

}  // namespace weir::sal

#include "weir/store/word_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace weir::store {
namespace {

// First bytes. A form in 0…8 is "differences of that many bytes".
constexpr uint8_t kMaxWidth = 8;
constexpr uint8_t kBits = 0x10;
constexpr uint8_t kPlanes = 0x20;
constexpr uint8_t kDecimalDouble = 0x30;  // + number of decimals
constexpr uint8_t kDecimalFloat = 0x40;   // + number of decimals
constexpr int kMaxDecimals = 9;

constexpr double kPowers[kMaxDecimals + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

// Byte `plane` of every word, the words' planes one after the other: bytes that resemble each other
// meet.
void append_plane(std::span<const uint64_t> words, int plane, Bytes& out) {
  const size_t at = out.size();
  out.resize(at + words.size());
  char* to = out.data() + at;
  const int shift = plane * 8;
  for (size_t i = 0; i < words.size(); ++i) to[i] = static_cast<char>(words[i] >> shift);
}

void add_plane(BytesView bytes, int plane, std::span<uint64_t> words) {
  const int shift = plane * 8;
  for (size_t i = 0; i < bytes.size(); ++i) {
    words[i] |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << shift;
  }
}

// first, smallest difference, then each difference above the smallest in as few bytes as all need:
// none for what is constant or grows evenly.
void encode_differences(std::span<const uint64_t> words, Bytes& out) {
  int64_t low = std::numeric_limits<int64_t>::max();
  int64_t high = std::numeric_limits<int64_t>::min();
  for (size_t i = 1; i < words.size(); ++i) {
    const auto difference = static_cast<int64_t>(words[i] - words[i - 1]);
    low = std::min(low, difference);
    high = std::max(high, difference);
  }
  if (words.size() == 1) low = high = 0;
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  const int width = (static_cast<int>(std::bit_width(span)) + 7) / 8;
  ByteWriter writer(out);
  writer.byte(static_cast<uint8_t>(width));
  writer.varint(static_cast<int64_t>(words[0]));
  writer.varint(low);
  if (width == 0) return;
  std::vector<uint64_t> rest(words.size() - 1);
  for (size_t i = 0; i < rest.size(); ++i)
    rest[i] = words[i + 1] - words[i] - static_cast<uint64_t>(low);
  for (int plane = 0; plane < width; ++plane) append_plane(rest, plane, out);
}

std::vector<uint64_t> decode_differences(ByteReader& in, int width, size_t count) {
  auto word = static_cast<uint64_t>(in.varint());
  const auto low = static_cast<uint64_t>(in.varint());
  const size_t rest = count - 1;
  if (width > 0 && in.remaining() / static_cast<size_t>(width) < rest) in.fail();
  if (!in.ok()) return {};
  std::vector<uint64_t> words(count, 0);
  for (int plane = 0; plane < width; ++plane) {
    add_plane(in.view(rest), plane, std::span(words).subspan(1));
  }
  words[0] = word;
  for (size_t i = 1; i < count; ++i) {
    word += low + words[i];
    words[i] = word;
  }
  return words;
}

void encode_bits(std::span<const uint64_t> words, Bytes& out) {
  out.push_back(static_cast<char>(kBits));
  const size_t at = out.size();
  out.resize(at + (words.size() + 7) / 8);
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] != 0) out[at + i / 8] = static_cast<char>(out[at + i / 8] | (1 << (i % 8)));
  }
}

std::vector<uint64_t> decode_bits(ByteReader& in, size_t count) {
  const BytesView bits = in.view((count + 7) / 8);
  if (!in.ok()) return {};
  std::vector<uint64_t> words(count);
  for (size_t i = 0; i < count; ++i) words[i] = (static_cast<uint8_t>(bits[i / 8]) >> (i % 8)) & 1;
  return words;
}

// Differences of neighbouring bit patterns, zigzagged so that small ones of either sign have high
// bytes of zero; planes that are zero throughout are left out.
void encode_planes(std::span<const uint64_t> words, Bytes& out) {
  std::vector<uint64_t> steps(words.size());
  uint64_t before = 0;
  uint64_t seen = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    steps[i] = zigzag_encode(static_cast<int64_t>(words[i] - before));
    before = words[i];
    seen |= steps[i];
  }
  uint8_t mask = 0;
  for (int plane = 0; plane < 8; ++plane) {
    if (((seen >> (plane * 8)) & 0xff) != 0) mask = static_cast<uint8_t>(mask | (1 << plane));
  }
  out.push_back(static_cast<char>(kPlanes));
  out.push_back(static_cast<char>(mask));
  for (int plane = 0; plane < 8; ++plane) {
    if ((mask >> plane) & 1) append_plane(steps, plane, out);
  }
}

std::vector<uint64_t> decode_planes(ByteReader& in, size_t count) {
  const uint8_t mask = in.byte();
  const auto planes = static_cast<size_t>(std::popcount(mask));
  if (planes > 0 && in.remaining() / planes < count) in.fail();
  if (!in.ok()) return {};
  std::vector<uint64_t> words(count, 0);
  for (int plane = 0; plane < 8; ++plane) {
    if ((mask >> plane) & 1) add_plane(in.view(count), plane, words);
  }
  uint64_t word = 0;
  for (uint64_t& step : words) {
    word += static_cast<uint64_t>(zigzag_decode(step));
    step = word;
  }
  return words;
}

// The real that a decimal stands for; decoding must repeat exactly this.
double from_decimal(int64_t scaled, int decimals, bool single) {
  const double value = static_cast<double>(scaled) / kPowers[decimals];
  return single ? static_cast<double>(static_cast<float>(value)) : value;
}

// True, and `scaled` set, when the real is exactly what `scaled` stands for.
bool to_decimal(uint64_t word, int decimals, bool single, int64_t& scaled) {
  const double product = std::bit_cast<double>(word) * kPowers[decimals];
  if (!(std::fabs(product) < kExactIntegers)) return false;
  scaled = static_cast<int64_t>(std::nearbyint(product));
  return std::bit_cast<uint64_t>(from_decimal(scaled, decimals, single)) == word;
}

// Reals that were written with few decimals, as text of instruments is, are integers in disguise.
// Returns false and appends nothing when one of them is not.
bool encode_decimals(std::span<const uint64_t> words, bool single, Bytes& out) {
  int decimals = 0;
  int64_t scaled = 0;
  for (size_t i = 0; i < words.size(); i += words.size() / 16 + 1) {  // a sample finds how many
    while (!to_decimal(words[i], decimals, single, scaled)) {
      if (++decimals > kMaxDecimals) return false;
    }
  }
  std::vector<uint64_t> integers(words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    if (!to_decimal(words[i], decimals, single, scaled)) return false;
    integers[i] = static_cast<uint64_t>(scaled);
  }
  out.push_back(static_cast<char>((single ? kDecimalFloat : kDecimalDouble) + decimals));
  encode_differences(integers, out);
  return true;
}

std::vector<uint64_t> decode_decimals(ByteReader& in, int decimals, bool single, size_t count) {
  const uint8_t width = in.byte();
  if (width > kMaxWidth) in.fail();
  if (!in.ok()) return {};
  auto words = decode_differences(in, width, count);
  for (uint64_t& word : words) {
    word = std::bit_cast<uint64_t>(from_decimal(static_cast<int64_t>(word), decimals, single));
  }
  return words;
}

bool is_constant(std::span<const uint64_t> words) {
  return std::all_of(words.begin(), words.end(), [&](uint64_t word) { return word == words[0]; });
}

}  // namespace

void encode_words(std::span<const uint64_t> words, WordKind kind, Bytes& out) {
  if (words.empty()) return;
  if (is_constant(words)) return encode_differences(words, out);
  switch (kind) {
    case WordKind::boolean:
      return encode_bits(words, out);
    case WordKind::integer:
      return encode_differences(words, out);
    case WordKind::real:
      if (encode_decimals(words, false, out) || encode_decimals(words, true, out)) return;
      return encode_planes(words, out);
  }
}

std::vector<uint64_t> decode_words(ByteReader& in, size_t count) {
  if (count == 0) return {};
  const uint8_t form = in.byte();
  if (!in.ok()) return {};
  if (form <= kMaxWidth) return decode_differences(in, form, count);
  if (form == kBits) return decode_bits(in, count);
  if (form == kPlanes) return decode_planes(in, count);
  const int decimals = form & 0x0f;
  const int decimal_form = form & 0xf0;
  if (decimals <= kMaxDecimals &&
      (decimal_form == kDecimalDouble || decimal_form == kDecimalFloat)) {
    return decode_decimals(in, decimals, decimal_form == kDecimalFloat, count);
  }
  in.fail();
  return {};
}

}  // namespace weir::store

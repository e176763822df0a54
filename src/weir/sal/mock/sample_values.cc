#include "weir/sal/mock/sample_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace weir::sal::mock {
namespace {

constexpr size_t kSteps = 64;  // phase steps around an array, then it repeats
constexpr double kNoise = 0.01;

struct Usual {
  std::string_view unit;
  double centre, swing;
};
constexpr Usual kUsual[] = {
    {"degC", 11, 4},     {"Celsius", 11, 4}, {"deg", 120, 35}, {"degree", 120, 35},
    {"percent", 50, 25}, {"%", 50, 25},      {"V", 24, 0.4},   {"A", 3, 1.2},
    {"hPa", 752, 6},     {"Pa", 90, 20},     {"kPa", 240, 15}, {"m/s", 6, 3},
    {"arcsec", 0, 1.5},  {"mm", 20, 8},      {"um", 0, 120},
};

constexpr std::string_view kWords[] = {"idle",        "tracking", "slewing", "settled",
                                       "calibrating", "NGC 1068", "standby", "flat",
                                       "dark",        "M31 core", "opening", "ready"};

constexpr uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

uint64_t hash(std::string_view text, uint64_t seed) {
  uint64_t value = seed + UINT64_C(0x9e3779b97f4a7c15);
  for (const char c : text) value = mix(value ^ static_cast<uint8_t>(c));
  return value;
}

// From 0 up to 1.
double fraction(uint64_t value) { return static_cast<double>(mix(value) >> 11) * 0x1p-53; }

const std::array<std::pair<double, double>, kSteps>& turns() {
  static const auto table = [] {
    std::array<std::pair<double, double>, kSteps> made;
    for (size_t i = 0; i < kSteps; ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / kSteps;
      made[i] = {std::cos(angle), std::sin(angle)};
    }
    return made;
  }();
  return table;
}

// Bounds that keep a wave inside its type.
double largest_swing(ItemType type) {
  switch (type) {
    case ItemType::byte:
      return 60;
    case ItemType::int16:
    case ItemType::uint16:
      return 5000;
    default:
      return 1e9;
  }
}

bool is_unsigned(ItemType type) {
  return type == ItemType::byte || type == ItemType::uint16 || type == ItemType::uint32 ||
         type == ItemType::ulong32 || type == ItemType::uint64;
}

}  // namespace

SampleValues::SampleValues(const Topic& topic, uint64_t seed) {
  const uint64_t topic_hash = hash(topic.name, seed);
  for (const Item& item : topic.items) {
    Field field{};
    field.salt = hash(item.name, topic_hash);
    field.type = item.type;
    field.longest_text = item.type == ItemType::character ? static_cast<size_t>(item.count) : 64;
    field.swing = std::pow(10.0, 3 * fraction(field.salt + 1));
    field.centre = field.swing * 4 * (fraction(field.salt + 2) - 0.5);
    for (const Usual& usual : kUsual) {
      if (usual.unit == item.units) field.centre = usual.centre, field.swing = usual.swing;
    }
    field.swing = std::min(field.swing, largest_swing(item.type));
    if (is_unsigned(item.type)) field.centre = 2 * field.swing;
    field.centre = std::clamp(field.centre, -2 * field.swing, std::max(2 * field.swing, 1000.0));
    field.pace = 2 * std::numbers::pi / (10 * std::pow(12.0, fraction(field.salt + 3)));
    field.phase = 2 * std::numbers::pi * fraction(field.salt + 4);
    field.dwell_s = 2 + 8 * fraction(field.salt + 5);
    field.enumerators = enumerator_numbers(item.enumeration);
    fields_.push_back(std::move(field));
  }
}

void SampleValues::move_to(double seconds) {
  moment_ = mix(static_cast<uint64_t>(std::llround(seconds * 1e6)));
  for (Field& field : fields_) {
    const double angle = field.pace * seconds + field.phase;
    field.sine = std::sin(angle);
    field.cosine = std::cos(angle);
    field.step = static_cast<uint64_t>(seconds / field.dwell_s);
  }
}

double SampleValues::wave(const Field& field, size_t element) const {
  const auto& [cosine, sine] = turns()[element % kSteps];
  const uint64_t grain = (moment_ ^ field.salt) + element * UINT64_C(0x9e3779b97f4a7c15);
  const double noise =
      static_cast<double>((grain * UINT64_C(0xbf58476d1ce4e5b9)) >> 40) * 0x1p-24 - 0.5;
  return field.centre + field.swing * (field.sine * cosine + field.cosine * sine + kNoise * noise);
}

uint64_t SampleValues::pick(const Field& field, size_t element) {
  return mix(field.salt + mix(field.step) + element);
}

int64_t SampleValues::integer(size_t item, size_t element) {
  const Field& field = fields_[item];
  if (!field.enumerators.empty()) {
    return field.enumerators[pick(field, element) % field.enumerators.size()];
  }
  if (field.type == ItemType::boolean) return static_cast<int64_t>(pick(field, element) & 1);
  return std::llround(wave(field, element));
}

double SampleValues::real(size_t item, size_t element) { return wave(fields_[item], element); }

std::string_view SampleValues::text(size_t item, size_t element) {
  const Field& field = fields_[item];
  return kWords[pick(field, element) % std::size(kWords)].substr(0, field.longest_text);
}

}  // namespace weir::sal::mock

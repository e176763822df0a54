#include "weir/avro/schema_derived.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

namespace weir::avro {
namespace {

struct LogicalRule {
  std::string_view name;
  Kind kind;
  LogicalType logical;
};
constexpr std::array<LogicalRule, 11> kLogicalRules = {{
    {"date", Kind::int32, LogicalType::date},
    {"time-millis", Kind::int32, LogicalType::time_millis},
    {"time-micros", Kind::int64, LogicalType::time_micros},
    {"timestamp-millis", Kind::int64, LogicalType::timestamp_millis},
    {"timestamp-micros", Kind::int64, LogicalType::timestamp_micros},
    {"timestamp-nanos", Kind::int64, LogicalType::timestamp_nanos},
    {"local-timestamp-millis", Kind::int64, LogicalType::local_timestamp_millis},
    {"local-timestamp-micros", Kind::int64, LogicalType::local_timestamp_micros},
    {"local-timestamp-nanos", Kind::int64, LogicalType::local_timestamp_nanos},
    {"big-decimal", Kind::bytes, LogicalType::big_decimal},
    {"uuid", Kind::string, LogicalType::uuid},
}};

// The digits that always fit into a signed integer of so many bytes.
double most_digits(size_t bytes) {
  if (bytes == 0) return 0;
  return std::floor(std::log10(2.0) * (8.0 * static_cast<double>(bytes) - 1));
}

bool is_decimal(const Type& type) {
  if (type.kind != Kind::bytes && type.kind != Kind::fixed) return false;
  const int64_t precision = type.attributes.find_int64("precision").value_or(0);
  const bool scale_given = type.attributes.find("scale") != nullptr;
  const int64_t scale = type.attributes.find_int64("scale").value_or(scale_given ? -1 : 0);
  if (precision <= 0 || scale < 0 || scale > precision) return false;
  return type.kind == Kind::bytes || static_cast<double>(precision) <= most_digits(type.size);
}

LogicalType logical_type(const Type& type) {
  const std::string* name = type.attributes.find_string("logicalType");
  if (name == nullptr) return LogicalType::none;
  for (const LogicalRule& rule : kLogicalRules) {
    if (rule.name == *name && rule.kind == type.kind) return rule.logical;
  }
  const bool fixed = type.kind == Kind::fixed;
  if (*name == "uuid" && fixed && type.size == 16) return LogicalType::uuid;
  if (*name == "duration" && fixed && type.size == 12) return LogicalType::duration;
  if (*name == "decimal" && is_decimal(type)) return LogicalType::decimal;
  return LogicalType::none;
}

size_t least_size(const Type& type) {
  // Beyond any message; keeps the sums from overflowing.
  constexpr size_t kEnough = size_t{1} << 40;
  size_t size = 0;
  switch (type.kind) {
    case Kind::null:
      return 0;
    case Kind::float32:
      return 4;
    case Kind::float64:
      return 8;
    case Kind::fixed:
      return type.size;
    case Kind::record:
      for (const Field& field : type.fields)
        size = std::min(size + field.type->least_size, kEnough);
      return size;
    case Kind::union_of:
      if (type.branches.empty()) return 1;
      size = kEnough;
      for (const Type* branch : type.branches) size = std::min(size, branch->least_size);
      return 1 + size;
    default:
      return 1;  // an integer, a length, a count
  }
}

template <typename NameAt>
void index(std::vector<uint32_t>& positions, size_t count, const NameAt& name_at) {
  constexpr size_t kFew = 16;  // as quickly compared one after the other
  positions.clear();
  if (count <= kFew) return;
  positions.resize(count);
  for (uint32_t i = 0; i < count; ++i) positions[i] = i;
  std::sort(positions.begin(), positions.end(), [&](uint32_t one, uint32_t other) {
    const int compared = name_at(one).compare(name_at(other));
    return compared != 0 ? compared < 0 : one < other;
  });
}

// Walks as the printers do, so that what passes here can be printed.
class DepthCheck {
 public:
  explicit DepthCheck(size_t limit) : limit_(limit) {}

  bool exceeds(const Type& type, size_t depth) {
    if (depth > limit_) return true;
    if (type.is_named() && !seen_.insert(&type).second) return false;
    if (type.items != nullptr) return exceeds(*type.items, depth + 1);
    return std::any_of(type.fields.begin(), type.fields.end(),
                       [&](const Field& field) { return exceeds(*field.type, depth + 1); }) ||
           std::any_of(type.branches.begin(), type.branches.end(),
                       [&](const Type* branch) { return exceeds(*branch, depth + 1); });
  }

 private:
  size_t limit_;
  std::unordered_set<const Type*> seen_;
};

}  // namespace

bool nests_deeper_than(const Type& root, size_t limit) {
  return DepthCheck(limit).exceeds(root, 1);
}

void derive(Type& type) {
  type.logical = logical_type(type);
  type.least_size = least_size(type);
  if (type.kind == Kind::record) {
    index(type.by_name, type.fields.size(),
          [&](uint32_t i) -> const std::string& { return type.fields[i].name; });
  } else if (type.kind == Kind::enumeration) {
    index(type.by_name, type.symbols.size(),
          [&](uint32_t i) -> const std::string& { return type.symbols[i]; });
  }
}

}  // namespace weir::avro

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/avro/compatibility.h"

namespace weir::avro {

// Of compatibility.cc alone: what a comparison finds, before it is put into words. Comparing unions
// drops most of what is found, so places and messages become text only for what is answered.

// Places in the reader schema, as chains that share their beginnings; text only when asked for.
class Places {
 public:
  using Place = size_t;
  static constexpr Place kRoot = 0;

  Place inside(Place outer, std::string_view word) {
    all_.push_back({outer, word, 0});
    return all_.size() - 1;
  }
  Place inside(Place outer, size_t index) {
    all_.push_back({outer, {}, index});
    return all_.size() - 1;
  }

  // As a JSON pointer.
  std::string pointer(Place place) const;

 private:
  struct Step {
    Place outer;
    std::string_view word;  // of Avro's own, or empty for an index
    size_t index;
  };
  std::vector<Step> all_ = {{kRoot, {}, 0}};
};

// One incompatibility, still without words; or all of those of a pair of types inside.
struct Finding;
using Findings = std::vector<Finding>;
struct Finding {
  const Findings* inside = nullptr;
  IncompatibilityType type = IncompatibilityType::type_mismatch;
  Places::Place place = Places::kRoot;
  const Type* reader = nullptr;
  const Type* writer = nullptr;
  const Field* field = nullptr;  // of the reader
};

// The writer's symbols that the reader does not have, each once, sorted.
std::vector<std::string_view> missing_symbols(const Type& reader, const Type& writer);

// The findings up to the limits, with those of the lists inside in their place.
std::vector<Incompatibility> in_words(const Findings& findings, const Places& places,
                                      const ComparisonLimits& limits);

}  // namespace weir::avro

#pragma once

#include <optional>
#include <string>

#include "weir/avro/schema.h"

namespace weir::avro {

// Why a JSON value cannot stand as the default of a type.
struct DefaultProblem {
  std::string inside;  // where in the value: ".x[1]", or nothing for all of it
  std::string reason;
};

struct DefaultCheck {
  std::optional<DefaultProblem> problem = std::nullopt;  // none: it fits
  // It fits, but at some union only a branch behind the first.
  bool later_branch = false;
};

// Compares a default with its type: by kind and range, bytes and fixed as text of U+0000 to U+00FF
// (for a fixed, as many as it has bytes), through arrays and maps, records complete but for fields
// with defaults of their own, and a union by any of its branches. The default of a field of type
// float or double may also be the text NaN, Infinity or -Infinity. `steps` bounds the work: it is
// counted down, and what is not decided when it reaches 0 is a problem.
DefaultCheck check_default(const Type& type, const Json& value, size_t& steps);

}  // namespace weir::avro

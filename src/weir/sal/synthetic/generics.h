#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "weir/sal/synthetic/facility.h"

namespace weir::sal::synthetic {

// A topic that any subsystem may have. Names and types are those that the observatory's own
// software expects of every controllable component; the sentences are ours.
struct Generic {
  struct Field {
    std::string_view name, idl_type, description;
  };
  SetKind kind;
  std::string_view name;
  std::string_view category;  // "csc", "configurable", "mandatory"; "": only by name
  std::string_view description;
  std::vector<Field> fields;
};

std::span<const Generic> generic_topics();

}  // namespace weir::sal::synthetic

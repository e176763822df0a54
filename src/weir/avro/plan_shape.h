#pragma once

#include <cstdint>
#include <vector>

#include "weir/avro/schema.h"

namespace weir::avro {

// What a plan makes of one place in a schema.
struct PlanShape {
  enum class Form : uint8_t {
    skipped,   // nobody wants it
    leaf,      // a value, or anything as JSON
    array,     // of items that are values; `parts` has the item
    record,    // flattened; `parts` has its fields
    optional,  // a union with null; `parts` has the other branch
    sole       // a union of one branch; `parts` has it
  };

  Form form = Form::skipped;
  const Type* type = nullptr;
  uint32_t leaf = 0;            // the first leaf in here
  uint32_t leaf_end = 0;        // one past the last
  std::vector<uint32_t> parts;  // indexes of shapes
};

}  // namespace weir::avro

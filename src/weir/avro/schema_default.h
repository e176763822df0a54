#pragma once

#include "weir/avro/schema.h"

namespace weir::avro {

// Whether a JSON value may stand as the default of a type: by kind and range, through arrays, maps
// and records, and for a union by any of its branches. `steps` bounds the work: it is counted down,
// and what is not decided when it reaches 0 counts as no.
bool is_valid_default(const Type& type, const Json& value, size_t& steps);

}  // namespace weir::avro

#pragma once

#include <cstddef>

#include "weir/avro/value.h"

namespace weir::avro {

// The value that a default stands for. Written as the specification has it: bytes as text of the
// characters U+0000 to U+00FF, of a union the bare value of a branch (the first that it fits);
// members that a record's default leaves out come from the defaults of their fields; NaN, Infinity
// and -Infinity as text where a field is float or double. `invalid_argument` when it does not fit
// the type, `unsupported` when it stands for more values than `values_left`, which is counted down.
Result<Value> value_of_default(const Type& type, const Json& json, size_t& values_left);

}  // namespace weir::avro

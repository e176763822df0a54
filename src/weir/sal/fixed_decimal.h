#pragma once

#include "weir/base/bytes.h"

namespace weir::sal {

// Appends what printf("%f", value) prints in the C locale: six decimals, correctly rounded, "nan",
// "-inf" and so on. About ten times as fast for the magnitudes that instruments send.
void append_fixed_decimal(double value, Bytes& out);

}  // namespace weir::sal

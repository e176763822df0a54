#pragma once

#include <string>
#include <vector>

#include "weir/sal/interface.h"

namespace weir::sal {

// Avro symbols for enumerators, in the same order: each an Avro name, all distinct. A symbol that
// is one stays as it is. Of others every character that a name cannot hold becomes "_", a digit in
// front gets one before it, and where the result is taken "_2", "_3", … is appended.
std::vector<std::string> avro_symbols(const std::vector<Enumerator>& enumerators);

}  // namespace weir::sal

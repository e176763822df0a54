#pragma once

#include "weir/base/json.h"
#include "weir/base/result.h"
#include "weir/sal/interface.h"

namespace weir::sal {

// The schema as the prototype of SQR-029 wrote it, its oddities included: a record
// "lsst.sal.<Topic>" with seven leading fields and no defaults.
Result<Json> sqr_029_schema(const Topic& topic);

}  // namespace weir::sal

#pragma once

#include <vector>

#include "weir/base/json.h"
#include "weir/base/result.h"
#include "weir/sal/interface.h"

namespace weir::sal {

// The schema as SAL's own topics on Kafka have it, made to evolve: a record
// "lsst.sal.<Component>.<short name>" with the private fields of every SAL message, then the items,
// each with a default. It is valid under a strict Avro parser whatever the XML has for symbols.
// The mapping is in docs/reference/sal-schemas.md, the reasons in docs/decisions.
Result<Json> sal_kafka_schema(const Topic& topic);

// A warning for each item whose field has another name than the item, because a private field has
// that one already: "salIndex" becomes "salIndex_2", and the attribute `sal_name` keeps the
// original.
std::vector<Problem> renamed_items(const Topic& topic);

}  // namespace weir::sal

#pragma once

#include "weir/avro/schema.h"

namespace weir::avro {

// Fills in what follows from the rest of a type once its parts are known: the logical type, the
// least size of a value and the index of names. Parts that are still open (a record inside itself)
// count as no bytes: never too much.
void derive(Type& type);

// Whether types lie inside each other deeper than `limit` when each named type is written out where
// it is first mentioned, those of other schemas included.
bool nests_deeper_than(const Type& root, size_t limit);

}  // namespace weir::avro

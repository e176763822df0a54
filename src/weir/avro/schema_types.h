#pragma once

#include <deque>

#include "weir/avro/schema.h"

namespace weir::avro {

// Owns every type of one schema; a deque, so that they never move.
struct Schema::Types {
  std::deque<Type> all;
};

}  // namespace weir::avro

#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "weir/avro/decode_plan.h"

namespace weir::avro {

// What one step of a plan does with the bytes at hand.
enum class StepCode : uint8_t {
  null,
  boolean,
  int32,
  int64,
  float32,
  float64,
  string,
  bytes,
  fixed,
  enumeration,
  json,
  array,       // the steps up to `end` read one item
  optional,    // a union with null: the steps up to `end` read the other branch
  sole,        // a union of one branch: its index is read and checked
  skip_fixed,  // `size` bytes
  skip_long,
  skip_bytes,
  skip_value  // anything, by its type
};

struct PlanStep {
  StepCode code;
  bool null_first = false;     // optional: null is branch 0
  uint32_t path = 0;           // index of the place, for errors
  uint32_t leaf = 0;           // the leaf, or the first of those that an optional holds
  uint32_t leaf_end = 0;       // optional: one past the last of them
  uint32_t end = 0;            // array, optional: one past the last step of the item or branch
  uint32_t run = 1;            // float32, float64: so many alike from here on, leaf after leaf
  size_t size = 0;             // fixed, skip_fixed: bytes; array: least bytes of an item;
                               // enumeration: how many symbols
  const Type* type = nullptr;  // enumeration, json, skip_value
};

struct DecodePlan::Program {
  explicit Program(Schema owner) : schema(std::move(owner)) {}

  Schema schema;  // keeps the types alive that leaves and steps point to
  std::vector<Leaf> leaves;
  std::vector<PlanStep> steps;
  std::vector<std::string> paths;
  std::unordered_map<std::string_view, size_t> by_path;
};

}  // namespace weir::avro

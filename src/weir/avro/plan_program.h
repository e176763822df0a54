#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "weir/avro/decode_plan.h"
#include "weir/avro/resolution.h"

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
  skip_value,  // anything, by its type

  // Only where data of another schema is read.
  promoted,       // a scalar as another kind: `promotion`
  mapped_symbol,  // an enumeration, by the symbols of a node
  resolved_json,  // anything, by a node, as JSON
  branches,       // a writer's union: goes on at the target of the branch that comes
  jump,           // to `end`, behind the branches
  nulls,          // nothing is read: null for `leaf` to `leaf_end`
  fill,           // nothing is read: the events of defaults
  refuse          // nothing is read: the problem of a node
};

enum class Promotion : uint8_t {
  int_to_float,
  int_to_double,
  long_to_float,
  long_to_double,
  float_to_double,
  string_to_bytes,
  bytes_to_string
};

struct PlanStep {
  StepCode code = StepCode::null;
  bool null_first = false;  // optional: null is branch 0
  Promotion promotion{};    // promoted
  uint32_t path = 0;        // index of the place, for errors
  uint32_t leaf = 0;        // the leaf, or the first of those that an optional holds
  uint32_t leaf_end = 0;    // optional, nulls: one past the last of them
  union {
    uint32_t end = 0;  // array, optional, jump: one past the last step of the item or branch
    uint32_t index;    // in the resolution: a node; of branches a target, of fill an event
  };
  uint32_t run = 1;  // float32, float64: so many alike from here on, leaf after leaf
  size_t size = 0;   // fixed, skip_fixed: bytes; array: least bytes of an item;
                     // enumeration, mapped_symbol: how many symbols; branches, fill: how many
  const Type* type = nullptr;  // enumeration, json, skip_value
};

// One call that a default makes.
struct PlanEvent {
  enum class Code : uint8_t {
    null,
    boolean,
    integer,
    single,
    real,
    text,
    bytes,
    symbol,
    begin_array,
    end_array
  };

  Code code = Code::null;
  bool in_array = false;
  uint32_t leaf = 0;
  int64_t integer = 0;    // boolean, integer, symbol: its index
  double real = 0;        // single, real
  std::string text = {};  // text, bytes
  const std::string* symbols = nullptr;
};

// What a plan for data of another schema needs besides its steps.
struct PlanResolution {
  Resolution resolution;
  std::vector<uint32_t> targets;  // steps where the branches of writers' unions begin
  std::vector<PlanEvent> events;  // of defaults
};

struct DecodePlan::Program {
  explicit Program(Schema owner) : schema(std::move(owner)) {}

  Schema schema;  // keeps the types alive that leaves and steps point to
  std::vector<Leaf> leaves;
  std::vector<PlanStep> steps;
  std::vector<std::string> paths;
  std::unordered_map<std::string_view, size_t> by_path;
  std::optional<PlanResolution> resolved;
};

}  // namespace weir::avro

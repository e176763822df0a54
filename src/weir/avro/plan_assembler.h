#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "weir/avro/plan_program.h"

namespace weir::avro {

// The step that reads a kind of scalar, and how its values arrive.
struct ScalarStep {
  StepCode code;
  LeafType leaf;
};

// nullopt for records, arrays, maps and unions.
std::optional<ScalarStep> scalar_step(Kind kind);

// Appends the steps of a program, and knows the place in the record that errors will name. For the
// compilers only.
class PlanAssembler {
 public:
  explicit PlanAssembler(DecodePlan::Program& program) : program_(program) {}

  // Appends a field's name to the place; `leave` takes it off again.
  size_t enter(std::string_view field);
  void leave(size_t entered) { path_.resize(entered); }
  const std::string& path() const { return path_; }
  // Schemas can name a type many times over and so stand for far more fields than they have
  // characters: true when the places alone take too much.
  bool paths_are_too_long() const;

  // The index of the new step; the reference of `step` is good until the next one.
  size_t add(StepCode code);
  PlanStep& step(size_t index) { return program_.steps[index]; }
  size_t size() const { return program_.steps.size(); }
  // Passes over one value; neighbours of fixed width become one step.
  void skip(const Type& type);
  // Ends the item of an array or the branch of a union that `index` began.
  void close(size_t index);
  // From here on is another way into the steps: nothing merges across it.
  void part() { barrier_ = size(); }
  // After the last step.
  void finish() { count_runs(); }

 private:
  void skip_fixed(size_t size);
  void count_runs();

  DecodePlan::Program& program_;
  std::string path_;
  size_t path_bytes_ = 0;
  size_t barrier_ = 0;
};

}  // namespace weir::avro

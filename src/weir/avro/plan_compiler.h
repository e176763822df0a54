#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "weir/avro/plan_assembler.h"
#include "weir/avro/plan_program.h"
#include "weir/avro/plan_shape.h"

namespace weir::avro {

// Turns the types of a schema into leaves and the steps that read them, depth first. Used once.
class PlanCompiler {
 public:
  PlanCompiler(const Schema& schema, const PlanOptions& options);

  Result<std::unique_ptr<DecodePlan::Program>> run();
  // What became of each place; the schema itself is the first. After `run`.
  const std::vector<PlanShape>& shapes() const { return shapes_; }

 private:
  // Where the compiler stands, handed down.
  struct Place {
    const Field* field = nullptr;
    bool all = false;  // everything below is wanted
    bool nullable = false;
  };
  using Form = PlanShape::Form;

  Result<uint32_t> compile(const Type& type, Place place);
  Status compile_as(uint32_t shape, const Type& type, Place place);
  Status compile_record(uint32_t shape, const Type& type, const Place& place);
  Status compile_optional(uint32_t shape, const Type& type, const Type& other, Place place);
  void compile_array(uint32_t shape, const Type& type, const Place& place);
  void compile_leaf(const Type& type, const Place& place);
  uint32_t add_shape(const Type& type);

  Error too_many_leaves() const;
  bool holds_wanted(const Type& type) const;
  bool may_flatten(const Type& record) const;
  uint32_t next_leaf() const { return static_cast<uint32_t>(program_->leaves.size()); }

  std::unique_ptr<DecodePlan::Program> program_;
  PlanAssembler assembler_;
  std::vector<PlanShape> shapes_;
  const PlanOptions& options_;
  std::set<std::string> wanted_;
  std::vector<const Type*> open_;  // the records around this place
  size_t visits_ = 0;
};

}  // namespace weir::avro

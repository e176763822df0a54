#include "weir/avro/plan_assembler.h"

namespace weir::avro {
namespace {

constexpr size_t kMaxPathBytes = 64 << 20;

}  // namespace

std::optional<ScalarStep> scalar_step(Kind kind) {
  switch (kind) {
    case Kind::null:
      return ScalarStep{StepCode::null, LeafType::null};
    case Kind::boolean:
      return ScalarStep{StepCode::boolean, LeafType::boolean};
    case Kind::int32:
      return ScalarStep{StepCode::int32, LeafType::integer};
    case Kind::int64:
      return ScalarStep{StepCode::int64, LeafType::integer};
    case Kind::float32:
      return ScalarStep{StepCode::float32, LeafType::real};
    case Kind::float64:
      return ScalarStep{StepCode::float64, LeafType::real};
    case Kind::string:
      return ScalarStep{StepCode::string, LeafType::text};
    case Kind::bytes:
      return ScalarStep{StepCode::bytes, LeafType::bytes};
    case Kind::fixed:
      return ScalarStep{StepCode::fixed, LeafType::bytes};
    case Kind::enumeration:
      return ScalarStep{StepCode::enumeration, LeafType::enumeration};
    case Kind::record:
    case Kind::array:
    case Kind::map:
    case Kind::union_of:
      return std::nullopt;
  }
  return std::nullopt;
}

size_t PlanAssembler::enter(std::string_view field) {
  const size_t length = path_.size();
  if (length > 0) path_ += '.';
  path_ += field;
  path_bytes_ += path_.size();
  return length;
}

bool PlanAssembler::paths_are_too_long() const { return path_bytes_ > kMaxPathBytes; }

size_t PlanAssembler::add(StepCode code) {
  if (program_.paths.empty() || program_.paths.back() != path_) program_.paths.push_back(path_);
  PlanStep step;
  step.code = code;
  step.path = static_cast<uint32_t>(program_.paths.size() - 1);
  program_.steps.push_back(step);
  return program_.steps.size() - 1;
}

void PlanAssembler::close(size_t index) {
  part();
  step(index).end = static_cast<uint32_t>(size());
}

void PlanAssembler::skip(const Type& type) {
  switch (type.kind) {
    case Kind::null:
      return;
    case Kind::boolean:
      return skip_fixed(1);
    case Kind::float32:
      return skip_fixed(4);
    case Kind::float64:
      return skip_fixed(8);
    case Kind::fixed:
      return skip_fixed(type.size);
    case Kind::int32:
    case Kind::int64:
    case Kind::enumeration:
      add(StepCode::skip_long);
      return;
    case Kind::bytes:
    case Kind::string:
      add(StepCode::skip_bytes);
      return;
    case Kind::record:
    case Kind::array:
    case Kind::map:
    case Kind::union_of:
      step(add(StepCode::skip_value)).type = &type;
      return;
  }
}

void PlanAssembler::skip_fixed(size_t width) {
  if (size() > barrier_ && program_.steps.back().code == StepCode::skip_fixed) {
    program_.steps.back().size += width;
  } else {
    step(add(StepCode::skip_fixed)).size = width;
  }
}

// Counted from the back, so that every step knows what follows it; whoever runs the steps of a
// branch cuts a run at the end of the branch.
void PlanAssembler::count_runs() {
  auto& steps = program_.steps;
  for (size_t i = steps.size(); i-- > 1;) {
    PlanStep& step = steps[i - 1];
    const PlanStep& next = steps[i];
    const bool real = step.code == StepCode::float32 || step.code == StepCode::float64;
    if (real && next.code == step.code && next.leaf == step.leaf + 1) step.run = next.run + 1;
  }
}

}  // namespace weir::avro

#include "weir/avro/plan_compiler.h"

#include <algorithm>

namespace weir::avro {
namespace {

// Records inside records are flattened this far; deeper ones arrive as JSON.
constexpr size_t kMaxFlattenedDepth = 32;

std::string first_text(std::initializer_list<const Json*> places,
                       std::initializer_list<std::string_view> keys) {
  for (const Json* place : places) {
    for (const std::string_view key : keys) {
      if (const std::string* text = place->find_string(key)) return *text;
    }
  }
  return "";
}

// The type besides null of a union of null and one other; nullptr for every other type.
const Type* other_than_null(const Type& type) {
  if (type.kind != Kind::union_of || type.branches.size() != 2) return nullptr;
  const bool first = type.branches[0]->kind == Kind::null;
  const bool second = type.branches[1]->kind == Kind::null;
  return first == second ? nullptr : type.branches[first ? 1 : 0];
}

const Type* sole_branch(const Type& type) {
  return type.kind == Kind::union_of && type.branches.size() == 1 ? type.branches[0] : nullptr;
}

// The type inside an array's items that is a value by itself, through a union with null or of one.
const Type& item_type(const Type& items) {
  if (const Type* other = other_than_null(items)) return *other;
  if (const Type* sole = sole_branch(items)) return *sole;
  return items;
}

std::string unit_of(const Json& attributes) {
  return first_text({&attributes}, {"sal_units", "units", "unit"});
}

bool holds_null(const Type& type) {
  if (type.kind == Kind::null) return true;
  return type.kind == Kind::union_of &&
         std::any_of(type.branches.begin(), type.branches.end(),
                     [](const Type* branch) { return branch->kind == Kind::null; });
}

}  // namespace

PlanCompiler::PlanCompiler(const Schema& schema, const PlanOptions& options)
    : program_(std::make_unique<DecodePlan::Program>(schema)),
      assembler_(*program_),
      options_(options),
      wanted_(options.wanted.begin(), options.wanted.end()) {}

Result<std::unique_ptr<DecodePlan::Program>> PlanCompiler::run() {
  WEIR_TRY(compile(program_->schema.root(), {.all = wanted_.empty()}));
  if (program_->leaves.size() > options_.max_leaves) return too_many_leaves();
  assembler_.finish();
  for (size_t i = 0; i < program_->leaves.size(); ++i) {
    program_->by_path.emplace(program_->leaves[i].path, i);
  }
  return std::move(program_);
}

// Returns the shape of what the type became.
Result<uint32_t> PlanCompiler::compile(const Type& type, Place place) {
  const bool too_wide = program_->leaves.size() > options_.max_leaves ||
                        ++visits_ > 4 * options_.max_leaves + 64 || assembler_.paths_are_too_long();
  if (too_wide) return too_many_leaves();
  const uint32_t shape = add_shape(type);
  place.all = place.all || wanted_.contains(assembler_.path());
  if (place.all || holds_wanted(type)) {
    WEIR_TRY(compile_as(shape, type, place));
  } else {
    assembler_.skip(type);
  }
  shapes_[shape].leaf_end = next_leaf();
  return shape;
}

Status PlanCompiler::compile_as(uint32_t shape, const Type& type, Place place) {
  if (const Type* other = other_than_null(type)) {
    return compile_optional(shape, type, *other, place);
  }
  if (const Type* sole = sole_branch(type)) {
    shapes_[shape].form = Form::sole;
    assembler_.add(StepCode::sole);
    WEIR_TRY_ASSIGN(const uint32_t part, compile(*sole, place));
    shapes_[shape].parts.push_back(part);
    return {};
  }
  if (type.kind == Kind::record && may_flatten(type)) return compile_record(shape, type, place);
  if (type.kind == Kind::array && scalar_step(item_type(*type.items).kind)) {
    compile_array(shape, type, place);
  } else {
    shapes_[shape].form = Form::leaf;
    compile_leaf(type, place);
  }
  return {};
}

uint32_t PlanCompiler::add_shape(const Type& type) {
  PlanShape shape;
  shape.type = &type;
  shape.leaf = next_leaf();
  shapes_.push_back(std::move(shape));
  return static_cast<uint32_t>(shapes_.size() - 1);
}

Error PlanCompiler::too_many_leaves() const {
  return Error(ErrorCode::unsupported,
               "the schema has more than " + std::to_string(options_.max_leaves) + " leaves");
}

// Whether something below this place may be wanted although the place itself is not.
bool PlanCompiler::holds_wanted(const Type& type) const {
  if (const Type* other = other_than_null(type)) return holds_wanted(*other);
  if (const Type* sole = sole_branch(type)) return holds_wanted(*sole);
  if (type.kind != Kind::record || !may_flatten(type)) return false;
  if (assembler_.path().empty()) return true;
  const std::string inside = assembler_.path() + ".";
  const auto at = wanted_.lower_bound(inside);
  return at != wanted_.end() && at->starts_with(inside);
}

bool PlanCompiler::may_flatten(const Type& record) const {
  return open_.size() < kMaxFlattenedDepth &&
         std::find(open_.begin(), open_.end(), &record) == open_.end();
}

Status PlanCompiler::compile_record(uint32_t shape, const Type& type, const Place& place) {
  shapes_[shape].form = Form::record;
  open_.push_back(&type);
  for (const Field& field : type.fields) {
    const size_t entered = assembler_.enter(field.name);
    WEIR_TRY_ASSIGN(const uint32_t part, compile(*field.type, {&field, place.all, place.nullable}));
    shapes_[shape].parts.push_back(part);
    assembler_.leave(entered);
  }
  open_.pop_back();
  return {};
}

Status PlanCompiler::compile_optional(uint32_t shape, const Type& type, const Type& other,
                                      Place place) {
  shapes_[shape].form = Form::optional;
  const size_t at = assembler_.add(StepCode::optional);
  assembler_.step(at).null_first = type.branches[0]->kind == Kind::null;
  assembler_.step(at).leaf = next_leaf();
  place.nullable = true;
  WEIR_TRY_ASSIGN(const uint32_t part, compile(other, place));
  shapes_[shape].parts.push_back(part);
  assembler_.step(at).leaf_end = next_leaf();
  assembler_.close(at);
  return {};
}

void PlanCompiler::compile_array(uint32_t shape, const Type& type, const Place& place) {
  const Type& items = *type.items;
  const bool optional = other_than_null(items) != nullptr;
  const bool sole = sole_branch(items) != nullptr;
  shapes_[shape].form = Form::array;
  const size_t at = assembler_.add(StepCode::array);
  assembler_.step(at).leaf = next_leaf();
  assembler_.step(at).size = items.least_size;
  uint32_t outer = shape;
  if (optional || sole) {
    outer = add_shape(items);
    shapes_[outer].form = optional ? Form::optional : Form::sole;
    shapes_[outer].leaf_end = next_leaf() + 1;
    shapes_[shape].parts.push_back(outer);
    const size_t item_at = assembler_.add(optional ? StepCode::optional : StepCode::sole);
    assembler_.step(item_at).null_first = items.branches[0]->kind == Kind::null;
    assembler_.step(item_at).leaf = next_leaf();
    assembler_.step(item_at).leaf_end = next_leaf() + 1;
  }
  const uint32_t item = add_shape(item_type(items));
  shapes_[item].form = Form::leaf;
  shapes_[item].leaf_end = next_leaf() + 1;
  shapes_[outer].parts.push_back(item);
  compile_leaf(item_type(items), place);
  Leaf& leaf = program_->leaves.back();
  leaf.is_array = true;
  leaf.items_nullable = optional;
  if (leaf.unit.empty()) leaf.unit = unit_of(type.attributes);
  if (optional) assembler_.close(at + 1);
  assembler_.close(at);
}

void PlanCompiler::compile_leaf(const Type& type, const Place& place) {
  const ScalarStep scalar =
      scalar_step(type.kind).value_or(ScalarStep{StepCode::json, LeafType::json});
  PlanStep& step = assembler_.step(assembler_.add(scalar.code));
  step.leaf = next_leaf();
  step.type = &type;
  step.size = type.kind == Kind::enumeration ? type.symbols.size() : type.size;
  Leaf leaf;
  leaf.path = assembler_.path();
  leaf.type = scalar.leaf;
  leaf.logical = type.logical;
  leaf.nullable = place.nullable || holds_null(type);
  leaf.avro_type = &type;
  leaf.field = place.field;
  leaf.unit = unit_of(type.attributes);
  if (place.field != nullptr) {
    const Field& field = *place.field;
    leaf.doc = field.doc ? *field.doc : first_text({&field.attributes}, {"description"});
    const std::string unit = unit_of(field.attributes);
    if (!unit.empty()) leaf.unit = unit;
  }
  program_->leaves.push_back(std::move(leaf));
}

Result<DecodePlan> DecodePlan::compile(const Schema& schema, const PlanOptions& options) {
  WEIR_TRY_ASSIGN(std::unique_ptr<const Program> program, PlanCompiler(schema, options).run());
  return DecodePlan(std::move(program));
}

}  // namespace weir::avro

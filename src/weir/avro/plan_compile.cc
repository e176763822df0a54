#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "weir/avro/plan_program.h"

namespace weir::avro {
namespace {

// Records inside records are flattened this far; deeper ones arrive as JSON.
constexpr size_t kMaxFlattenedDepth = 32;
// Schemas can name a type many times over and so stand for far more fields than they have
// characters.
constexpr size_t kMaxPathBytes = 64 << 20;

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

struct Scalar {
  StepCode code;
  LeafType leaf;
};

std::optional<Scalar> scalar_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return Scalar{StepCode::null, LeafType::null};
    case Kind::boolean:
      return Scalar{StepCode::boolean, LeafType::boolean};
    case Kind::int32:
      return Scalar{StepCode::int32, LeafType::integer};
    case Kind::int64:
      return Scalar{StepCode::int64, LeafType::integer};
    case Kind::float32:
      return Scalar{StepCode::float32, LeafType::real};
    case Kind::float64:
      return Scalar{StepCode::float64, LeafType::real};
    case Kind::string:
      return Scalar{StepCode::string, LeafType::text};
    case Kind::bytes:
      return Scalar{StepCode::bytes, LeafType::bytes};
    case Kind::fixed:
      return Scalar{StepCode::fixed, LeafType::bytes};
    case Kind::enumeration:
      return Scalar{StepCode::enumeration, LeafType::enumeration};
    case Kind::record:
    case Kind::array:
    case Kind::map:
    case Kind::union_of:
      return std::nullopt;
  }
  return std::nullopt;
}

// The scalar that the items of an array are, through a union with null; nullopt for anything else.
std::optional<Scalar> scalar_item(const Type& items) {
  if (const Type* other = other_than_null(items)) return scalar_of(other->kind);
  if (const Type* sole = sole_branch(items)) return scalar_of(sole->kind);
  return scalar_of(items.kind);
}

}  // namespace

// Turns the types of a schema into steps and leaves, depth first.
class PlanCompiler {
 public:
  PlanCompiler(const Schema& schema, const PlanOptions& options)
      : program_(std::make_unique<DecodePlan::Program>(schema)),
        options_(options),
        wanted_(options.wanted.begin(), options.wanted.end()) {}

  Result<std::unique_ptr<DecodePlan::Program>> run() {
    WEIR_TRY(compile(program_->schema.root(), {.all = wanted_.empty()}));
    if (program_->leaves.size() > options_.max_leaves) return too_many_leaves();
    count_runs();
    for (size_t i = 0; i < program_->leaves.size(); ++i) {
      program_->by_path.emplace(program_->leaves[i].path, i);
    }
    return std::move(program_);
  }

 private:
  // Where the compiler stands, handed down.
  struct Place {
    const Field* field = nullptr;
    bool all = false;  // everything below is wanted
    bool nullable = false;
  };

  Status compile(const Type& type, Place place) {
    const bool too_wide = program_->leaves.size() > options_.max_leaves ||
                          ++visits_ > 4 * options_.max_leaves + 64 || path_bytes_ > kMaxPathBytes;
    if (too_wide) return too_many_leaves();
    place.all = place.all || wanted_.contains(path_);
    if (!place.all && !holds_wanted(type)) {
      compile_skip(type);
      return {};
    }
    if (const Type* other = other_than_null(type)) return compile_optional(type, *other, place);
    if (const Type* sole = sole_branch(type)) {
      add_step(StepCode::sole);
      return compile(*sole, place);
    }
    if (type.kind == Kind::record && may_flatten(type)) return compile_record(type, place);
    if (type.kind == Kind::array && scalar_item(*type.items)) return compile_array(type, place);
    compile_leaf(type, place);
    return {};
  }

  // Counted from the back, so that every step knows what follows it; whoever runs the steps of a
  // branch cuts a run at the end of the branch.
  void count_runs() {
    auto& steps = program_->steps;
    for (size_t i = steps.size(); i-- > 1;) {
      PlanStep& step = steps[i - 1];
      const bool real = step.code == StepCode::float32 || step.code == StepCode::float64;
      if (real && steps[i].code == step.code) step.run = steps[i].run + 1;
    }
  }

  Error too_many_leaves() const {
    return Error(ErrorCode::unsupported,
                 "the schema has more than " + std::to_string(options_.max_leaves) + " leaves");
  }

  // Whether something below this place may be wanted although the place itself is not.
  bool holds_wanted(const Type& type) const {
    if (const Type* other = other_than_null(type)) return holds_wanted(*other);
    if (const Type* sole = sole_branch(type)) return holds_wanted(*sole);
    if (type.kind != Kind::record || !may_flatten(type)) return false;
    if (path_.empty()) return true;
    const auto at = wanted_.lower_bound(path_ + ".");
    return at != wanted_.end() && at->starts_with(path_ + ".");
  }

  bool may_flatten(const Type& record) const {
    return open_.size() < kMaxFlattenedDepth &&
           std::find(open_.begin(), open_.end(), &record) == open_.end();
  }

  Status compile_record(const Type& type, const Place& place) {
    open_.push_back(&type);
    for (const Field& field : type.fields) {
      const size_t length = path_.size();
      path_ += (length == 0 ? "" : ".") + field.name;
      path_bytes_ += path_.size();
      WEIR_TRY(compile(*field.type, {&field, place.all, place.nullable}));
      path_.resize(length);
    }
    open_.pop_back();
    return {};
  }

  Status compile_optional(const Type& type, const Type& other, Place place) {
    const size_t at = add_step(StepCode::optional);
    program_->steps[at].null_first = type.branches[0]->kind == Kind::null;
    program_->steps[at].leaf = next_leaf();
    place.nullable = true;
    WEIR_TRY(compile(other, place));
    program_->steps[at].leaf_end = next_leaf();
    close(at);
    return {};
  }

  Status compile_array(const Type& type, const Place& place) {
    const Type& items = *type.items;
    const Type* other = other_than_null(items);
    const Type* sole = sole_branch(items);
    const Type& item = other != nullptr ? *other : sole != nullptr ? *sole : items;
    const size_t at = add_step(StepCode::array);
    program_->steps[at].leaf = next_leaf();
    program_->steps[at].size = items.least_size;
    const size_t item_at = program_->steps.size();
    if (other != nullptr) {
      add_step(StepCode::optional);
      program_->steps[item_at].null_first = items.branches[0]->kind == Kind::null;
      program_->steps[item_at].leaf = next_leaf();
      program_->steps[item_at].leaf_end = next_leaf() + 1;
    } else if (sole != nullptr) {
      add_step(StepCode::sole);
    }
    compile_leaf(item, place);
    Leaf& leaf = program_->leaves.back();
    leaf.is_array = true;
    leaf.items_nullable = other != nullptr;
    if (leaf.unit.empty()) leaf.unit = unit_of(type.attributes);
    if (other != nullptr) close(item_at);
    close(at);
    return {};
  }

  void compile_leaf(const Type& type, const Place& place) {
    const Scalar scalar = scalar_of(type.kind).value_or(Scalar{StepCode::json, LeafType::json});
    const size_t at = add_step(scalar.code);
    program_->steps[at].leaf = next_leaf();
    program_->steps[at].type = &type;
    program_->steps[at].size = type.kind == Kind::enumeration ? type.symbols.size() : type.size;
    Leaf leaf;
    leaf.path = path_;
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

  void compile_skip(const Type& type) {
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
        add_step(StepCode::skip_long);
        return;
      case Kind::bytes:
      case Kind::string:
        add_step(StepCode::skip_bytes);
        return;
      case Kind::record:
      case Kind::array:
      case Kind::map:
      case Kind::union_of:
        program_->steps[add_step(StepCode::skip_value)].type = &type;
        return;
    }
  }

  // Neighbours that are skipped become one step, except across the end of a branch or an item.
  void skip_fixed(size_t size) {
    auto& steps = program_->steps;
    if (steps.size() > barrier_ && steps.back().code == StepCode::skip_fixed) {
      steps.back().size += size;
    } else {
      steps[add_step(StepCode::skip_fixed)].size = size;
    }
  }

  size_t add_step(StepCode code) {
    if (program_->paths.empty() || program_->paths.back() != path_)
      program_->paths.push_back(path_);
    PlanStep step{.code = code};
    step.path = static_cast<uint32_t>(program_->paths.size() - 1);
    program_->steps.push_back(step);
    return program_->steps.size() - 1;
  }

  void close(size_t step) {
    barrier_ = program_->steps.size();
    program_->steps[step].end = static_cast<uint32_t>(barrier_);
  }

  uint32_t next_leaf() const { return static_cast<uint32_t>(program_->leaves.size()); }

  static std::string unit_of(const Json& attributes) {
    return first_text({&attributes}, {"sal_units", "units", "unit"});
  }

  static bool holds_null(const Type& type) {
    if (type.kind == Kind::null) return true;
    return type.kind == Kind::union_of &&
           std::any_of(type.branches.begin(), type.branches.end(),
                       [](const Type* branch) { return branch->kind == Kind::null; });
  }

  std::unique_ptr<DecodePlan::Program> program_;
  const PlanOptions& options_;
  std::set<std::string> wanted_;
  std::vector<const Type*> open_;  // the records around this place
  std::string path_;
  size_t visits_ = 0;
  size_t path_bytes_ = 0;
  size_t barrier_ = 0;
};

Result<DecodePlan> DecodePlan::compile(const Schema& schema, const PlanOptions& options) {
  WEIR_TRY_ASSIGN(std::unique_ptr<const Program> program, PlanCompiler(schema, options).run());
  return DecodePlan(std::move(program));
}

}  // namespace weir::avro

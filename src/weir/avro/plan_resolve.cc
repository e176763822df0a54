#include <algorithm>

#include "weir/avro/plan_compiler.h"
#include "weir/avro/resolution_graph.h"

namespace weir::avro {
namespace {

constexpr uint32_t kNoStep = static_cast<uint32_t>(-1);

Promotion promotion_of(Kind writer, Kind reader) {
  if (writer == Kind::string) return Promotion::string_to_bytes;
  if (writer == Kind::bytes) return Promotion::bytes_to_string;
  if (writer == Kind::float32) return Promotion::float_to_double;
  if (writer == Kind::int32) {
    return reader == Kind::float32 ? Promotion::int_to_float : Promotion::int_to_double;
  }
  return reader == Kind::float32 ? Promotion::long_to_float : Promotion::long_to_double;
}

// Writes down the calls that a default makes, leaf by leaf.
class DefaultEvents {
 public:
  DefaultEvents(const std::vector<PlanShape>& shapes, const std::vector<Leaf>& leaves,
                std::vector<PlanEvent>& events)
      : shapes_(shapes), leaves_(leaves), events_(events) {}

  void add(const PlanShape& shape, const Value& value, bool in_array = false) {
    switch (shape.form) {
      case PlanShape::Form::skipped:
        return;
      case PlanShape::Form::leaf:
        return add_leaf(shape, value, in_array);
      case PlanShape::Form::array:
        events_.push_back({.code = PlanEvent::Code::begin_array, .leaf = shape.leaf});
        for (const Value& item : std::get<std::vector<Value>>(value.data)) {
          add(part(shape, 0), item, true);
        }
        events_.push_back({.code = PlanEvent::Code::end_array, .leaf = shape.leaf});
        return;
      case PlanShape::Form::record: {
        const auto& fields = std::get<Value::Record>(value.data).fields;
        for (size_t i = 0; i < fields.size(); ++i) add(part(shape, i), fields[i].value);
        return;
      }
      case PlanShape::Form::optional:
        if (!value.is_null()) return add(part(shape, 0), value, in_array);
        for (uint32_t leaf = shape.leaf; leaf < shape.leaf_end; ++leaf) {
          events_.push_back({.in_array = in_array, .leaf = leaf});
        }
        return;
      case PlanShape::Form::sole:
        return add(part(shape, 0), value, in_array);
    }
  }

 private:
  const PlanShape& part(const PlanShape& shape, size_t index) const {
    return shapes_[shape.parts[index]];
  }

  void add_leaf(const PlanShape& shape, const Value& value, bool in_array) {
    PlanEvent event{.in_array = in_array, .leaf = shape.leaf};
    switch (leaves_[shape.leaf].type) {
      case LeafType::null:
        break;
      case LeafType::boolean:
        event.code = PlanEvent::Code::boolean;
        event.integer = std::get<bool>(value.data) ? 1 : 0;
        break;
      case LeafType::integer:
        event.code = PlanEvent::Code::integer;
        event.integer = std::get<int64_t>(value.data);
        break;
      case LeafType::real:
        event.code =
            shape.type->kind == Kind::float32 ? PlanEvent::Code::single : PlanEvent::Code::real;
        event.real = std::get<double>(value.data);
        break;
      case LeafType::text:
        event.code = PlanEvent::Code::text;
        event.text = std::get<std::string>(value.data);
        break;
      case LeafType::bytes:
        event.code = PlanEvent::Code::bytes;
        event.text = std::get<Value::Binary>(value.data).bytes;
        break;
      case LeafType::enumeration:
        event.code = PlanEvent::Code::symbol;
        event.symbols = shape.type->symbols.data();
        event.integer =
            static_cast<int64_t>(*shape.type->find_symbol(std::get<std::string>(value.data)));
        break;
      case LeafType::json:
        if (value.is_null()) break;
        event.code = PlanEvent::Code::text;
        event.text = value.to_json().print();
        break;
    }
    events_.push_back(std::move(event));
  }

  const std::vector<PlanShape>& shapes_;
  const std::vector<Leaf>& leaves_;
  std::vector<PlanEvent>& events_;
};

// Makes the steps anew for the bytes of another writer: walks the graph of the resolution along the
// shapes that the plan of the reader's schema has, so that the leaves stay. Used once.
class ResolvedPlanCompiler {
 public:
  ResolvedPlanCompiler(DecodePlan::Program& program, const std::vector<PlanShape>& shapes,
                       const PlanOptions& options)
      : graph_(program.resolved->resolution.graph()),
        resolved_(*program.resolved),
        leaves_(program.leaves),
        shapes_(shapes),
        assembler_(program),
        most_visits_(4 * options.max_leaves + 64) {}

  Status run() {
    WEIR_TRY(compile(graph_.root, shapes_.front()));
    assembler_.finish();
    return {};
  }

 private:
  using Form = PlanShape::Form;

  Status compile(uint32_t at, const PlanShape& shape) {
    if (++visits_ > most_visits_ || assembler_.paths_are_too_long()) return too_many_steps();
    const ResolveNode& node = graph_.nodes[at];
    if (shape.form == Form::skipped) {
      assembler_.skip(*node.writer);
      return {};
    }
    if (shape.form == Form::leaf && leaves_[shape.leaf].type == LeafType::json) {
      compile_json(at, shape);
      return {};
    }
    switch (node.code) {
      case ResolveCode::refuse:
        assembler_.step(assembler_.add(StepCode::refuse)).index = at;
        return {};
      case ResolveCode::writer_union:
        return compile_writer_union(node, shape);
      case ResolveCode::reader_union:
        return compile_reader_union(node, shape);
      case ResolveCode::record:
        return compile_record(node, shape);
      case ResolveCode::array:
        return compile_array(node, shape);
      case ResolveCode::enumeration:
        compile_symbol(at, shape);
        return {};
      case ResolveCode::promote:
        compile_promoted(node, shape);
        return {};
      case ResolveCode::same:
        compile_scalar(node, shape);
        return {};
      case ResolveCode::map:  // always JSON
        break;
    }
    return Error(ErrorCode::internal, "a map that is no JSON");
  }

  Error too_many_steps() const {
    return Error(ErrorCode::unsupported, "reading the writer's data takes more than " +
                                             std::to_string(most_visits_) + " steps");
  }

  PlanStep& add_for(const PlanShape& shape, StepCode code) {
    PlanStep& step = assembler_.step(assembler_.add(code));
    step.leaf = shape.leaf;
    step.leaf_end = shape.leaf_end;
    step.type = shape.type;
    return step;
  }

  void compile_json(uint32_t at, const PlanShape& shape) {
    const bool same = graph_.nodes[at].identical;
    add_for(shape, same ? StepCode::json : StepCode::resolved_json).index = at;
  }

  void compile_scalar(const ResolveNode& node, const PlanShape& shape) {
    add_for(shape, scalar_step(node.writer->kind)->code).size = node.writer->size;
  }

  void compile_promoted(const ResolveNode& node, const PlanShape& shape) {
    if (node.reader->kind == Kind::int64) {
      add_for(shape, StepCode::int32);  // both arrive as an int64_t
    } else {
      add_for(shape, StepCode::promoted).promotion =
          promotion_of(node.writer->kind, node.reader->kind);
    }
  }

  void compile_symbol(uint32_t at, const PlanShape& shape) {
    const ResolveNode& node = graph_.nodes[at];
    bool same_indexes = true;
    for (size_t i = 0; i < node.symbols.size(); ++i) {
      same_indexes = same_indexes && node.symbols[i] == i;
    }
    PlanStep& step = add_for(shape, same_indexes ? StepCode::enumeration : StepCode::mapped_symbol);
    step.index = at;
    step.size = node.symbols.size();
  }

  Status compile_array(const ResolveNode& node, const PlanShape& shape) {
    add_for(shape, StepCode::array).size = node.writer->items->least_size;
    const size_t at = assembler_.size() - 1;
    assembler_.part();
    WEIR_TRY(compile(node.target, part(shape, 0)));
    assembler_.close(at);
    return {};
  }

  Status compile_record(const ResolveNode& node, const PlanShape& shape) {
    for (size_t i = 0; i < node.moves.size(); ++i) {
      const ResolveNode::Move& move = node.moves[i];
      const Field& written = node.writer->fields[i];
      const bool kept = move.field != kNowhere;
      const size_t entered =
          assembler_.enter(kept ? node.reader->fields[move.field].name : written.name);
      if (kept) {
        WEIR_TRY(compile(move.target, part(shape, move.field)));
      } else {
        if (++visits_ > most_visits_) return too_many_steps();
        assembler_.skip(*written.type);
      }
      assembler_.leave(entered);
    }
    fill(node, shape);
    return {};
  }

  void fill(const ResolveNode& node, const PlanShape& shape) {
    const auto first = static_cast<uint32_t>(resolved_.events.size());
    DefaultEvents events(shapes_, leaves_, resolved_.events);
    for (const ResolveNode::Fill& fill : node.fills) {
      events.add(part(shape, fill.field), graph_.defaults[fill.value].value);
    }
    const size_t count = resolved_.events.size() - first;
    if (count == 0) return;
    PlanStep& step = assembler_.step(assembler_.add(StepCode::fill));
    step.index = first;
    step.size = count;
  }

  // What is no union becomes a branch of one: null, or what the shape has besides.
  Status compile_reader_union(const ResolveNode& node, const PlanShape& shape) {
    const bool is_null = graph_.nodes[node.target].reader->kind == Kind::null;
    if (shape.form == Form::optional && is_null) {
      add_for(shape, StepCode::nulls);
      return {};
    }
    return compile(node.target, part(shape, 0));
  }

  Status compile_writer_union(const ResolveNode& node, const PlanShape& shape) {
    if (node.branches.size() == 1) {
      assembler_.add(StepCode::sole);
      return compile(node.branches[0], shape);
    }
    if (shape.form == Form::optional && node.branches.size() == 2) {
      for (size_t i = 0; i < 2; ++i) {
        if (node.writer->branches[i]->kind == Kind::null) {
          return compile_optional(node, shape, i);
        }
      }
    }
    return compile_branches(node, shape);
  }

  Status compile_optional(const ResolveNode& node, const PlanShape& shape, size_t null_branch) {
    add_for(shape, StepCode::optional).null_first = null_branch == 0;
    const size_t at = assembler_.size() - 1;
    WEIR_TRY(compile(node.branches[1 - null_branch], shape));
    assembler_.close(at);
    return {};
  }

  Status compile_branches(const ResolveNode& node, const PlanShape& shape) {
    const size_t at = assembler_.add(StepCode::branches);
    const size_t first = resolved_.targets.size();
    const size_t count = node.branches.size();
    assembler_.step(at).index = static_cast<uint32_t>(first);
    assembler_.step(at).size = count;
    resolved_.targets.resize(first + count, kNoStep);
    std::vector<size_t> jumps;
    for (size_t i = 0; i < count; ++i) {
      assembler_.part();
      resolved_.targets[first + i] = static_cast<uint32_t>(assembler_.size());
      WEIR_TRY(compile(node.branches[i], shape));
      if (i + 1 < count) jumps.push_back(assembler_.add(StepCode::jump));
    }
    for (const size_t jump : jumps) assembler_.close(jump);
    assembler_.part();
    return {};
  }

  const PlanShape& part(const PlanShape& shape, size_t index) const {
    return shapes_[shape.parts[index]];
  }

  const Resolution::Graph& graph_;
  PlanResolution& resolved_;
  const std::vector<Leaf>& leaves_;
  const std::vector<PlanShape>& shapes_;
  PlanAssembler assembler_;
  const size_t most_visits_;
  size_t visits_ = 0;
};

}  // namespace

Result<DecodePlan> DecodePlan::compile(const Resolution& resolution, const PlanOptions& options) {
  PlanCompiler compiler(resolution.reader(), options);
  WEIR_TRY_ASSIGN(std::unique_ptr<Program> program, compiler.run());
  if (resolution.is_identity()) return DecodePlan(std::move(program));
  program->steps.clear();
  program->paths.clear();
  program->resolved.emplace(PlanResolution{resolution, {}, {}});
  WEIR_TRY(ResolvedPlanCompiler(*program, compiler.shapes(), options).run());
  return DecodePlan(std::move(program));
}

}  // namespace weir::avro

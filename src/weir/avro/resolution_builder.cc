#include "weir/avro/resolution_builder.h"

#include <algorithm>

#include "weir/avro/default_value.h"
#include "weir/avro/resolution_pairs.h"

namespace weir::avro {
namespace {

constexpr size_t kMaxPlace = 2'000;  // characters of a place in a message

size_t cost_of(const Value& value);

size_t cost_of(const std::vector<Value::Entry>& entries) {
  size_t cost = 0;
  for (const Value::Entry& entry : entries) cost += entry.key.size() + cost_of(entry.value);
  return cost;
}

// Memory that a copy takes, about.
size_t cost_of(const Value& value) {
  size_t cost = sizeof(Value::Entry);
  if (const auto* text = std::get_if<std::string>(&value.data)) cost += text->size();
  if (const auto* binary = std::get_if<Value::Binary>(&value.data)) cost += binary->bytes.size();
  if (const auto* map = std::get_if<Value::Map>(&value.data)) cost += cost_of(map->entries);
  if (const auto* record = std::get_if<Value::Record>(&value.data)) cost += cost_of(record->fields);
  if (const auto* items = std::get_if<std::vector<Value>>(&value.data)) {
    for (const Value& item : *items) cost += cost_of(item);
  }
  return cost;
}

// Scalars without names are the same wherever they stand: one pair for all of them.
const Type* representative(const Type& type) {
  static const std::array<Type, static_cast<size_t>(Kind::string) + 1> scalars = [] {
    std::array<Type, static_cast<size_t>(Kind::string) + 1> all;
    for (size_t i = 0; i < all.size(); ++i) all[i].kind = static_cast<Kind>(i);
    return all;
  }();
  return type.kind <= Kind::string ? &scalars[static_cast<size_t>(type.kind)] : &type;
}

}  // namespace

ResolutionBuilder::ResolutionBuilder(const Schema& writer, const Schema& reader,
                                     const ResolutionOptions& options)
    : graph_(std::make_shared<Resolution::Graph>(Resolution::Graph{writer, reader, 0, {}, {}})),
      steps_left_(options.max_steps),
      max_steps_(options.max_steps) {}

Result<std::shared_ptr<const Resolution::Graph>> ResolutionBuilder::run() {
  graph_->root = node_of(graph_->writer.root(), graph_->reader.root());
  for (uint32_t at = 0; at < pairs_.size(); ++at) WEIR_TRY(explore(at));
  spread(kReadable);
  if (!pairs_[graph_->root].claims[kReadable].holds) {
    return Error(ErrorCode::refused, reason());
  }
  spread(kReadsEverything);
  choose();
  compare_unions();
  spread(kIdentical);
  finish();
  return std::shared_ptr<const Resolution::Graph>(std::move(graph_));
}

Error ResolutionBuilder::too_large() const {
  return Error(ErrorCode::unsupported, "the schemas take more than " + std::to_string(max_steps_) +
                                           " steps to compare: they name their types too often");
}

bool ResolutionBuilder::count(size_t steps) {
  if (steps > steps_left_) {
    steps_left_ = 0;
    return false;
  }
  steps_left_ -= steps;
  return true;
}

uint32_t ResolutionBuilder::node_of(const Type& writer, const Type& reader) {
  const Type* one = representative(writer);
  const Type* other = representative(reader);
  const auto [at, is_new] = known_[one].emplace(other, static_cast<uint32_t>(graph_->nodes.size()));
  if (is_new) {
    ResolveNode node;
    node.writer = one;
    node.reader = other;
    graph_->nodes.push_back(std::move(node));
    pairs_.emplace_back();
  }
  return at->second;
}

uint32_t ResolutionBuilder::part_of(uint32_t parent, const Type& writer, const Type& reader) {
  const uint32_t part = node_of(writer, reader);
  pairs_[parent].parts.push_back(part);
  pairs_[part].parents.push_back(parent);
  return part;
}

void ResolutionBuilder::refuse(uint32_t at, std::string problem) {
  graph_->nodes[at].problem = std::move(problem);
  for (Claim& claim : pairs_[at].claims) claim.holds = false;
}

Status ResolutionBuilder::explore(uint32_t at) {
  const Type& writer = *graph_->nodes[at].writer;
  const Type& reader = *graph_->nodes[at].reader;
  const size_t width = writer.fields.size() + reader.fields.size() + writer.symbols.size() +
                       reader.symbols.size() + writer.branches.size() + reader.branches.size();
  if (!count(1 + width)) return too_large();
  if (writer.kind == Kind::union_of) {
    graph_->nodes[at].code = ResolveCode::writer_union;
    for (const Type* branch : writer.branches) {
      const uint32_t part = part_of(at, *branch, reader);
      graph_->nodes[at].branches.push_back(part);
    }
    return {};
  }
  if (reader.kind == Kind::union_of) {
    explore_reader_union(at);
    return {};
  }
  const PairFit fit = fit_of(writer, reader);
  if (fit == PairFit::none) {
    refuse(at, phrase_of(writer) + " is not read as " + phrase_of(reader));
    return {};
  }
  if (fit == PairFit::promotion) {
    graph_->nodes[at].code = ResolveCode::promote;
    pairs_[at].claims[kIdentical].holds = false;
    return {};
  }
  if (writer.kind == Kind::record) return explore_record(at);
  if (writer.kind == Kind::enumeration) {
    explore_enumeration(at);
  } else if (writer.items != nullptr) {
    graph_->nodes[at].code = writer.kind == Kind::array ? ResolveCode::array : ResolveCode::map;
    const uint32_t part = part_of(at, *writer.items, *reader.items);
    graph_->nodes[at].target = part;
  } else {
    explore_scalar(at);
  }
  return {};
}

void ResolutionBuilder::explore_scalar(uint32_t at) {
  ResolveNode& node = graph_->nodes[at];
  node.code = ResolveCode::same;
  if (node.writer->kind == Kind::fixed && node.writer->size != node.reader->size) {
    refuse(at, phrase_of(*node.writer) + " has " + std::to_string(node.writer->size) +
                   " bytes, the reader's has " + std::to_string(node.reader->size));
  }
}

void ResolutionBuilder::explore_enumeration(uint32_t at) {
  ResolveNode& node = graph_->nodes[at];
  const Type& reader = *node.reader;
  node.code = ResolveCode::enumeration;
  std::unordered_map<std::string_view, uint32_t> indexes;
  for (size_t i = 0; i < reader.symbols.size(); ++i) {
    indexes.emplace(reader.symbols[i], static_cast<uint32_t>(i));
  }
  const auto index_of = [&](std::string_view symbol) {
    const auto found = indexes.find(symbol);
    return found == indexes.end() ? kNowhere : found->second;
  };
  const uint32_t other = reader.default_symbol ? index_of(*reader.default_symbol) : kNowhere;
  for (const std::string& symbol : node.writer->symbols) {
    const uint32_t index = index_of(symbol);
    node.symbols.push_back(index == kNowhere ? other : index);
  }
  auto& claims = pairs_[at].claims;
  claims[kReadsEverything].holds =
      std::find(node.symbols.begin(), node.symbols.end(), kNowhere) == node.symbols.end();
  claims[kIdentical].holds = node.writer->symbols == reader.symbols;
}

void ResolutionBuilder::explore_reader_union(uint32_t at) {
  graph_->nodes[at].code = ResolveCode::reader_union;
  const Type& writer = *graph_->nodes[at].writer;
  const Type& reader = *graph_->nodes[at].reader;
  std::vector<std::pair<PairFit, uint32_t>> fits;
  for (size_t i = 0; i < reader.branches.size(); ++i) {
    const PairFit fit = fit_of(writer, *reader.branches[i]);
    if (fit != PairFit::none) fits.emplace_back(fit, static_cast<uint32_t>(i));
  }
  std::sort(fits.begin(), fits.end());
  for (const auto& [fit, branch] : fits) {
    part_of(at, writer, *reader.branches[branch]);
    pairs_[at].candidates.push_back(branch);
  }
  if (fits.empty()) refuse(at, "no branch of the reader's union takes " + phrase_of(writer));
}

Status ResolutionBuilder::explore_record(uint32_t at) {
  graph_->nodes[at].code = ResolveCode::record;
  const Type& writer = *graph_->nodes[at].writer;
  const Type& reader = *graph_->nodes[at].reader;
  const FieldPairing pairing = pair_fields(writer, reader);
  if (pairing.ambiguous) {
    refuse(at, "the field '" + reader.fields[*pairing.ambiguous].name +
                   "' and its aliases name more than one field of the writer's");
    return {};
  }
  std::vector<uint32_t> reader_field(writer.fields.size(), kNowhere);
  for (size_t i = 0; i < reader.fields.size(); ++i) {
    if (pairing.writer_field[i]) {
      reader_field[*pairing.writer_field[i]] = static_cast<uint32_t>(i);
    } else {
      WEIR_TRY(fill(at, i));
      if (!graph_->nodes[at].problem.empty()) return {};
    }
  }
  bool in_order = reader.fields.size() == writer.fields.size();
  for (size_t i = 0; i < writer.fields.size(); ++i) {
    ResolveNode::Move move{reader_field[i], kNowhere};
    in_order = in_order && move.field == i;
    if (move.field != kNowhere) {
      move.target = part_of(at, *writer.fields[i].type, *reader.fields[move.field].type);
    }
    graph_->nodes[at].moves.push_back(move);
  }
  pairs_[at].claims[kIdentical].holds = in_order;
  return {};
}

// The default of a field of the reader's record that the writer's does not have.
Status ResolutionBuilder::fill(uint32_t at, size_t field_index) {
  const Field& field = graph_->nodes[at].reader->fields[field_index];
  if (!field.default_value) {
    refuse(at, "the reader's field '" + field.name + "' has no default, and " +
                   phrase_of(*graph_->nodes[at].writer) + " does not have it");
    return {};
  }
  const auto [known, is_new] =
      defaults_.emplace(&field, static_cast<uint32_t>(graph_->defaults.size()));
  if (is_new) {
    Result<Value> value = value_of_default(*field.type, *field.default_value, steps_left_);
    if (!value && value.error().code() == ErrorCode::unsupported) return too_large();
    if (!value) {
      defaults_.erase(known);
      refuse(at, "the default of the reader's field '" + field.name +
                     "' cannot be used: " + value.error().message());
      return {};
    }
    const size_t cost = cost_of(*value);
    graph_->defaults.push_back({std::move(*value), cost});
  }
  graph_->nodes[at].fills.push_back({static_cast<uint32_t>(field_index), known->second});
  return {};
}

bool ResolutionBuilder::one_part_is_enough(uint32_t at, size_t claim) const {
  const ResolveCode code = graph_->nodes[at].code;
  if (claim == kReadable) {
    return code == ResolveCode::writer_union || code == ResolveCode::reader_union;
  }
  return claim == kReadsEverything && code == ResolveCode::reader_union;
}

void ResolutionBuilder::spread(size_t claim) {
  fallen_.clear();
  for (uint32_t at = 0; at < pairs_.size(); ++at) {
    Claim& own = pairs_[at].claims[claim];
    own.left = static_cast<uint32_t>(pairs_[at].parts.size());
    if (!own.holds) fallen_.push_back(at);
  }
  for (size_t i = 0; i < fallen_.size(); ++i) {
    const uint32_t part = fallen_[i];
    for (const uint32_t parent : pairs_[part].parents) {
      Claim& held = pairs_[parent].claims[claim];
      if (!held.holds || (one_part_is_enough(parent, claim) && --held.left > 0)) continue;
      const ResolveNode& node = graph_->nodes[parent];
      const bool passed_over =
          claim == kIdentical && node.code == ResolveCode::reader_union && node.target != part;
      if (passed_over) continue;
      held.holds = false;
      held.cause = part;
      fallen_.push_back(parent);
    }
    if (claim == kReadable) explain(part);
  }
}

// Every union of the reader's takes the first branch that reads everything, else the first that
// reads something.
void ResolutionBuilder::choose() {
  for (uint32_t at = 0; at < pairs_.size(); ++at) {
    ResolveNode& node = graph_->nodes[at];
    const Pair& pair = pairs_[at];
    if (node.code != ResolveCode::reader_union || !pair.claims[kReadable].holds) continue;
    const size_t claim = pair.claims[kReadsEverything].holds ? kReadsEverything : kReadable;
    for (size_t i = 0; i < pair.parts.size(); ++i) {
      if (!pairs_[pair.parts[i]].claims[claim].holds) continue;
      node.target = pair.parts[i];
      node.branch = pair.candidates[i];
      break;
    }
  }
}

// A union of the reader's says with its choice which index the bytes would have; so only a union of
// the writer's whose branches all keep their index can be the same bytes.
void ResolutionBuilder::compare_unions() {
  for (uint32_t at = 0; at < pairs_.size(); ++at) {
    const ResolveNode& node = graph_->nodes[at];
    if (node.code == ResolveCode::reader_union) {
      for (const uint32_t parent : pairs_[at].parents) {
        if (graph_->nodes[parent].code == ResolveCode::writer_union) continue;
        pairs_[parent].claims[kIdentical].holds = false;
      }
    } else if (node.code == ResolveCode::writer_union) {
      bool alike = node.reader->branches.size() == node.branches.size();
      for (size_t i = 0; alike && i < node.branches.size(); ++i) {
        const ResolveNode& part = graph_->nodes[node.branches[i]];
        alike = part.target != kNowhere && part.branch == i;
      }
      if (!alike) pairs_[at].claims[kIdentical].holds = false;
    }
  }
}

void ResolutionBuilder::finish() {
  for (uint32_t at = 0; at < pairs_.size(); ++at) {
    ResolveNode& node = graph_->nodes[at];
    const auto& claims = pairs_[at].claims;
    node.reads_everything = claims[kReadsEverything].holds;
    node.identical = claims[kReadable].holds && claims[kIdentical].holds &&
                     node.code != ResolveCode::reader_union;
    if (!claims[kReadable].holds) node.code = ResolveCode::refuse;
  }
}

// Why a pair that just fell cannot be read: what fell before it has said so already.
void ResolutionBuilder::explain(uint32_t at) {
  ResolveNode& node = graph_->nodes[at];
  if (!node.problem.empty()) return;
  const Pair& pair = pairs_[at];
  node.problem = node.code == ResolveCode::reader_union && pair.parts.size() > 1
                     ? "no branch of the reader's union takes " + phrase_of(*node.writer)
                     : graph_->nodes[pair.claims[kReadable].cause].problem;
}

// The problem of the root, with the place in both schemas.
std::string ResolutionBuilder::reason() const {
  std::string writer = "$";
  std::string reader = "$";
  uint32_t at = graph_->root;
  while (pairs_[at].claims[kReadable].cause != kNowhere && writer.size() < kMaxPlace) {
    const ResolveNode& node = graph_->nodes[at];
    if (node.code == ResolveCode::reader_union && pairs_[at].parts.size() > 1) break;
    const uint32_t cause = pairs_[at].claims[kReadable].cause;
    const auto& parts = pairs_[at].parts;
    const size_t part =
        static_cast<size_t>(std::find(parts.begin(), parts.end(), cause) - parts.begin());
    switch (node.code) {
      case ResolveCode::record: {
        const auto move =
            std::find_if(node.moves.begin(), node.moves.end(),
                         [&](const ResolveNode::Move& each) { return each.target == cause; });
        writer += ".fields[" + std::to_string(move - node.moves.begin()) + "].type";
        reader += ".fields[" + std::to_string(move->field) + "].type";
        break;
      }
      case ResolveCode::array:
        writer += ".items";
        reader += ".items";
        break;
      case ResolveCode::map:
        writer += ".values";
        reader += ".values";
        break;
      case ResolveCode::writer_union:
        writer += "[" + std::to_string(part) + "]";
        break;
      case ResolveCode::reader_union:
        reader += "[" + std::to_string(pairs_[at].candidates[part]) + "]";
        break;
      case ResolveCode::same:
      case ResolveCode::promote:
      case ResolveCode::enumeration:
      case ResolveCode::refuse:
        break;
    }
    at = cause;
  }
  return "writer's " + writer + ", reader's " + reader + ": " + graph_->nodes[at].problem;
}

}  // namespace weir::avro

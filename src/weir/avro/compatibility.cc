#include "weir/avro/compatibility.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "weir/avro/compatibility_finding.h"
#include "weir/avro/resolution_pairs.h"

namespace weir::avro {
namespace {

constexpr size_t kNothing = std::numeric_limits<size_t>::max();

bool is_compound(const Type& type) {
  return type.is_named() || type.kind == Kind::array || type.kind == Kind::map ||
         type.kind == Kind::union_of;
}

bool has_usable_default(const Type& enumeration) {
  return enumeration.default_symbol && enumeration.find_symbol(*enumeration.default_symbol);
}

size_t count_aliases(const Type& record) {
  size_t count = 0;
  for (const Field& field : record.fields) count += field.aliases.size();
  return count;
}

// What is known of one reader type and one writer type.
struct Pair {
  enum class Verdict : uint8_t { open, compatible, incompatible };

  Verdict verdict = Verdict::open;
  size_t order = 0;          // while open: how many pairs were open before
  bool provisional = false;  // compatible as long as pairs that are still open turn out to be
  Findings findings;
};

// Compares two schemas once. A pair of types that is met again is not compared again; while it is
// still open, it counts as compatible, since everything that speaks against it is found anyway.
// Only inside a trial (is this branch of the reader's union the one?) does the answer go on to be
// used after a pair has failed; then what relied on that pair is forgotten. Confined.
class Comparison {
 public:
  explicit Comparison(const ComparisonLimits& limits) : limits_(limits) {}

  Result<std::vector<Incompatibility>> run(const Type& reader, const Type& writer) {
    Findings findings;
    static_cast<void>(compare(reader, writer, Places::kRoot, findings));
    if (failure_) return *failure_;
    return in_words(findings, places_, limits_);
  }

 private:
  using Place = Places::Place;
  using Key = std::pair<const Type*, const Type*>;
  struct KeyHash {
    size_t operator()(const Key& key) const {
      const std::hash<const Type*> hash;
      return hash(key.first) * 31 + hash(key.second);
    }
  };

  // True when the reader takes everything the writer may write; otherwise appends what it does not.
  // Pairs with a primitive type are cheap, and their types may be shared by unrelated places, so
  // they are not remembered.
  bool compare(const Type& reader, const Type& writer, Place place, Findings& findings) {
    if (!is_compound(reader) || !is_compound(writer)) {
      return compare_afresh(reader, writer, place, findings);
    }
    const Key key(&reader, &writer);
    const auto [at, fresh] = pairs_.try_emplace(key);
    Pair& pair = at->second;
    if (!fresh) return recall(pair, findings);

    pair.order = open_;
    const size_t relied_on_before = std::exchange(relied_on_, kNothing);
    const size_t provisional_before = provisional_.size();
    ++open_;
    const bool compatible = compare_afresh(reader, writer, place, pair.findings);
    --open_;
    if (compatible) {
      pair.verdict = Pair::Verdict::compatible;
      if (relied_on_ < pair.order) {
        pair.provisional = true;
        provisional_.push_back(key);
      } else {
        confirm(provisional_before);
        relied_on_ = kNothing;
      }
    } else {
      pair.verdict = Pair::Verdict::incompatible;
      if (trials_ > 0) forget(provisional_before);
      findings.push_back({.inside = &pair.findings});
      relied_on_ = kNothing;
    }
    relied_on_ = std::min(relied_on_, relied_on_before);
    return compatible;
  }

  bool recall(const Pair& pair, Findings& findings) {
    switch (pair.verdict) {
      case Pair::Verdict::open:
        relied_on_ = std::min(relied_on_, pair.order);
        return true;
      case Pair::Verdict::compatible:
        if (pair.provisional) relied_on_ = 0;  // on which of the open ones is not worth keeping
        return true;
      case Pair::Verdict::incompatible:
        findings.push_back({.inside = &pair.findings});
        return false;
    }
    return false;
  }

  void confirm(size_t from) {
    for (size_t i = from; i < provisional_.size(); ++i)
      pairs_.at(provisional_[i]).provisional = false;
    provisional_.resize(from);
  }

  void forget(size_t from) {
    for (size_t i = from; i < provisional_.size(); ++i) pairs_.erase(provisional_[i]);
    provisional_.resize(from);
  }

  bool compare_afresh(const Type& reader, const Type& writer, Place place, Findings& findings) {
    if (!spend(1)) return false;
    if (depth_ >= limits_.max_depth) {
      fail("goes more than " + std::to_string(limits_.max_depth) + " types deep");
      return false;
    }
    ++depth_;
    const bool compatible = reader.kind == writer.kind
                                ? compare_same_kind(reader, writer, place, findings)
                                : compare_kinds(reader, writer, place, findings);
    --depth_;
    return compatible;
  }

  bool compare_same_kind(const Type& reader, const Type& writer, Place place, Findings& findings) {
    switch (reader.kind) {
      case Kind::array:
        return compare(*reader.items, *writer.items, places_.inside(place, "items"), findings);
      case Kind::map:
        return compare(*reader.items, *writer.items, places_.inside(place, "values"), findings);
      case Kind::fixed: {
        const bool same_name = compare_names(reader, writer, place, findings);
        if (reader.size == writer.size) return same_name;
        return report(IncompatibilityType::fixed_size_mismatch, reader, writer,
                      places_.inside(place, "size"), findings);
      }
      case Kind::enumeration: {
        const bool same_name = compare_names(reader, writer, place, findings);
        return compare_symbols(reader, writer, place, findings) && same_name;
      }
      case Kind::record: {
        const bool same_name = compare_names(reader, writer, place, findings);
        return compare_fields(reader, writer, place, findings) && same_name;
      }
      case Kind::union_of:
        return compare_unions(reader, writer, place, findings);
      default:
        return true;
    }
  }

  bool compare_kinds(const Type& reader, const Type& writer, Place place, Findings& findings) {
    if (writer.kind == Kind::union_of) return compare_branches(reader, writer, place, findings);
    if (reader.kind == Kind::union_of) {
      return takes(reader, writer) ||
             report(IncompatibilityType::missing_union_branch, reader, writer, place, findings);
    }
    return fit_of(writer, reader) == PairFit::promotion ||
           report(IncompatibilityType::type_mismatch, reader, writer, place, findings);
  }

  bool compare_names(const Type& reader, const Type& writer, Place place, Findings& findings) {
    if (!spend(reader.aliases.size())) return false;
    return fit_of(writer, reader) != PairFit::none ||
           report(IncompatibilityType::name_mismatch, reader, writer, places_.inside(place, "name"),
                  findings);
  }

  bool compare_symbols(const Type& reader, const Type& writer, Place place, Findings& findings) {
    if (!spend(reader.symbols.size() + writer.symbols.size())) return false;
    return reader.symbols == writer.symbols || missing_symbols(reader, writer).empty() ||
           has_usable_default(reader) ||
           report(IncompatibilityType::missing_enum_symbols, reader, writer,
                  places_.inside(place, "symbols"), findings);
  }

  bool compare_fields(const Type& reader, const Type& writer, Place place, Findings& findings) {
    if (!spend(reader.fields.size() + writer.fields.size() + count_aliases(reader))) return false;
    const FieldPairing pairing = pair_fields(writer, reader);
    const Place fields = places_.inside(place, "fields");
    if (pairing.ambiguous) {
      return report(IncompatibilityType::ambiguous_reader_field, reader, writer,
                    places_.inside(fields, *pairing.ambiguous), findings,
                    &reader.fields[*pairing.ambiguous]);
    }
    bool compatible = true;
    for (size_t i = 0; i < reader.fields.size() && !failure_; ++i) {
      const Place here = places_.inside(fields, i);
      const std::optional<size_t> written = pairing.writer_field[i];
      compatible = (written ? compare(*reader.fields[i].type, *writer.fields[*written].type,
                                      places_.inside(here, "type"), findings)
                            : has_default(reader, i, writer, here, findings)) &&
                   compatible;
    }
    return compatible;
  }

  bool has_default(const Type& reader, size_t index, const Type& writer, Place place,
                   Findings& findings) {
    const Field& field = reader.fields[index];
    if (field.default_value) return true;
    if (field.type->kind == Kind::enumeration && field.type->default_symbol) {
      // The default of an enumeration is for unknown symbols, not for fields that are not there.
      // Java tells it by comparing the enumeration with the record.
      return compare(*field.type, writer, places_.inside(place, "type"), findings);
    }
    return report(IncompatibilityType::reader_field_missing_default_value, reader, writer, place,
                  findings, &field);
  }

  // Only the writer has a union: the reader has to take every branch.
  bool compare_branches(const Type& reader, const Type& writer, Place place, Findings& findings) {
    bool compatible = true;
    for (size_t i = 0; i < writer.branches.size() && !failure_; ++i) {
      const Place here = places_.inside(place, i);
      compatible = compare(reader, *writer.branches[i], here, findings) && compatible;
    }
    return compatible;
  }

  bool compare_unions(const Type& reader, const Type& writer, Place place, Findings& findings) {
    bool compatible = true;
    for (size_t i = 0; i < writer.branches.size() && !failure_; ++i) {
      const Type& branch = *writer.branches[i];
      Findings dropped;
      if (compare(reader, branch, Places::kRoot, dropped)) continue;
      compatible = report(IncompatibilityType::missing_union_branch, reader, branch,
                          places_.inside(place, i), findings);
    }
    return compatible;
  }

  // Whether one of the reader's branches takes the writer's type, which is no union. Branches with
  // another name are passed over at once: unions of many records would cost the product of all
  // their fields.
  bool takes(const Type& reader, const Type& writer) {
    ++trials_;
    const auto fits = [&](const Type* branch) {
      if (!spend(1)) return false;
      const bool both_named = branch->is_named() && branch->kind == writer.kind;
      if (both_named && fit_of(writer, *branch) == PairFit::none &&
          !pairs_.contains({branch, &writer})) {
        return false;
      }
      Findings dropped;
      return compare(*branch, writer, Places::kRoot, dropped);
    };
    const bool found = std::any_of(reader.branches.begin(), reader.branches.end(), fits);
    --trials_;
    return found;
  }

  bool report(IncompatibilityType type, const Type& reader, const Type& writer, Place place,
              Findings& findings, const Field* field = nullptr) {
    findings.push_back({nullptr, type, place, &reader, &writer, field});
    return false;
  }

  bool spend(size_t steps) {
    if (failure_) return false;
    if (steps > limits_.max_steps - steps_) {
      fail("takes more than " + std::to_string(limits_.max_steps) + " steps");
      return false;
    }
    steps_ += steps;
    return true;
  }

  void fail(const std::string& why) {
    if (!failure_) {
      failure_.emplace(ErrorCode::invalid_argument,
                       "comparing the two schemas " + why + ": make them simpler");
    }
  }

  const ComparisonLimits& limits_;
  std::unordered_map<Key, Pair, KeyHash> pairs_;
  std::vector<Key> provisional_;  // the provisional pairs, in the order of their closing
  Places places_;
  size_t open_ = 0;
  size_t relied_on_ = kNothing;  // the least order of an open pair that the current one relied on
  size_t trials_ = 0;
  size_t steps_ = 0;
  size_t depth_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<Incompatibility>> find_incompatibilities(const ReaderAndWriter& schemas,
                                                            const ComparisonLimits& limits) {
  return Comparison(limits).run(schemas.reader.root(), schemas.writer.root());
}

}  // namespace weir::avro

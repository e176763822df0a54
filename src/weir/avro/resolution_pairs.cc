#include "weir/avro/resolution_pairs.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace weir::avro {
namespace {

constexpr size_t kMaxShownName = 80;

bool promotes(Kind writer, Kind reader) {
  switch (reader) {
    case Kind::int64:
      return writer == Kind::int32;
    case Kind::float32:
      return writer == Kind::int32 || writer == Kind::int64;
    case Kind::float64:
      return writer == Kind::int32 || writer == Kind::int64 || writer == Kind::float32;
    case Kind::bytes:
      return writer == Kind::string;
    case Kind::string:
      return writer == Kind::bytes;
    default:
      return false;
  }
}

// The fields of a record by name. Schemas that exist in the world name a field twice: the first
// reader's field of that name then takes the first writer's, and so on.
class FieldNames {
 public:
  explicit FieldNames(const Type& record) : next_(record.fields.size(), kNone) {
    for (size_t i = record.fields.size(); i-- > 0;) {
      const auto [at, is_new] = first_.emplace(record.fields[i].name, i);
      if (is_new) continue;
      next_[i] = at->second;
      at->second = i;
    }
  }

  // The first of that name that nobody took.
  std::optional<size_t> find(std::string_view name) const {
    const auto at = first_.find(name);
    return at == first_.end() || at->second == kNone ? std::nullopt
                                                     : std::optional<size_t>(at->second);
  }

  std::optional<size_t> take(std::string_view name) {
    const std::optional<size_t> index = find(name);
    if (index) first_[name] = next_[*index];
    return index;
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);
  std::unordered_map<std::string_view, size_t> first_;
  std::vector<size_t> next_;
};

}  // namespace

PairFit fit_of(const Type& writer, const Type& reader) {
  if (writer.kind != reader.kind) {
    return promotes(writer.kind, reader.kind) ? PairFit::promotion : PairFit::none;
  }
  if (!writer.is_named() || writer.name == reader.name) return PairFit::exact;
  const bool by_alias =
      std::find(reader.aliases.begin(), reader.aliases.end(), writer.name) != reader.aliases.end();
  if (by_alias) return PairFit::alias;
  return writer.name.simple == reader.name.simple ? PairFit::simple_name : PairFit::none;
}

FieldPairing pair_fields(const Type& writer, const Type& reader) {
  FieldPairing pairing;
  pairing.writer_field.resize(reader.fields.size());
  FieldNames names(writer);
  for (size_t i = 0; i < reader.fields.size(); ++i) {
    pairing.writer_field[i] = names.take(reader.fields[i].name);
  }
  for (size_t i = 0; i < reader.fields.size(); ++i) {
    std::optional<size_t>& chosen = pairing.writer_field[i];
    const bool by_name = chosen.has_value();
    for (const std::string& alias : reader.fields[i].aliases) {
      const std::optional<size_t> named = names.find(alias);
      if (!named) continue;
      if (chosen && chosen != named) {
        pairing.ambiguous = i;
        return pairing;
      }
      chosen = named;
    }
    if (chosen && !by_name) names.take(writer.fields[*chosen].name);
  }
  return pairing;
}

std::string phrase_of(const Type& type) {
  const std::string kind(to_string(type.kind));
  if (!type.is_named())
    return (type.kind == Kind::int32 || type.kind == Kind::array ? "an " : "a ") + kind;
  std::string name = type.name.full();
  if (name.size() > kMaxShownName) {
    size_t end = kMaxShownName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name = name.substr(0, end) + "…";
  }
  return "the " + kind + " '" + name + "'";
}

}  // namespace weir::avro

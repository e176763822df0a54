#include "weir/avro/schema.h"

#include <algorithm>

#include "weir/avro/schema_types.h"

namespace weir::avro {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::int32:
      return "int";
    case Kind::int64:
      return "long";
    case Kind::float32:
      return "float";
    case Kind::float64:
      return "double";
    case Kind::bytes:
      return "bytes";
    case Kind::string:
      return "string";
    case Kind::record:
      return "record";
    case Kind::enumeration:
      return "enum";
    case Kind::array:
      return "array";
    case Kind::map:
      return "map";
    case Kind::fixed:
      return "fixed";
    case Kind::union_of:
      return "union";
  }
  return "null";
}

namespace {

// The first of `all` that has the name: by the index where there is one.
template <typename T, typename NameOf>
std::optional<size_t> find_first(const std::vector<T>& all, const std::vector<uint32_t>& by_name,
                                 std::string_view name, const NameOf& name_of) {
  if (by_name.size() != all.size()) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const T& item) { return name_of(item) == name; });
    if (at == all.end()) return std::nullopt;
    return static_cast<size_t>(at - all.begin());
  }
  const auto at = std::lower_bound(
      by_name.begin(), by_name.end(), name,
      [&](uint32_t position, std::string_view wanted) { return name_of(all[position]) < wanted; });
  if (at == by_name.end() || name_of(all[*at]) != name) return std::nullopt;
  return *at;
}

}  // namespace

const Field* Type::find_field(std::string_view field_name) const {
  const auto at = find_first(fields, by_name, field_name,
                             [](const Field& field) -> std::string_view { return field.name; });
  return at ? &fields[*at] : nullptr;
}

std::optional<size_t> Type::find_symbol(std::string_view symbol) const {
  return find_first(symbols, by_name, symbol,
                    [](const std::string& text) -> std::string_view { return text; });
}

Schema::Schema(std::shared_ptr<const Types> types, const Type* root)
    : types_(std::move(types)), root_(root) {}

const Type* Schema::find_type(std::string_view full_name) const {
  for (const TypesByName* names : {&types_->own, &types_->borrowed}) {
    if (const auto at = names->find(full_name); at != names->end()) return at->second;
  }
  return nullptr;
}

const std::vector<SchemaWarning>& Schema::warnings() const { return types_->warnings; }

}  // namespace weir::avro

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/avro/schema.h"

namespace weir::avro {

// How well a writer's type and one of a reader's go together by kind and name alone, best first;
// what is inside them is another question.
enum class PairFit : uint8_t { exact, alias, simple_name, promotion, none };

// For types that are no unions.
PairFit fit_of(const Type& writer, const Type& reader);

// Which field of the writer's record each field of the reader's takes: nullopt where none does.
struct FieldPairing {
  std::vector<std::optional<size_t>> writer_field;
  // Set when a field has several to choose from, which is an error.
  std::optional<size_t> ambiguous;
};

FieldPairing pair_fields(const Type& writer, const Type& reader);

// "a long", "the record a.b.R", for messages; long names are cut.
std::string phrase_of(const Type& type);

}  // namespace weir::avro

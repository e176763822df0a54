#pragma once

#include <optional>
#include <string_view>

#include "weir/avro/schema.h"

namespace weir::avro {

// The kind of a type that is written as one word: null, boolean, int, …, string.
std::optional<Kind> primitive_kind(std::string_view word);
// Whether the word is one of those, or record, enum, array, map, fixed, union.
bool is_type_word(std::string_view word);

// A letter or underscore, then letters, digits and underscores, all of ASCII.
bool is_plain_name(std::string_view name);
// Such names with dots between them.
bool is_plain_namespace(std::string_view space);

// A name with a dot carries its namespace; one without takes `space`.
Name resolve_name(std::string_view text, std::string_view space);

}  // namespace weir::avro

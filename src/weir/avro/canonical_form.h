#pragma once

#include <string>

#include "weir/avro/schema.h"

namespace weir::avro {

// The parsing canonical form of Avro 1.12 (specification, "Parsing Canonical Form for Schemas"):
// one line of what decides how data is read (names in full, types, fields, symbols, items, values,
// sizes in a fixed order) and nothing else. Types of referenced schemas are written out, as every
// type is, where they are first mentioned.
//
// It reads back as a schema with the same canonical form, except where a type without a namespace
// stands inside one that has a namespace: the form has no way to say so, in any implementation.
std::string canonical_form(const Schema& schema);

}  // namespace weir::avro

#pragma once

#include "weir/avro/schema.h"
#include "weir/avro/value.h"
#include "weir/base/json.h"

namespace weir::avro {

// Avro's JSON encoding (Avro 1.12, "JSON Encoding"), which reads back without loss under its
// schema; `Value::to_json` is the natural form, which does not.
//
//   null, boolean, int, long    as they are; 64-bit integers keep all their digits
//   float, double               a number, written as Java does (1.0E-5; a float with the digits of
//   a
//                               float); else the text "NaN", "Infinity" or "-Infinity"
//   string, enumeration         text
//   bytes, fixed                text of the characters U+0000 to U+00FF
//   record, map, array          objects and arrays
//   union                       null, or {"name of the branch's type": value}, full for named types
//
// `json.print()` is what Avro Java 1.12 writes, but for the characters beyond U+FFFF, which it
// escapes, and for the digits of some reals, of which Java before 19 writes more than it needs.

// Value → JSON. `invalid_argument` with the JSON path ("$.mount.axes[2]: …") when the value does
// not fit the schema. Of equal map keys the last one counts. `unsupported` for a record with two
// fields of one name, which lenient schemas may have.
Result<Json> to_json_encoding(const Schema& schema, const Value& value);

// JSON → value. Members of records may come in any order; everything else is strict: no member
// missing (defaults are for resolution, not for this) or unknown, integers without fraction or
// exponent, in range. Reals may also be "INF" and "-INF", as Java has it. `invalid_argument` with
// the JSON path.
Result<Value> from_json_encoding(const Schema& schema, const Json& json);

// What the encoding calls a branch of a union: "long", "array", the full name of a named type.
std::string branch_name(const Type& branch);

}  // namespace weir::avro

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/avro/schema.h"
#include "weir/base/result.h"

namespace weir::avro {

enum class IncompatibilityType : uint8_t {
  name_mismatch,  // of records, enumerations, fixeds
  fixed_size_mismatch,
  missing_enum_symbols,                // and the reader has no default symbol
  reader_field_missing_default_value,  // the writer has no such field
  type_mismatch,                       // and the writer's type is not promoted to the reader's
  missing_union_branch,                // no branch of the reader takes what the writer may send
  ambiguous_reader_field,              // name and aliases fit several fields of the writer
};

// As registries spell it: "NAME_MISMATCH", …
std::string_view to_string(IncompatibilityType type);

// One reason why data may not be readable.
struct Incompatibility {
  IncompatibilityType type = IncompatibilityType::type_mismatch;
  // Where, as a JSON pointer into the reader schema ("/fields/1/type/items", "/" for the root),
  // with the numbers of the writer's branches where only the writer has a union. A type that is met
  // again is reported with the place of the first time. Inside a comparison of two unions places
  // start anew; what is found there appears as one missing branch.
  std::string location;
  std::string message;  // the particulars: "expected: a.Old", "[C, D]", the name of the field, …

  bool operator==(const Incompatibility&) const = default;
};

// Two schemas with their parts: data written with one is read with the other.
struct ReaderAndWriter {
  const Schema& reader;
  const Schema& writer;
};

// What a comparison may cost. The defaults are far beyond schemas that people write.
struct ComparisonLimits {
  size_t max_steps = 1'000'000;  // pairs of types, fields, aliases and symbols looked at
  size_t max_depth = 300;        // pairs inside each other
  // The answer ends at that many incompatibilities, or when it has so many bytes of text; it has at
  // least one when there is any.
  size_t max_listed = 1'000;
  size_t max_text = 1 << 20;
};

// Everything that stands in the way of reading the writer's data with the reader's schema, in the
// order of the reader's fields; empty when all of it can be read. The rules are those of Avro's
// specification as Java's SchemaCompatibility applies them (the table is in
// docs/internals/avro-compatibility.md): names without namespaces count, aliases of the reader
// count, logical types, docs and the values of defaults do not.
//
// Each pair of types is compared once, so the work is at most the product of the schemas' sizes,
// and in practice their sum. Schemas made to be costly end in `invalid_argument`: "comparing …
// takes more than …".
Result<std::vector<Incompatibility>> find_incompatibilities(const ReaderAndWriter& schemas,
                                                            const ComparisonLimits& limits = {});

}  // namespace weir::avro

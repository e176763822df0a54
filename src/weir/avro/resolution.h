#pragma once

#include <cstddef>
#include <memory>

#include "weir/avro/schema.h"
#include "weir/avro/value.h"
#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::avro {

struct ResolutionOptions {
  // How much may be compared: pairs of a writer's and a reader's type with their fields, branches
  // and symbols, and the values of the defaults that are filled in. Pairs of schemas that name
  // their types over and over can stand for far more work than their text has characters.
  size_t max_steps = 1 << 20;
};

// How data written with one schema is read as another, worked out once. Immutable and cheap to
// copy: copies share it, for any number of threads; it keeps both schemas alive.
//
//   WEIR_TRY_ASSIGN(Resolution resolution, Resolution::make(writer, reader));
//   WEIR_TRY_ASSIGN(Value value, decode_value(resolution, payload));  // a value of `reader`
//
// The rules are those of the Avro 1.12 specification, where it leaves a choice those of Java 1.12:
// - int → long, float, double; long → float, double; float → double; string ↔ bytes.
// - Records, enumerations and fixed match by simple name, or when an alias of the reader's is the
//   writer's full name. Java reads records of any name; the specification does not, nor do we.
// - A reader's field takes the writer's field of its name, else the one that an alias names and no
//   other field takes; else its default. What the reader does not have is skipped.
// - A default of a union is one of the first branch that it fits (1.12; before, of branch 0).
// - A reader's union takes what is no union by: the same full name or the same type, an alias, the
//   same simple name, a promotion; among equals the first. Branches that read every such datum go
//   before those that read only some.
// - Logical types play no part.
class Resolution {
 public:
  // `refused` when no datum of the writer's could be read, with the place in both schemas;
  // `unsupported` past the limit. What only some data would run into is no reason to refuse (a
  // branch of the writer's union that the reader lacks, a symbol that its enumeration lacks and
  // that has no default): the data that do are refused when they come.
  static Result<Resolution> make(const Schema& writer, const Schema& reader,
                                 const ResolutionOptions& options = {});

  const Schema& writer() const;
  const Schema& reader() const;

  // Every valid datum of the writer's can be read: what the registry calls compatible. One thing is
  // left to the datum, as the specification has it: bytes read as a string must be UTF-8.
  bool reads_everything() const;
  // The writer's bytes are bytes of the reader's schema, with the same meaning.
  bool is_identity() const;

  struct Graph;
  const Graph& graph() const { return *graph_; }  // for decoders: resolution_graph.h

 private:
  explicit Resolution(std::shared_ptr<const Graph> graph) : graph_(std::move(graph)) {}

  std::shared_ptr<const Graph> graph_;
};

// Bytes of the writer's schema → a value of the reader's. `corrupt` when they do not fit the
// writer's schema; `refused` when the reader's cannot take what they say; both with the path of the
// field. Memory is bounded by the input, the width of the schemas, and 64 MiB of defaults.
Result<Value> decode_value(const Resolution& resolution, BytesView bytes);

}  // namespace weir::avro

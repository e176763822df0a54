#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/avro/packed.h"
#include "weir/avro/schema.h"
#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::avro {

// How the values of a leaf arrive.
enum class LeafType : uint8_t {
  null,         // on_null only
  boolean,      // on_boolean
  integer,      // on_integer: int and long
  real,         // on_real: float and double
  text,         // on_text: string
  bytes,        // on_bytes: bytes and fixed
  enumeration,  // on_enum
  json  // on_text: a map, an array of records, a union of several types, as one line of JSON
};

// One column of a schema: a field that is a value or an array of values; records inside records are
// flattened to dotted paths ("mount.elevation"). Immutable; views and pointers live as long as the
// plan.
struct Leaf {
  std::string path;  // "" when the schema itself is no record
  LeafType type = LeafType::null;
  LogicalType logical = LogicalType::none;
  bool is_array = false;
  bool nullable = false;            // may come as on_null (for an array: the whole of it)
  bool items_nullable = false;      // on_null may come inside the array
  const Type* avro_type = nullptr;  // of the value or of the array's items, without null
  const Field* field = nullptr;  // that the leaf comes from; nullptr when the schema is no record
  std::string doc;               // of the field, or ""
  std::string unit;              // attribute `sal_units`, `units` or `unit`, or ""

  // The symbols of an enumeration; otherwise empty.
  std::span<const std::string> symbols() const;
};

// Receives the values of one record in the order of the schema; where a resolution reads another
// writer's data, in the order of the writer's fields, and at the end of each record what is filled
// in from defaults, in the order of the reader's. Either way every leaf comes exactly once (an
// array with all its items). Views are good during the call only. Calls that do not concern the
// caller's leaves may be left as they are: they do nothing.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void on_null(size_t /*leaf*/) {}
  virtual void on_boolean(size_t /*leaf*/, bool /*value*/) {}
  virtual void on_integer(size_t /*leaf*/, int64_t /*value*/) {}
  virtual void on_real(size_t /*leaf*/, double /*value*/) {}
  virtual void on_text(size_t /*leaf*/, std::string_view /*utf8*/) {}
  virtual void on_bytes(size_t /*leaf*/, BytesView /*value*/) {}
  virtual void on_enum(size_t /*leaf*/, size_t /*index*/, std::string_view /*symbol*/) {}
  // The items of an array come between these two, one by one, or floats and doubles by the block.
  // Who cares for speed takes blocks; everybody else is given their values one by one.
  virtual void begin_array(size_t /*leaf*/) {}
  virtual void on_floats(size_t leaf, PackedFloats items) {
    for (size_t i = 0; i < items.size(); ++i) on_real(leaf, static_cast<double>(items[i]));
  }
  virtual void on_doubles(size_t leaf, PackedDoubles items) {
    for (size_t i = 0; i < items.size(); ++i) on_real(leaf, items[i]);
  }
  virtual void end_array(size_t /*leaf*/) {}
};

class BinaryReader;
class Columns;
template <typename Sink>
class PlanRun;
class Resolution;

struct PlanOptions {
  // Paths of leaves, or of records that contain them ("mount" takes all of "mount.…"); empty takes
  // all. What is not wanted is skipped without looking at it more than needed. Unknown names are
  // ignored: compare with leaves().
  std::vector<std::string> wanted = {};
  size_t max_leaves = 65'536;
};

// A schema compiled once, so that decoding a record walks a flat list of steps and allocates
// nothing (leaves of type json excepted). Immutable: one plan serves any number of threads.
//
//   WEIR_TRY_ASSIGN(DecodePlan plan, DecodePlan::compile(schema));
//   for (const Leaf& leaf : plan.leaves()) …            // name the columns
//   WEIR_TRY(plan.decode(payload, visitor));            // per record
class DecodePlan {
 public:
  // `unsupported` when the schema has more than `max_leaves`.
  static Result<DecodePlan> compile(const Schema& schema, const PlanOptions& options = {});
  // A plan over the writer's bytes with the leaves of the reader's schema: the same leaves whoever
  // wrote. What the reader cannot take is refused when it comes (`refused`), unless it is not
  // wanted. The plan of a schema with itself is the plan of the schema.
  static Result<DecodePlan> compile(const Resolution& resolution, const PlanOptions& options = {});

  DecodePlan(DecodePlan&&) noexcept;
  DecodePlan& operator=(DecodePlan&&) noexcept;
  ~DecodePlan();

  const std::vector<Leaf>& leaves() const;
  // The leaf with that path.
  std::optional<size_t> find_leaf(std::string_view path) const;

  // Decodes one record that fills `bytes` exactly. On bytes that do not fit the schema: `corrupt`,
  // with the path of the field; the visitor has then seen the values before it.
  Status decode(BytesView bytes, Visitor& visitor) const;
  // The same into columns: one row more, or an error and no row. The columns were made for this
  // plan, or for another with the same leaves: plans that read many writers' data as one reader's
  // schema share them.
  Status decode(BytesView bytes, Columns& columns) const;
  // For records that follow each other: decodes the one at which the reader stands, and moves the
  // reader behind it; on an error the reader stands where it stood. Before each record, call the
  // reader's `begin_datum`.
  Status decode_next(BinaryReader& reader, Visitor& visitor) const;
  Status decode_next(BinaryReader& reader, Columns& columns) const;

  struct Program;  // for those who make and run it: plan_program.h

 private:
  friend class Columns;
  explicit DecodePlan(std::unique_ptr<const Program> program);
  template <typename Sink>
  Status decode_whole(BytesView bytes, Sink sink) const;
  template <typename Sink>
  Status decode_one(BinaryReader& reader, Sink sink) const;
  template <typename Sink>
  Error error_of(const PlanRun<Sink>& run) const;

  std::shared_ptr<const Program> program_;
};

}  // namespace weir::avro

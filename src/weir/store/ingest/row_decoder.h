#pragma once

#include <optional>
#include <vector>

#include "weir/avro/decode_plan.h"
#include "weir/bus/schema_book.h"
#include "weir/store/store.h"

namespace weir::store::ingest {

// How the leaves of one Avro schema become the columns of a topic.
struct ColumnMap {
  // What is done with the values of a leaf.
  enum class Form : uint8_t {
    none,     // the type null: no column
    plain,    // as they are
    textual,  // as text: whole numbers and truth values in arrays whose items may be null
  };
  TopicSchema schema;
  std::vector<Form> forms;        // by leaf
  std::vector<size_t> columns;    // by leaf
  std::optional<size_t> created;  // the leaf `sal_created`
};

ColumnMap map_columns(const std::string& topic, const bus::BookedSchema& booked);

// Decodes records of one schema into rows of one topic. Confined to the store's writer thread.
class RowDecoder : private avro::Visitor {
 public:
  // Borrows the schema. Errors as Store::writer.
  static Result<RowDecoder> make(const std::string& topic, const bus::BookedSchema& booked,
                                 Store& store);

  int32_t schema_id() const { return booked_->id; }

  struct Row {
    bool repeated = false;
    std::optional<Timestamp> created;  // from `sal_created`
  };
  // Appends one row. `corrupt` when the bytes do not fit the schema: then nothing is appended and
  // the store's position is where it was. `fallback` is the time of records without `sal_created`.
  Result<Row> decode(BytesView payload, Timestamp fallback, const RowOrigin& origin);
  // The record at this origin will never be a row.
  void skip(const RowOrigin& origin) { writer_.skip(origin); }

 private:
  RowDecoder(const bus::BookedSchema& booked, ColumnMap map, TopicWriter writer)
      : booked_(&booked), map_(std::move(map)), writer_(std::move(writer)) {}

  void on_null(size_t leaf) override;
  void on_boolean(size_t leaf, bool value) override;
  void on_integer(size_t leaf, int64_t value) override;
  void on_real(size_t leaf, double value) override;
  void on_text(size_t leaf, std::string_view utf8) override;
  void on_bytes(size_t leaf, BytesView value) override;
  void on_enum(size_t leaf, size_t index, std::string_view symbol) override;
  void begin_array(size_t leaf) override;
  void on_floats(size_t leaf, avro::PackedFloats items) override;
  void on_doubles(size_t leaf, avro::PackedDoubles items) override;
  void end_array(size_t leaf) override;

  const bus::BookedSchema* booked_;
  ColumnMap map_;
  TopicWriter writer_;
  bool in_array_ = false;
  std::vector<double> items_;  // of one block, between message and store
  std::optional<Timestamp> created_;
};

}  // namespace weir::store::ingest

#include "weir/store/ingest/row_decoder.h"

#include <charconv>
#include <limits>

namespace weir::store::ingest {
namespace {

using avro::Leaf;
using avro::LeafType;

// Milliseconds whose microseconds still fit: the years from -290000 to 290000.
constexpr int64_t kMostMillis = std::numeric_limits<int64_t>::max() / 1000;

std::optional<ValueType> value_type(LeafType type) {
  switch (type) {
    case LeafType::null:
      return std::nullopt;
    case LeafType::boolean:
      return ValueType::boolean;
    case LeafType::integer:
      return ValueType::integer;
    case LeafType::real:
      return ValueType::real;
    case LeafType::bytes:
      return ValueType::bytes;
    case LeafType::text:
    case LeafType::enumeration:
    case LeafType::json:
      return ValueType::text;
  }
  return std::nullopt;
}

std::string source_type(const Leaf& leaf) {
  if (leaf.avro_type == nullptr) return "";
  if (const std::string* logical = leaf.avro_type->attributes.find_string("logicalType"))
    return *logical;
  return std::string(to_string(leaf.avro_type->kind));
}

std::string text_attribute(const avro::Type& type, std::string_view name) {
  const std::string* text = type.attributes.find_string(name);
  return text == nullptr ? "" : *text;
}

bool holds_words(ValueType type) {
  return type == ValueType::boolean || type == ValueType::integer;
}

}  // namespace

ColumnMap map_columns(const std::string& topic, const bus::BookedSchema& booked) {
  ColumnMap map;
  const avro::Type& root = booked.schema.root();
  map.schema = {.name = topic,
                .kind = text_attribute(root, "sal_topic_type"),
                .description = root.doc.value_or(""),
                .columns = {}};
  const std::vector<Leaf>& leaves = booked.plan.leaves();
  for (size_t i = 0; i < leaves.size(); ++i) {
    const Leaf& leaf = leaves[i];
    const std::optional<ValueType> type = value_type(leaf.type);
    map.columns.push_back(map.schema.columns.size());
    map.forms.push_back(type ? ColumnMap::Form::plain : ColumnMap::Form::none);
    if (!type) continue;
    Column column{.name = leaf.path.empty() ? "value" : leaf.path,
                  .type = *type,
                  .array = leaf.is_array,
                  .unit = leaf.unit,
                  .description = leaf.doc,
                  .source_type = source_type(leaf)};
    if (leaf.items_nullable && holds_words(*type)) {
      map.forms.back() = ColumnMap::Form::textual;
      column.type = ValueType::text;
    }
    if (leaf.path == "sal_created" && *type == ValueType::integer && !leaf.is_array)
      map.created = i;
    map.schema.columns.push_back(std::move(column));
  }
  return map;
}

Result<RowDecoder> RowDecoder::make(const std::string& topic, const bus::BookedSchema& booked,
                                    Store& store) {
  ColumnMap map = map_columns(topic, booked);
  WEIR_TRY_ASSIGN(TopicWriter writer, store.writer(map.schema));
  return RowDecoder(booked, std::move(map), std::move(writer));
}

Result<RowDecoder::Row> RowDecoder::decode(BytesView payload, Timestamp fallback,
                                           const RowOrigin& origin) {
  if (!writer_.begin_row(fallback, origin)) return Row{.repeated = true, .created = {}};
  in_array_ = false;
  created_.reset();
  if (auto decoded = booked_->plan.decode(payload, *this); !decoded) {
    writer_.abandon_row();
    return Error(std::move(decoded).error());
  }
  if (created_) writer_.set_time(*created_);
  writer_.end_row();
  return Row{.repeated = false, .created = created_};
}

// A null inside an array has no place of its own in a column: NaN and the empty text stand for it.
void RowDecoder::on_null(size_t leaf) {
  if (map_.forms[leaf] == ColumnMap::Form::none) return;
  const size_t column = map_.columns[leaf];
  if (!in_array_) return writer_.set_null(column);
  if (map_.schema.columns[column].type == ValueType::real) {
    writer_.set_real(column, std::numeric_limits<double>::quiet_NaN());
  } else {
    writer_.set_text(column, "");
  }
}

void RowDecoder::on_boolean(size_t leaf, bool value) {
  const size_t column = map_.columns[leaf];
  if (map_.forms[leaf] == ColumnMap::Form::textual)
    return writer_.set_text(column, value ? "true" : "false");
  writer_.set_boolean(column, value);
}

void RowDecoder::on_integer(size_t leaf, int64_t value) {
  const size_t column = map_.columns[leaf];
  if (map_.forms[leaf] == ColumnMap::Form::textual) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    return writer_.set_text(column, {digits, static_cast<size_t>(end - digits)});
  }
  writer_.set_integer(column, value);
  if (leaf != map_.created) return;
  if (booked_->plan.leaves()[leaf].logical == avro::LogicalType::timestamp_micros) {
    created_ = Timestamp(Duration(value));
  } else if (value <= kMostMillis && value >= -kMostMillis) {
    created_ = from_millis(value);
  }
}

void RowDecoder::on_real(size_t leaf, double value) { writer_.set_real(map_.columns[leaf], value); }
void RowDecoder::on_text(size_t leaf, std::string_view utf8) {
  writer_.set_text(map_.columns[leaf], utf8);
}
void RowDecoder::on_bytes(size_t leaf, BytesView value) {
  writer_.set_text(map_.columns[leaf], value);
}

void RowDecoder::on_enum(size_t leaf, size_t /*index*/, std::string_view symbol) {
  writer_.set_text(map_.columns[leaf], symbol);
}

void RowDecoder::begin_array(size_t leaf) {
  in_array_ = true;
  if (map_.forms[leaf] != ColumnMap::Form::none) writer_.begin_array(map_.columns[leaf]);
}

void RowDecoder::on_floats(size_t leaf, avro::PackedFloats items) {
  items_.resize(items.size());
  for (size_t i = 0; i < items.size(); ++i) items_[i] = static_cast<double>(items[i]);
  writer_.add_reals(map_.columns[leaf], items_);
}

void RowDecoder::on_doubles(size_t leaf, avro::PackedDoubles items) {
  items_.resize(items.size());
  if (!items_.empty()) items.copy_to(items_.data());
  writer_.add_reals(map_.columns[leaf], items_);
}

void RowDecoder::end_array(size_t /*leaf*/) { in_array_ = false; }

}  // namespace weir::store::ingest

// What holds for every schema and every value: rapidcheck makes them, and shrinks those that break
// it.
#include <set>

#include "weir/avro/arbitrary_datum.h"
#include "weir/avro/container_reader.h"
#include "weir/avro/container_writer.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/fingerprint.h"
#include "weir/avro/json_encoding.h"
#include "weir/avro/property.h"
#include "weir/avro/recording_visitor.h"
#include "weir/avro/single_object.h"
#include "weir/base/check.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

Bytes encoded(const ArbitraryDatum& datum) {
  Bytes bytes;
  RC_ASSERT(encode_value(datum.schema, datum.value(), bytes).has_value());
  return bytes;
}

// The text that RecordingVisitor would write, made from the tree instead of the bytes.
class ExpectedText {
 public:
  explicit ExpectedText(const DecodePlan& plan) : plan_(plan), visitor_(plan) {}

  void walk(const Value& value, const std::string& path) {
    if (const std::optional<size_t> leaf = plan_.find_leaf(path)) return give(value, *leaf);
    if (value.is_null()) {
      for (size_t i = 0; i < plan_.leaves().size(); ++i) {
        const bool below = path.empty() || plan_.leaves()[i].path.starts_with(path + ".");
        if (below) visitor_.on_null(i);
      }
      return;
    }
    const Value::Record* record = std::get_if<Value::Record>(&value.data);
    WEIR_CHECK(record != nullptr);
    for (const Value::Entry& field : record->fields) {
      walk(field.value, path.empty() ? field.key : path + "." + field.key);
    }
  }
  const std::string& text() const { return visitor_.text(); }

 private:
  void give(const Value& value, size_t index) {
    const Leaf& leaf = plan_.leaves()[index];
    if (value.is_null()) return visitor_.on_null(index);
    if (leaf.type == LeafType::json) return visitor_.on_text(index, value.to_json().print());
    const auto* items = std::get_if<std::vector<Value>>(&value.data);
    if (items == nullptr) return give_one(value, leaf, index);
    visitor_.begin_array(index);
    for (const Value& item : *items) {
      if (item.is_null()) {
        visitor_.on_null(index);
      } else {
        give_one(item, leaf, index);
      }
    }
    visitor_.end_array(index);
  }

  void give_one(const Value& value, const Leaf& leaf, size_t index) {
    switch (leaf.type) {
      case LeafType::null:
      case LeafType::json:
        return visitor_.on_null(index);
      case LeafType::boolean:
        return visitor_.on_boolean(index, std::get<bool>(value.data));
      case LeafType::integer:
        return visitor_.on_integer(index, std::get<int64_t>(value.data));
      case LeafType::real:
        return visitor_.on_real(index, std::get<double>(value.data));
      case LeafType::text:
        return visitor_.on_text(index, std::get<std::string>(value.data));
      case LeafType::bytes:
        return visitor_.on_bytes(index, std::get<Value::Binary>(value.data).bytes);
      case LeafType::enumeration: {
        const std::string& symbol = std::get<std::string>(value.data);
        const auto symbols = leaf.symbols();
        const auto at = std::find(symbols.begin(), symbols.end(), symbol);
        return visitor_.on_enum(index, static_cast<size_t>(at - symbols.begin()), symbol);
      }
    }
  }

  const DecodePlan& plan_;
  RecordingVisitor visitor_;
};

TEST(ArbitraryDatum, ShrinksToTheSmallestThatBreaksAProperty) {
  const auto broken = [] { RC_ASSERT(encoded(*arbitrary_datum()).find("Z9") == Bytes::npos); };
  const ::testing::AssertionResult result = holds_for(3000, broken, 5031974779048461732);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.message(), ::testing::HasSubstr("\n\"string\"\n  \"Z9\"\n"));
}

TEST(RoundTrip, HoldsThroughTheBinaryEncoding) {
  std::set<Kind> roots;
  EXPECT_TRUE(holds_for(3000, [&roots] {
    const ArbitraryDatum datum = *arbitrary_datum();
    roots.insert(datum.schema->kind);
    const std::string text = datum.schema.to_string();
    RC_ASSERT(parse_schema(text)->to_string() == text);
    const Bytes bytes = encoded(datum);
    RC_ASSERT(bytes.size() >= datum.schema->least_size);
    const Result<Value> decoded = decode_value(datum.schema, bytes);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == datum.value());
    RC_ASSERT(Json::parse(decoded->to_json().print()).has_value());
    // Each front is refused.
    for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 8) {
      const Result<Value> cut = decode_value(datum.schema, BytesView(bytes).substr(0, size));
      RC_ASSERT(!cut && cut.error().code() == ErrorCode::corrupt);
    }
  }));
  EXPECT_EQ(roots.size(), 14u);
}

TEST(RoundTrip, GivesPlanAndTreeTheSame) {
  EXPECT_TRUE(holds_for(2000, [] {
    const ArbitraryDatum datum = *arbitrary_datum();
    const Bytes bytes = encoded(datum);
    const Result<DecodePlan> plan = DecodePlan::compile(datum.schema);
    RC_ASSERT(plan.has_value());
    RecordingVisitor visitor(*plan);
    RC_ASSERT(plan->decode(bytes, visitor).has_value());
    ExpectedText expected(*plan);
    expected.walk(datum.value(), "");
    RC_ASSERT(visitor.text() == expected.text());

    // Nothing wanted: everything is skipped, to the same end.
    const Result<DecodePlan> skipping = DecodePlan::compile(datum.schema, {.wanted = {"?"}});
    RecordingVisitor nothing(*skipping);
    RC_ASSERT(skipping->decode(bytes, nothing).has_value());
    RC_ASSERT(nothing.text().empty());

    for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 8) {
      RecordingVisitor cut(*plan);
      const Status status = plan->decode(BytesView(bytes).substr(0, size), cut);
      RC_ASSERT(!status && status.error().code() == ErrorCode::corrupt);
    }
  }));
}

TEST(RoundTrip, HoldsThroughTheJsonEncoding) {
  EXPECT_TRUE(holds_for(2000, [] {
    const ArbitraryDatum datum = *arbitrary_datum();
    const Result<Json> json = to_json_encoding(datum.schema, datum.value());
    RC_ASSERT(json.has_value());
    const Result<Json> parsed = Json::parse(json->print());
    RC_ASSERT(parsed.has_value());
    const Result<Value> decoded = from_json_encoding(datum.schema, *parsed);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == datum.value());
  }));
}

TEST(RoundTrip, HoldsThroughSingleObjects) {
  EXPECT_TRUE(holds_for(500, [] {
    const ArbitraryDatum datum = *arbitrary_datum();
    Bytes message;
    RC_ASSERT(append_single_object(datum.schema, datum.value(), message).has_value());
    const Result<Value> decoded = decode_single_object(message, [&](uint64_t fingerprint) {
      return fingerprint == crc64_fingerprint(datum.schema) ? std::optional<Schema>(datum.schema)
                                                            : std::nullopt;
    });
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == datum.value());
  }));
}

std::vector<Value> records_of(BytesView file, size_t piece) {
  std::vector<Value> all;
  ContainerReader reader;
  for (;;) {
    const Result<ContainerReader::Step> step = reader.next();
    RC_ASSERT(step.has_value());
    if (*step == ContainerReader::Step::end) return all;
    RC_ASSERT(*step != ContainerReader::Step::cut_off);
    if (*step == ContainerReader::Step::need_bytes) {
      if (file.empty()) reader.finish();
      reader.feed(file.substr(0, piece));
      file.remove_prefix(std::min(piece, file.size()));
    }
    if (*step != ContainerReader::Step::block) continue;
    BlockRecords records(reader.block());
    while (!records.at_end()) {
      Result<Value> value = records.decode_value(reader.schema());
      RC_ASSERT(value.has_value());
      all.push_back(std::move(*value));
    }
  }
}

TEST(RoundTrip, HoldsThroughContainersOfEveryCodecInPiecesOfEverySize) {
  EXPECT_TRUE(holds_for(500, [] {
    const ArbitraryDatum datum = *arbitrary_datum(*rc::gen::inRange<size_t>(0, 20));
    const ContainerWriterOptions options = {
        .codec = *rc::gen::element(ContainerCodec::null, ContainerCodec::deflate,
                                   ContainerCodec::snappy, ContainerCodec::zstandard),
        .block_size = *rc::gen::inRange<size_t>(1, 500),
        .metadata = {{"made by", *rc::gen::arbitrary<std::string>()}},
        .sync = make_sync_marker(*rc::gen::arbitrary<uint64_t>())};
    Bytes file;
    Result<ContainerWriter> writer = ContainerWriter::start(datum.schema, options, file);
    RC_ASSERT(writer.has_value());
    for (const Value& value : datum.values) RC_ASSERT(writer->append(value, file).has_value());
    RC_ASSERT(writer->flush(file).has_value());
    RC_ASSERT(records_of(file, *rc::gen::inRange<size_t>(1, 300)) == datum.values);
  }));
}

}  // namespace
}  // namespace weir::avro

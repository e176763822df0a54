#include "weir/avro/columns.h"

#include <gmock/gmock.h>

#include "weir/avro/binary.h"
#include "weir/avro/random_datum.h"
#include "weir/avro/recording_visitor.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

DecodePlan plan_of(std::string_view schema) {
  return std::move(*DecodePlan::compile(*parse_schema(schema)));
}

// Tells a visitor the values of one leaf of one row, or of one item, as the plan would have.
class Replay {
 public:
  Replay(const DecodePlan& plan, const Columns& columns, Visitor& visitor)
      : plan_(plan), columns_(columns), visitor_(visitor) {}

  void row(size_t row) const {
    for (size_t leaf = 0; leaf < plan_.leaves().size(); ++leaf) {
      if (columns_.is_null(leaf, row)) {
        visitor_.on_null(leaf);
      } else if (plan_.leaves()[leaf].is_array) {
        visitor_.begin_array(leaf);
        const auto [begin, end] = columns_.items(leaf, row);
        for (size_t item = begin; item < end; ++item) {
          columns_.item_is_null(leaf, item) ? visitor_.on_null(leaf) : value(leaf, item);
        }
        visitor_.end_array(leaf);
      } else {
        value(leaf, row);
      }
    }
  }

 private:
  void value(size_t leaf, size_t at) const {
    const Leaf& known = plan_.leaves()[leaf];
    switch (columns_.type(leaf)) {
      case ColumnType::none:
        return visitor_.on_null(leaf);
      case ColumnType::boolean:
        return visitor_.on_boolean(leaf, columns_.booleans(leaf)[at] != 0);
      case ColumnType::integer:
        return visitor_.on_integer(leaf, columns_.integers(leaf)[at]);
      case ColumnType::float32:
        return visitor_.on_real(leaf, double{columns_.floats(leaf)[at]});
      case ColumnType::float64:
        return visitor_.on_real(leaf, columns_.doubles(leaf)[at]);
      case ColumnType::symbol: {
        const size_t index = columns_.symbols(leaf)[at];
        return visitor_.on_enum(leaf, index, known.symbols()[index]);
      }
      case ColumnType::text:
        return known.type == LeafType::bytes ? visitor_.on_bytes(leaf, columns_.texts(leaf)[at])
                                             : visitor_.on_text(leaf, columns_.texts(leaf)[at]);
    }
  }

  const DecodePlan& plan_;
  const Columns& columns_;
  Visitor& visitor_;
};

constexpr const char* kDome = R"({"type":"record","name":"R","fields":[
  {"name":"sent","type":"long"},{"name":"open","type":"boolean"},{"name":"name","type":"string"},
  {"name":"load","type":["null","float"]},{"name":"angle","type":"double"},
  {"name":"state","type":{"type":"enum","name":"S","symbols":["OFF","ON"]}},
  {"name":"currents","type":{"type":"array","items":"float"}},
  {"name":"tags","type":{"type":"array","items":["null","string"]}}]})";

Bytes dome_bytes(int64_t sent, std::string_view name, std::vector<float> currents) {
  Bytes out;
  append_long(out, sent);
  append_boolean(out, true);
  append_string(out, name);
  append_long(out, currents.empty() ? 0 : 1);
  if (!currents.empty()) append_float(out, 0.5F);
  append_double(out, 1.5);
  append_long(out, 1);
  append_floats(out, currents);
  append_long(out, 2);
  append_long(out, 0);
  append_long(out, 1);
  append_string(out, "tag");
  append_long(out, 0);
  return out;
}

TEST(Columns, HoldTheValuesOfAllRowsByLeaf) {
  const DecodePlan plan = plan_of(kDome);
  Columns columns(plan);
  ASSERT_OK(plan.decode(dome_bytes(-7, "east", {1, 2}), columns));
  ASSERT_OK(plan.decode(dome_bytes(1'548'028'800'000, "größer", {}), columns));
  ASSERT_EQ(columns.rows(), 2u);
  EXPECT_THAT(columns.integers(0), ElementsAre(-7, 1'548'028'800'000));
  EXPECT_THAT(columns.booleans(1), ElementsAre(1, 1));
  EXPECT_EQ(columns.texts(2).size(), 2u);
  EXPECT_EQ(columns.texts(2)[0], "east");
  EXPECT_EQ(columns.texts(2)[1], "größer");
  EXPECT_THAT(columns.floats(3), ElementsAre(0.5F, 0));
  EXPECT_FALSE(columns.is_null(3, 0));
  EXPECT_TRUE(columns.is_null(3, 1));
  EXPECT_THAT(columns.doubles(4), ElementsAre(1.5, 1.5));
  EXPECT_THAT(columns.symbols(5), ElementsAre(1, 1));
  EXPECT_THAT(columns.floats(6), ElementsAre(1, 2));
  EXPECT_THAT(columns.items(6, 0), Pair(0, 2));
  EXPECT_THAT(columns.items(6, 1), Pair(2, 2));
  EXPECT_THAT(columns.items(7, 1), Pair(2, 4));
  EXPECT_TRUE(columns.item_is_null(7, 2));
  EXPECT_FALSE(columns.item_is_null(7, 3));
  EXPECT_EQ(columns.texts(7)[3], "tag");
}

TEST(Columns, ForgetARowThatTurnsOutCorrupt) {
  const DecodePlan plan = plan_of(kDome);
  Columns columns(plan);
  const Bytes good = dome_bytes(1, "a", {1, 2, 3});
  const Bytes other = dome_bytes(2, "bb", {});
  ASSERT_OK(plan.decode(good, columns));
  for (const Bytes& bytes : {good, other}) {
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_ERROR(ErrorCode::corrupt, plan.decode(BytesView(bytes).substr(0, size), columns));
    }
    EXPECT_ERROR(ErrorCode::corrupt, plan.decode(bytes + "z", columns));
  }
  ASSERT_OK(plan.decode(good, columns));
  ASSERT_EQ(columns.rows(), 2u);
  EXPECT_THAT(columns.integers(0), ElementsAre(1, 1));
  EXPECT_EQ(columns.texts(2)[1], "a");
  EXPECT_FALSE(columns.is_null(3, 1));
  EXPECT_THAT(columns.floats(6), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_THAT(columns.items(7, 1), Pair(2, 4));
  EXPECT_TRUE(columns.item_is_null(7, 2));
  EXPECT_FALSE(columns.item_is_null(7, 3));
}

TEST(Columns, AreReusedAfterClear) {
  const DecodePlan plan = plan_of(kDome);
  Columns columns(plan);
  ASSERT_OK(plan.decode(dome_bytes(1, "a", {}), columns));
  const int64_t* const before = columns.integers(0).data();
  columns.clear();
  EXPECT_EQ(columns.rows(), 0u);
  EXPECT_THAT(columns.integers(0), IsEmpty());
  ASSERT_OK(plan.decode(dome_bytes(2, "b", {5}), columns));
  EXPECT_THAT(columns.integers(0), ElementsAre(2));
  EXPECT_EQ(columns.integers(0).data(), before);
  EXPECT_FALSE(columns.is_null(3, 0));
  EXPECT_THAT(columns.items(6, 0), Pair(0, 1));
}

TEST(Columns, AreSharedByPlansWithTheSameLeaves) {
  Columns columns(plan_of(kDome));  // the plan need not stay
  for (int64_t row = 0; row < 3; ++row) {
    const DecodePlan another = plan_of(kDome);
    ASSERT_OK(another.decode(dome_bytes(row, "a", {1}), columns));
  }
  EXPECT_THAT(columns.integers(0), ElementsAre(0, 1, 2));
  const DecodePlan other = plan_of(R"({"type":"array","items":"long"})");
  EXPECT_DEATH(static_cast<void>(other.decode(BytesView("\0", 1), columns)), "columns");
}

TEST(Columns, HoldArraysOfNothing) {
  const DecodePlan plan = plan_of(R"({"type":"array","items":"null"})");
  Columns columns(plan);
  ASSERT_OK(plan.decode(BytesView("\x06\x00", 2), columns));
  EXPECT_THAT(columns.items(0, 0), Pair(0, 3));
  EXPECT_TRUE(columns.item_is_null(0, 2));
}

TEST(Columns, TellWhatAVisitorIsToldForRandomSchemasAndValues) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    RandomDatum random(seed);
    ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(random.schema().print()));
    ASSERT_OK_AND_ASSIGN(const DecodePlan plan, DecodePlan::compile(schema));
    Columns columns(plan);
    RecordingVisitor told(plan);
    for (int row = 0; row < 40; ++row) {
      Bytes bytes;
      ASSERT_OK(encode_value(schema, random.value(schema.root()), bytes));
      ASSERT_OK(plan.decode(bytes, told));
      ASSERT_OK(plan.decode(bytes, columns));
    }
    RecordingVisitor replayed(plan);
    for (size_t row = 0; row < columns.rows(); ++row) Replay(plan, columns, replayed).row(row);
    ASSERT_EQ(replayed.text(), told.text()) << "seed " << seed << " " << schema.to_string();
  }
}

}  // namespace
}  // namespace weir::avro

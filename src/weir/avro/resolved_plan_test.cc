#include <gmock/gmock.h>

#include "weir/avro/binary.h"
#include "weir/avro/columns.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/random_datum.h"
#include "weir/avro/random_evolution.h"
#include "weir/avro/recording_visitor.h"
#include "weir/avro/resolution.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using testing::StartsWith;

std::string record(std::string_view fields) {
  return R"({"type":"record","name":"R","fields":[)" + std::string(fields) + "]}";
}

DecodePlan plan_of(std::string_view writer, std::string_view reader,
                   const PlanOptions& options = {}) {
  const Resolution resolution = *Resolution::make(*parse_schema(writer), *parse_schema(reader));
  return std::move(*DecodePlan::compile(resolution, options));
}

std::string decode(const DecodePlan& plan, BytesView bytes) {
  RecordingVisitor visitor(plan);
  const Status status = plan.decode(bytes, visitor);
  return status ? visitor.text() : status.error().to_string();
}

constexpr const char* kOld = R"({"type":"record","name":"R","fields":[
  {"name":"gone","type":"double"},{"name":"i","type":"int"},{"name":"gone_too","type":"float"},
  {"name":"gone_text","type":"string"},{"name":"s","type":"string"},
  {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B","C"]}},
  {"name":"m","type":{"type":"record","name":"M","fields":[{"name":"x","type":["null","float"]}]}},
  {"name":"a","type":{"type":"array","items":"float"}},
  {"name":"u","type":["string","null","int"]}]})";

constexpr const char* kNew = R"({"type":"record","name":"R","fields":[
  {"name":"added","type":"double","default":0.5},
  {"name":"u","type":["null","double"]},
  {"name":"a","type":{"type":"array","items":["null","double"]}},
  {"name":"m","type":["null",{"type":"record","name":"M","fields":[
     {"name":"y","type":"int","default":7},{"name":"x","type":["double","null"]}]}]},
  {"name":"e","type":{"type":"enum","name":"E","symbols":["C","A"],"default":"A"}},
  {"name":"s","type":"bytes"},{"name":"long","aliases":["i"],"type":"long"},
  {"name":"list","type":{"type":"array","items":"int"},"default":[1,2]},
  {"name":"map","type":{"type":"map","values":"int"},"default":{"k":3}}]})";

Bytes old_bytes(int64_t branch) {
  Bytes out;
  append_double(out, 9);
  append_long(out, -5);
  append_float(out, 9);
  append_string(out, "gone");
  append_string(out, "hi");
  append_long(out, 1);  // B
  append_long(out, 1);  // x
  append_float(out, 0.25F);
  append_long(out, 2);
  append_float(out, 1);
  append_float(out, 2);
  append_long(out, 0);
  append_long(out, branch);
  if (branch == 0) append_string(out, "no");
  if (branch == 2) append_long(out, 6);
  return out;
}

TEST(ResolvedPlan, ReadsTheWritersBytesIntoTheReadersLeaves) {
  const DecodePlan plan = plan_of(kOld, kNew);
  const DecodePlan plain = std::move(*DecodePlan::compile(*parse_schema(kNew)));
  ASSERT_EQ(plan.leaves().size(), plain.leaves().size());
  for (size_t i = 0; i < plan.leaves().size(); ++i) {
    EXPECT_EQ(plan.leaves()[i].path, plain.leaves()[i].path);
  }
  // In the writer's order; defaults at the end of their record.
  EXPECT_EQ(decode(plan, old_bytes(2)),
            "long=-5 s=bytes:6869 e=1:A m.x=0.25 m.y=7 a=[ a=1.0 a=2.0 a=] u=6.0 added=0.5 "
            "list=[ list=1 list=2 list=] map='{\"k\":3}' ");
  EXPECT_THAT(decode(plan, old_bytes(1)), testing::HasSubstr(" u=null "));
}

TEST(ResolvedPlan, RefusesWhatTheReaderCannotTakeWhenItComes) {
  const DecodePlan plan = plan_of(kOld, kNew);
  EXPECT_THAT(decode(plan, old_bytes(0)),
              StartsWith("refused: u: no branch of the reader's union takes a string (byte "));
  const DecodePlan without = plan_of(kOld, kNew, {.wanted = {"e"}});
  EXPECT_EQ(decode(without, old_bytes(0)), "e=1:A ");
  const char* writer = R"({"type":"enum","name":"E","symbols":["A","B"]})";
  const DecodePlan symbols = plan_of(writer, R"({"type":"enum","name":"E","symbols":["B"]})");
  EXPECT_EQ(decode(symbols, "\x02"), "=0:B ");
  EXPECT_THAT(decode(symbols, BytesView("\0", 1)), StartsWith("refused: a symbol that"));
  EXPECT_THAT(decode(symbols, "\x04"), StartsWith("corrupt: "));
  EXPECT_THAT(decode(plan_of(R"("bytes")", R"("string")"), "\x02\xff"),
              StartsWith("refused: bytes that are read as a string"));
  const char* union_writer = R"({"type":"map","values":["int","string"]})";
  const DecodePlan json = plan_of(union_writer, R"({"type":"map","values":"long"})");
  EXPECT_EQ(decode(json, BytesView("\x02\x02k\x00\x08\x00", 6)), "='{\"k\":4}' ");
  EXPECT_THAT(decode(json, BytesView("\x02\x02k\x02\x00\x00", 6)), StartsWith("refused: a string"));
}

TEST(ResolvedPlan, TakesOnlyWhatIsWantedOfDefaultsToo) {
  const std::string reader = record(R"({"name":"m","type":{"type":"record","name":"M","fields":[
      {"name":"x","type":"int"},{"name":"y","type":["null","int"]}]},"default":{"x":1,"y":null}},
      {"name":"n","type":"int","default":2})");
  EXPECT_EQ(decode(plan_of(record(""), reader), ""), "m.x=1 m.y=null n=2 ");
  EXPECT_EQ(decode(plan_of(record(""), reader, {.wanted = {"m.y"}}), ""), "m.y=null ");
  EXPECT_EQ(decode(plan_of(record(""), reader, {.wanted = {"nowhere"}}), ""), "");
}

TEST(ResolvedPlan, BranchesOfAWritersUnionMeetAgainBehindIt) {
  const std::string writer = record(R"({"name":"v","type":["int","null",
      {"type":"record","name":"M","fields":[{"name":"a","type":"float"},{"name":"b","type":"float"}]},
      {"type":"record","name":"x.M","fields":[{"name":"b","type":"double"},{"name":"a","type":"int"}]}]},
      {"name":"w","type":"float"})");
  const std::string reader =
      record(R"({"name":"v","type":["null",{"type":"record","name":"M","fields":[
      {"name":"a","type":"double"},{"name":"b","type":"double"}]}]},{"name":"w","type":"float"})");
  const DecodePlan plan = plan_of(writer, reader);
  const auto bytes = [](std::string_view head, auto... floats) {
    Bytes out(head);
    (append_float(out, static_cast<float>(floats)), ...);
    return out;
  };
  EXPECT_EQ(decode(plan, bytes("\x02", 3)), "v.a=null v.b=null w=3.0 ");
  EXPECT_EQ(decode(plan, bytes("\x04", 1, 2, 3)), "v.a=1.0 v.b=2.0 w=3.0 ");
  Bytes other = "\x06";
  append_double(other, 2);
  append_long(other, 1);
  append_float(other, 3);
  EXPECT_EQ(decode(plan, other), "v.b=2.0 v.a=1.0 w=3.0 ");
  EXPECT_THAT(decode(plan, bytes(BytesView("\0\2", 2), 3)), StartsWith("refused: v: "));
}

TEST(ResolvedPlan, ReadsRealsTogetherOnlyWhereTheLeavesFollowEachOther) {
  const std::string writer = record(
      R"({"name":"a","type":"double"},{"name":"b","type":"double"},{"name":"c","type":"double"})");
  const std::string reader = record(
      R"({"name":"c","type":"double"},{"name":"a","type":"double"},{"name":"b","type":"double"})");
  Bytes bytes;
  for (const double value : {1., 2., 3.}) append_double(bytes, value);
  EXPECT_EQ(decode(plan_of(writer, reader), bytes), "a=1.0 b=2.0 c=3.0 ");
}

TEST(ResolvedPlan, FillsColumns) {
  const DecodePlan plan = plan_of(kOld, kNew);
  Columns columns(plan);
  ASSERT_OK(plan.decode(old_bytes(2), columns));
  EXPECT_FALSE(plan.decode(old_bytes(0), columns));
  ASSERT_OK(plan.decode(old_bytes(1), columns));
  EXPECT_EQ(columns.rows(), 2u);
  const auto at = [&](std::string_view path) { return *plan.find_leaf(path); };
  EXPECT_THAT(columns.integers(at("long")), testing::ElementsAre(-5, -5));
  EXPECT_THAT(columns.doubles(at("a")), testing::ElementsAre(1, 2, 1, 2));
  EXPECT_THAT(columns.doubles(at("u")), testing::ElementsAre(6, 0));
  EXPECT_TRUE(columns.is_null(at("u"), 1));
  EXPECT_THAT(columns.integers(at("list")), testing::ElementsAre(1, 2, 1, 2));
  EXPECT_EQ(columns.texts(at("map"))[1], "{\"k\":3}");
}

// The example of docs/internals/avro.md.
TEST(ResolvedPlan, ReadsTheExampleOfItsPage) {
  const std::string writer =
      record(R"({"name":"a","type":"int"},{"name":"b","type":["null","string"]})");
  const std::string reader = record(R"({"name":"b","type":["null","bytes"]},
      {"name":"c","type":"long","default":7},{"name":"x","type":"double","aliases":["a"]})");
  EXPECT_EQ(decode(plan_of(writer, reader), "\x06\x02\x02k"), "x=3.0 b=bytes:6b c=7 ");
}

TEST(ResolvedPlan, OfTheSameSchemaIsThePlainPlan) {
  const std::string renamed = R"({"type":"record","name":"R","fields":[
      {"name":"new","aliases":["old"],"type":"int"}]})";
  const DecodePlan plan = plan_of(record(R"({"name":"old","type":"int"})"), renamed);
  EXPECT_EQ(decode(plan, "\x02"), "new=1 ");
  EXPECT_EQ(decode(plan, ""), "corrupt: new: the bytes end inside an integer (byte 0)");
}

TEST(ResolvedPlan, RefusesUnionsThatStandForTooManySteps) {
  // Eight records of one name in each union, inside each other: 8 to the 7 ways through.
  std::string writer = R"("float")";
  std::string reader = R"("double")";
  for (int depth = 0; depth < 7; ++depth) {
    std::string branches;
    const std::string name = "N" + std::to_string(depth);
    for (int i = 0; i < 8; ++i) {
      const std::string inner = i == 0       ? writer
                                : depth == 0 ? writer
                                             : "\"s0.N" + std::to_string(depth - 1) + "\"";
      branches += (i == 0 ? "" : ",") + std::string(R"({"type":"record","name":")") + "s" +
                  std::to_string(i) + "." + name + R"(","fields":[{"name":"f","type":)" + inner +
                  "}]}";
    }
    writer = "[" + branches + "]";
    reader = R"({"type":"record","name":")" + name + R"(","fields":[{"name":"f","type":)" + reader +
             "}]}";
  }
  const Result<Schema> one = parse_schema(writer);
  ASSERT_OK(one);
  ASSERT_OK_AND_ASSIGN(const Resolution resolution, Resolution::make(*one, *parse_schema(reader)));
  EXPECT_ERROR(ErrorCode::unsupported, DecodePlan::compile(resolution, {.max_leaves = 8}));
}

// What a plan says about one record, leaf by leaf.
class ByLeaf : public Visitor {
 public:
  explicit ByLeaf(const DecodePlan& plan) : calls(plan.leaves().size()) {}

  void on_null(size_t leaf) override { add(leaf, "null"); }
  void on_boolean(size_t leaf, bool value) override { add(leaf, value ? "true" : "false"); }
  void on_integer(size_t leaf, int64_t value) override { add(leaf, std::to_string(value)); }
  void on_real(size_t leaf, double value) override { add(leaf, Json::real(value).print()); }
  void on_text(size_t leaf, std::string_view utf8) override { add(leaf, "'" + Bytes(utf8) + "'"); }
  void on_bytes(size_t leaf, BytesView value) override { add(leaf, "b'" + Bytes(value) + "'"); }
  void on_enum(size_t leaf, size_t index, std::string_view symbol) override {
    add(leaf, std::to_string(index) + ":" + std::string(symbol));
  }
  void begin_array(size_t leaf) override { add(leaf, "["); }
  void end_array(size_t leaf) override { add(leaf, "]"); }

  std::vector<std::string> calls;

 private:
  void add(size_t leaf, std::string_view call) {
    calls[leaf] += call;
    calls[leaf] += ' ';
  }
};

// A pair of schemas of which one became the other; nullopt where the change makes no schema or
// nothing can be read.
std::optional<Resolution> random_resolution(uint64_t seed, RandomDatum& random) {
  const Json text = random.schema();
  const Result<Schema> writer = parse_schema(text);
  const Result<Schema> reader = parse_schema(RandomEvolution(seed).evolve(text));
  if (!writer || !reader) return std::nullopt;
  const Result<Resolution> made = Resolution::make(*writer, *reader);
  return made ? std::optional<Resolution>(*made) : std::nullopt;
}

PlanOptions random_choice(const DecodePlan& plan, RandomDatum& random) {
  PlanOptions options;
  for (const Leaf& leaf : plan.leaves()) {
    if (random.below(2) == 0) options.wanted.push_back(leaf.path);
  }
  options.wanted.push_back("nowhere");
  return options;
}

TEST(ResolvedPlanProperty, SaysWhatThePlainPlanSaysOfTheResolvedValue) {
  size_t read = 0;
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    RandomDatum random(seed);
    const std::optional<Resolution> resolution = random_resolution(seed, random);
    if (!resolution) continue;
    ASSERT_OK_AND_ASSIGN(const DecodePlan plan, DecodePlan::compile(*resolution));
    ASSERT_OK_AND_ASSIGN(const DecodePlan plain, DecodePlan::compile(resolution->reader()));
    const PlanOptions choice = random_choice(plain, random);
    ASSERT_OK_AND_ASSIGN(const DecodePlan some, DecodePlan::compile(*resolution, choice));
    ASSERT_OK_AND_ASSIGN(const DecodePlan plain_some,
                         DecodePlan::compile(resolution->reader(), choice));
    for (int i = 0; i < 3; ++i) {
      Bytes written;
      ASSERT_OK(
          encode_value(resolution->writer(), random.value(resolution->writer().root()), written));
      ByLeaf got(plan);
      const Status status = plan.decode(written, got);
      const Result<Value> value = decode_value(*resolution, written);
      ASSERT_EQ(status.has_value(), value.has_value()) << seed;
      if (!value) {
        EXPECT_EQ(status.error().code(), value.error().code()) << seed;
        continue;
      }
      ++read;
      Bytes again;
      ASSERT_OK(encode_value(resolution->reader(), *value, again));
      ByLeaf expected(plain);
      ASSERT_OK(plain.decode(again, expected));
      EXPECT_EQ(got.calls, expected.calls) << seed;
      ByLeaf got_some(some);
      ByLeaf expected_some(plain_some);
      ASSERT_OK(some.decode(written, got_some)) << seed;
      ASSERT_OK(plain_some.decode(again, expected_some));
      EXPECT_EQ(got_some.calls, expected_some.calls) << seed;
    }
  }
  EXPECT_GT(read, 4'000u);
}

TEST(ResolvedPlanProperty, RefusesEveryFrontOfARecord) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    RandomDatum random(seed);
    const std::optional<Resolution> resolution = random_resolution(seed, random);
    if (!resolution) continue;
    ASSERT_OK_AND_ASSIGN(const DecodePlan plan, DecodePlan::compile(*resolution));
    Bytes written;
    ASSERT_OK(
        encode_value(resolution->writer(), random.value(resolution->writer().root()), written));
    for (size_t size = 0; size < written.size(); ++size) {
      Visitor nobody;
      EXPECT_FALSE(plan.decode(BytesView(written).substr(0, size), nobody)) << seed;
      EXPECT_FALSE(decode_value(*resolution, BytesView(written).substr(0, size))) << seed;
    }
  }
}

}  // namespace
}  // namespace weir::avro

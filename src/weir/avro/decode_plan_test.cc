#include "weir/avro/decode_plan.h"

#include <gmock/gmock.h>

#include "weir/avro/binary.h"
#include "weir/avro/columns.h"
#include "weir/avro/recording_visitor.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using testing::ElementsAre;

DecodePlan plan_of(std::string_view schema, const PlanOptions& options = {}) {
  return std::move(*DecodePlan::compile(*parse_schema(schema), options));
}

std::string decode(const DecodePlan& plan, BytesView bytes) {
  RecordingVisitor visitor(plan);
  const Status status = plan.decode(bytes, visitor);
  return status ? visitor.text() : status.error().to_string();
}

std::vector<std::string> paths(const DecodePlan& plan) {
  std::vector<std::string> all;
  for (const Leaf& leaf : plan.leaves()) all.push_back(leaf.path);
  return all;
}

constexpr const char* kMount = R"({"type":"record","name":"R","fields":[
  {"name":"sent","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When","sal_units":"ms"},
  {"name":"mount","type":["null",{"type":"record","name":"M","fields":[
     {"name":"azimuth","type":"double","unit":"deg"},
     {"name":"state","type":["null",{"type":"enum","name":"S","symbols":["OFF","ON"]}]}]}]},
  {"name":"currents","type":{"type":"array","items":["float","null"],"units":"A"}},
  {"name":"ok","type":"boolean"},
  {"name":"name","type":["string"]},
  {"name":"raw","type":{"type":"fixed","name":"F","size":2}},
  {"name":"tags","type":["null",{"type":"map","values":"int"}]},
  {"name":"either","type":["int","string"]}]})";

Bytes mount_bytes() {
  Bytes out;
  append_long(out, 1'500);
  append_long(out, 1);  // mount
  append_double(out, 1.5);
  append_long(out, 1);  // state
  append_long(out, 1);  // ON
  append_long(out, 2);  // currents
  append_long(out, 0);
  append_float(out, 0.25F);
  append_long(out, 1);
  append_long(out, 0);
  append_boolean(out, true);
  append_long(out, 0);  // name
  append_string(out, "x");
  out += "\x01\x02";
  append_long(out, 1);  // tags
  append_long(out, 1);
  append_string(out, "k");
  append_long(out, 7);
  append_long(out, 0);
  append_long(out, 1);  // either
  append_string(out, "\"y\"");
  return out;
}

TEST(DecodePlan, ListsItsLeavesWithTypesUnitsAndDocs) {
  const DecodePlan plan = plan_of(kMount);
  EXPECT_THAT(paths(plan), ElementsAre("sent", "mount.azimuth", "mount.state", "currents", "ok",
                                       "name", "raw", "tags", "either"));
  const Leaf& sent = plan.leaves()[0];
  EXPECT_EQ(sent.type, LeafType::integer);
  EXPECT_EQ(sent.logical, LogicalType::timestamp_millis);
  EXPECT_EQ(sent.doc, "When");
  EXPECT_EQ(sent.unit, "ms");
  EXPECT_FALSE(sent.nullable);
  EXPECT_EQ(plan.leaves()[1].unit, "deg");
  EXPECT_TRUE(plan.leaves()[1].nullable);
  EXPECT_THAT(plan.leaves()[2].symbols(), ElementsAre("OFF", "ON"));
  const Leaf& currents = plan.leaves()[3];
  EXPECT_TRUE(currents.is_array);
  EXPECT_TRUE(currents.items_nullable);
  EXPECT_FALSE(currents.nullable);
  EXPECT_EQ(currents.type, LeafType::real);
  EXPECT_EQ(currents.unit, "A");
  EXPECT_EQ(plan.leaves()[7].type, LeafType::json);
  EXPECT_TRUE(plan.leaves()[7].nullable);
  EXPECT_EQ(plan.find_leaf("raw"), 6u);
  EXPECT_EQ(plan.find_leaf("mount"), std::nullopt);
}

TEST(DecodePlan, VisitsEveryValueInOrder) {
  EXPECT_EQ(decode(plan_of(kMount), mount_bytes()),
            "sent=1500 mount.azimuth=1.5 mount.state=1:ON currents=[ currents=0.25 currents=null "
            "currents=] "
            "ok=true name='x' raw=bytes:0102 tags='{\"k\":7}' either='\"\\\"y\\\"\"' ");
}

TEST(DecodePlan, GivesNullForEveryLeafOfAnAbsentRecord) {
  const DecodePlan plan =
      plan_of(R"({"type":"record","name":"R","fields":[{"name":"m","type":["null",
      {"type":"record","name":"M","fields":[{"name":"a","type":"int"},{"name":"b","type":{"type":"array","items":"int"}}]}]},
      {"name":"n","type":"null"}]})");
  EXPECT_EQ(decode(plan, BytesView("\0", 1)), "m.a=null m.b=null n=null ");
  EXPECT_EQ(decode(plan, BytesView("\x02\x04\x00", 3)), "m.a=2 m.b=[ m.b=] n=null ");
}

TEST(DecodePlan, SkipsWhatIsNotWanted) {
  EXPECT_EQ(decode(plan_of(kMount, {.wanted = {"mount.state", "ok", "nowhere"}}), mount_bytes()),
            "mount.state=1:ON ok=true ");
  EXPECT_EQ(decode(plan_of(kMount, {.wanted = {"mount", "either"}}), mount_bytes()),
            "mount.azimuth=1.5 mount.state=1:ON either='\"\\\"y\\\"\"' ");
  EXPECT_EQ(decode(plan_of(kMount, {.wanted = {"nowhere"}}), mount_bytes()), "");
}

TEST(DecodePlan, DoesNotMergeSkipsAcrossTheEndOfABranch) {
  const DecodePlan plan = plan_of(R"({"type":"record","name":"R","fields":[
      {"name":"m","type":["null",{"type":"record","name":"M","fields":[{"name":"a","type":"int"},{"name":"b","type":"float"}]}]},
      {"name":"c","type":"double"},{"name":"d","type":"float"},{"name":"e","type":"int"}]})",
                                  {.wanted = {"m.a", "e"}});
  const Bytes tail = std::string(12, '\7') + "\x0a";
  EXPECT_EQ(decode(plan, Bytes("\0", 1) + tail), "m.a=null e=5 ");
  EXPECT_EQ(decode(plan, "\x02\x06zzzz" + tail), "m.a=3 e=5 ");
}

TEST(DecodePlan, ReadsBlocksThatTellTheirSize) {
  const DecodePlan plan = plan_of(R"({"type":"array","items":"long"})");
  EXPECT_EQ(decode(plan, BytesView("\x03\x04\x02\x04\x02\x06\x00", 7)), "=[ =1 =2 =3 =] ");
  EXPECT_THAT(decode(plan, BytesView("\x03\x02\x02\x04\x00", 5)),
              testing::HasSubstr("not as long as it says"));
  const DecodePlan skipping = plan_of(R"({"type":"record","name":"R","fields":[
      {"name":"a","type":{"type":"array","items":"long"}},{"name":"b","type":"int"}]})",
                                      {.wanted = {"b"}});
  EXPECT_EQ(decode(skipping, BytesView("\x03\x04\xff\xff\x00\x08", 6)), "b=4 ");
}

TEST(DecodePlan, TurnsRecursionAndArraysOfRecordsIntoJson) {
  const DecodePlan plan =
      plan_of(R"({"type":"record","name":"Node","fields":[{"name":"v","type":"int"},
      {"name":"next","type":["null","Node"]},
      {"name":"all","type":{"type":"array","items":{"type":"record","name":"P","fields":[{"name":"x","type":"double"}]}}}]})");
  EXPECT_THAT(paths(plan), ElementsAre("v", "next", "all"));
  Bytes bytes = "\x02";
  append_long(bytes, 1);
  bytes += BytesView("\x04\x00\x00", 3);
  append_long(bytes, 1);
  append_double(bytes, std::numeric_limits<double>::quiet_NaN());
  append_long(bytes, 0);
  EXPECT_EQ(decode(plan, bytes),
            "v=1 next='{\"v\":2,\"next\":null,\"all\":[]}' all='[{\"x\":\"NaN\"}]' ");
}

TEST(DecodePlan, NamesThePlaceOfCorruptBytes) {
  const DecodePlan plan = plan_of(kMount);
  const Bytes good = mount_bytes();
  EXPECT_EQ(decode(plan, ""), "corrupt: sent: the bytes end inside an integer (byte 0)");
  EXPECT_EQ(decode(plan, good + "zz"), "corrupt: 2 bytes more than the record takes (byte " +
                                           std::to_string(good.size()) + ")");
  Bytes bad = good;
  bad[11] = '\x04';
  EXPECT_EQ(decode(plan, bad),
            "corrupt: mount.state: an index of a symbol or branch that does not exist (byte 12)");
  bad[11] = '\x02';
  bad[12] = '\x03';
  EXPECT_EQ(decode(plan, bad),
            "corrupt: mount.state: an index of a symbol or branch that does not exist (byte 13)");
}

TEST(DecodePlan, RefusesEveryFrontOfARecord) {
  const DecodePlan plan = plan_of(kMount);
  const Bytes good = mount_bytes();
  for (size_t size = 0; size < good.size(); ++size) {
    RecordingVisitor visitor(plan);
    EXPECT_ERROR(ErrorCode::corrupt, plan.decode(BytesView(good).substr(0, size), visitor));
  }
}

TEST(DecodePlan, ReadsNeighbouringRealsTogetherButStopsAtTheEndOfABranch) {
  const DecodePlan plan = plan_of(R"({"type":"record","name":"R","fields":[
      {"name":"a","type":"double"},{"name":"b","type":"double"},
      {"name":"c","type":["null","double"]},{"name":"d","type":"double"},
      {"name":"e","type":{"type":"array","items":"double"}},{"name":"f","type":"double"},
      {"name":"g","type":"float"},{"name":"h","type":"float"}]})");
  const auto bytes = [](bool with_c, int items) {
    Bytes out;
    append_double(out, 1);
    append_double(out, 2);
    append_long(out, with_c ? 1 : 0);
    if (with_c) append_double(out, 3);
    append_double(out, 4);
    if (items > 0) append_long(out, items);
    for (int i = 0; i < items; ++i) append_double(out, 5 + i);
    append_long(out, 0);
    append_double(out, 7);
    append_float(out, 8);
    append_float(out, 9);
    return out;
  };
  EXPECT_EQ(decode(plan, bytes(true, 2)),
            "a=1.0 b=2.0 c=3.0 d=4.0 e=[ e=5.0 e=6.0 e=] f=7.0 g=8.0 h=9.0 ");
  EXPECT_EQ(decode(plan, bytes(false, 0)), "a=1.0 b=2.0 c=null d=4.0 e=[ e=] f=7.0 g=8.0 h=9.0 ");
  EXPECT_EQ(decode(plan, bytes(true, 2).substr(0, 12)),
            "corrupt: b: the bytes end inside a double (byte 8)");
  const Bytes whole = bytes(true, 2);
  EXPECT_THAT(decode(plan, whole.substr(0, whole.size() - 1)), testing::StartsWith("corrupt: h: "));
}

TEST(DecodePlan, ReadsRecordsThatFollowEachOther) {
  const DecodePlan plan = plan_of(R"("int")");
  RecordingVisitor visitor(plan);
  BinaryReader reader("\x02\x04\x80");
  ASSERT_OK(plan.decode_next(reader, visitor));
  EXPECT_EQ(reader.position(), 1u);
  Columns columns(plan);
  ASSERT_OK(plan.decode_next(reader, columns));
  EXPECT_EQ(reader.position(), 2u);
  EXPECT_EQ(visitor.text(), "=1 ");
  EXPECT_THAT(columns.integers(0), testing::ElementsAre(2));
  EXPECT_ERROR(ErrorCode::corrupt, plan.decode_next(reader, columns));
  EXPECT_EQ(reader.position(), 2u);
  EXPECT_EQ(columns.rows(), 1u);
}

TEST(DecodePlan, RefusesSchemasThatStandForTooManyLeaves) {
  std::string text =
      R"({"type":"record","name":"R","fields":[{"name":"f0","type":{"type":"record","name":"T0","fields":[]}})";
  for (int i = 1; i <= 25; ++i) {
    const std::string before = "\"T" + std::to_string(i - 1) + "\"";
    text += R"(,{"name":"f)" + std::to_string(i) + R"(","type":{"type":"record","name":"T)" +
            std::to_string(i) + R"(","fields":[{"name":"a","type":)" + before +
            R"(},{"name":"b","type":)" + before + "}]}}";
  }
  ASSERT_OK_AND_ASSIGN(const Schema schema, parse_schema(text + "]}"));
  EXPECT_ERROR(ErrorCode::unsupported, DecodePlan::compile(schema));
  ASSERT_OK_AND_ASSIGN(const Schema three, parse_schema(R"({"type":"record","name":"R","fields":[
      {"name":"a","type":"int"},{"name":"b","type":"int"},{"name":"c","type":"int"}]})"));
  EXPECT_ERROR(ErrorCode::unsupported, DecodePlan::compile(three, {.max_leaves = 2}));
  EXPECT_OK(DecodePlan::compile(three, {.max_leaves = 3}));
}

}  // namespace
}  // namespace weir::avro

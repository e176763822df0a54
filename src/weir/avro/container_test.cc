#include "weir/avro/container.h"

#include <gmock/gmock.h>

#include <limits>

#include "weir/avro/container_reader.h"
#include "weir/avro/container_writer.h"
#include "weir/avro/recording_visitor.h"
#include "weir/avro/resolution.h"
#include "weir/testing/hex.h"
#include "weir/testing/matchers.h"

namespace weir::avro {
namespace {

using testing::from_hex;
using Step = ContainerReader::Step;
using Damage = ContainerReadOptions::Damage;

constexpr ContainerCodec kCodecs[] = {ContainerCodec::null, ContainerCodec::deflate,
                                      ContainerCodec::snappy, ContainerCodec::zstandard};
constexpr const char* kPointing = R"({"type":"record","name":"Pointing","fields":[
    {"name":"time","type":"double"},{"name":"azimuth","type":["null","double"]},
    {"name":"tag","type":"string"}]})";

Schema schema_of(std::string_view text) { return *parse_schema(text); }

Value pointing(int i) {
  Value azimuth;
  if (i % 3 != 0) azimuth.data = i * 0.5;
  azimuth.branch = i % 3 == 0 ? 0 : 1;
  return {Value::Record{{{"time", {1e9 + i, {}}},
                         {"azimuth", azimuth},
                         {"tag", {"exposure " + std::to_string(i), {}}}}},
          {}};
}

std::vector<Value> pointings(int count) {
  std::vector<Value> all;
  for (int i = 0; i < count; ++i) all.push_back(pointing(i));
  return all;
}

Bytes file_of(const Schema& schema, const std::vector<Value>& records,
              ContainerWriterOptions options = {}) {
  Bytes out;
  Result<ContainerWriter> writer = ContainerWriter::start(schema, std::move(options), out);
  EXPECT_OK(writer);
  for (const Value& record : records) EXPECT_OK(writer->append(record, out));
  EXPECT_OK(writer->flush(out));
  return out;
}

// What a whole file comes to.
struct Contents {
  std::vector<Value> records;
  std::vector<uint64_t> blocks;  // their positions
  Step last = Step::need_bytes;
  std::optional<Error> error;
  ContainerSkips skips;
  uint64_t position = 0;
};

Contents read(BytesView file, const ContainerReadOptions& options = {}, size_t piece = 1 << 16) {
  ContainerReader reader(options);
  Contents contents;
  for (;;) {
    const Result<Step> step = reader.next();
    contents.position = reader.position();
    contents.skips = reader.skips();
    if (!step) {
      contents.error = step.error();
      return contents;
    }
    contents.last = *step;
    if (*step == Step::end || *step == Step::cut_off) return contents;
    if (*step == Step::need_bytes) {
      if (file.empty()) reader.finish();
      reader.feed(file.substr(0, piece));
      file.remove_prefix(std::min(piece, file.size()));
    }
    if (*step != Step::block) continue;
    contents.blocks.push_back(reader.block().position);
    BlockRecords records(reader.block());
    while (!records.at_end()) {
      Result<Value> record = records.decode_value(reader.schema());
      if (!record) {
        contents.error = record.error();
        return contents;
      }
      contents.records.push_back(std::move(*record));
    }
  }
}

std::string error_of(const Contents& contents) {
  return contents.error ? contents.error->to_string() : "none";
}

// A file of ints without compression, whose blocks can be written down.
Bytes int_file(std::string_view blocks_hex) {
  return file_of(schema_of(R"("int")"), {}) + from_hex(blocks_hex);
}

const std::string& sync_hex() {
  static const std::string hex = [] {
    std::string text;
    for (const char c : make_sync_marker(0)) {
      text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
      text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return text;
  }();
  return hex;
}

TEST(Container, WritesTheHeaderAndBlocksOfTheSpecification) {
  SyncMarker sync;
  std::copy_n("0123456789abcdef", 16, sync.data());
  const Bytes file = file_of(schema_of(R"("int")"), {{int64_t{1}, {}}, {int64_t{-2}, {}}},
                             {.metadata = {{"site", "summit"}}, .sync = sync});
  EXPECT_EQ(file, from_hex("4f626a01 06"                             // magic, three entries
                           "16 6176726f2e736368656d61 0a22696e7422"  // avro.schema "int"
                           "14 6176726f2e636f646563 08 6e756c6c"     // avro.codec null
                           "08 73697465 0c 73756d6d6974 00"          // site summit
                           "30313233343536373839616263646566"        // sync marker
                           "04 04 02 03"                             // two records in two bytes
                           "30313233343536373839616263646566"));
}

TEST(Container, GivesBackEveryRecordWithEveryCodecInPiecesOfEverySize) {
  const Schema schema = schema_of(kPointing);
  const std::vector<Value> records = pointings(500);
  for (const ContainerCodec codec : kCodecs) {
    const Bytes file = file_of(schema, records, {.codec = codec, .block_size = 1000});
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}, file.size()}) {
      const Contents contents = read(file, {}, piece);
      EXPECT_EQ(error_of(contents), "none");
      EXPECT_EQ(contents.last, Step::end);
      EXPECT_EQ(contents.position, file.size());
      EXPECT_GT(contents.blocks.size(), 10u);
      EXPECT_TRUE(contents.records == records) << to_string(codec) << " " << piece;
    }
  }
}

TEST(Container, TellsWhatTheHeaderSays) {
  const Schema schema = schema_of(kPointing);
  const Bytes file =
      file_of(schema, {}, {.codec = ContainerCodec::deflate, .metadata = {{"site", "summit\xFF"}}});
  ContainerReader reader;
  reader.feed(file);
  reader.finish();
  ASSERT_OK_AND_ASSIGN(Step step, reader.next());
  ASSERT_EQ(step, Step::header);
  EXPECT_TRUE(reader.schema() == schema);
  EXPECT_EQ(reader.codec(), ContainerCodec::deflate);
  EXPECT_EQ(reader.sync(), make_sync_marker(0));
  ASSERT_NE(reader.find_metadata("site"), nullptr);
  EXPECT_EQ(*reader.find_metadata("site"), "summit\xFF");
  EXPECT_EQ(reader.find_metadata("other"), nullptr);
  EXPECT_EQ(reader.metadata().size(), 3u);
  ASSERT_OK_AND_ASSIGN(step, reader.next());
  EXPECT_EQ(step, Step::end);
}

TEST(Container, ReadsMetadataInSeveralBlocksAndWithSizes) {
  const Bytes file = from_hex(
      "4f626a01"
      "01 14 08 73697465 0a 6261736500"  // one entry in 10 bytes: site base, wrong on purpose below
      "");
  EXPECT_EQ(read(file).error->code(), ErrorCode::corrupt);
  const Bytes good = from_hex(
      "4f626a01"
      "01 14 08 73697465 08 62617365"              // -1 entry, 10 bytes: site = base
      "02 16 6176726f2e736368656d61 0a22696e7422"  // avro.schema
      "02 08 73697465 0c 73756d6d6974 00"          // site again: the last one counts
      "30313233343536373839616263646566"
      "02 02 0e 30313233343536373839616263646566");
  ContainerReader reader;
  reader.feed(good);
  ASSERT_OK(reader.next());
  EXPECT_EQ(*reader.find_metadata("site"), "summit");
  EXPECT_EQ(reader.codec(), ContainerCodec::null);
  EXPECT_EQ(read(good, {}, 1).records, (std::vector<Value>{{int64_t{7}, {}}}));
}

TEST(Container, DecodesThroughAPlanAndGivesTheBytesOfRecords) {
  const Schema schema = schema_of(kPointing);
  const Bytes file = file_of(schema, pointings(3), {.codec = ContainerCodec::snappy});
  ContainerReader reader;
  reader.feed(file);
  ASSERT_OK(reader.next());
  ASSERT_OK(reader.next());
  ASSERT_OK_AND_ASSIGN(const DecodePlan plan, DecodePlan::compile(reader.schema()));
  RecordingVisitor visitor(plan);
  BlockRecords records(reader.block());
  while (!records.at_end()) ASSERT_OK(records.decode(plan, visitor));
  EXPECT_EQ(visitor.text(),
            "time=1000000000.0 azimuth=null tag='exposure 0' time=1000000001.0 azimuth=0.5 "
            "tag='exposure 1' time=1000000002.0 azimuth=1.0 tag='exposure 2' ");

  Columns columns(plan);
  BlockRecords into_columns(reader.block());
  while (!into_columns.at_end()) ASSERT_OK(into_columns.decode(plan, columns));
  EXPECT_THAT(columns.doubles(0), ::testing::ElementsAre(1e9, 1e9 + 1, 1e9 + 2));

  BlockRecords again(reader.block());
  for (int i = 0; i < 3; ++i) {
    Bytes expected;
    ASSERT_OK(encode_value(schema, pointing(i), expected));
    ASSERT_OK_AND_ASSIGN(const BytesView bytes, again.decode_bytes(schema));
    EXPECT_EQ(bytes, expected);
  }
  EXPECT_TRUE(again.at_end());
}

TEST(Container, DecodesThroughAResolutionAndPassesOverWhatItRefuses) {
  const Schema writer = schema_of(R"({"type":"record","name":"R","fields":[
      {"name":"x","type":["int","string"]},{"name":"y","type":"int"}]})");
  const Schema reader_schema = schema_of(
      R"({"type":"record","name":"R","fields":[{"name":"x","type":"long"},{"name":"z","type":"int","default":7}]})");
  const auto record = [](Value x, int64_t y) {
    return Value{Value::Record{{{"x", std::move(x)}, {"y", {y, {}}}}}, {}};
  };
  ContainerReader reader;
  reader.feed(file_of(writer, {record({int64_t{1}, 0}, 10), record({std::string("text"), 1}, 20),
                               record({int64_t{3}, 0}, 30)}));
  ASSERT_OK(reader.next());
  ASSERT_OK(reader.next());
  ASSERT_OK_AND_ASSIGN(const Resolution resolution,
                       Resolution::make(reader.schema(), reader_schema));
  ASSERT_OK_AND_ASSIGN(const DecodePlan plan, DecodePlan::compile(resolution));
  RecordingVisitor visitor(plan);
  BlockRecords records(reader.block());
  ASSERT_OK(records.decode(plan, visitor));
  const Status refused = records.decode(plan, visitor);
  EXPECT_ERROR(ErrorCode::refused, refused);
  EXPECT_THAT(refused.error().message(), ::testing::HasSubstr(", record 1: x: "));
  ASSERT_OK(records.decode_bytes(reader.schema()));
  ASSERT_OK(records.decode(plan, visitor));
  EXPECT_TRUE(records.at_end());
  EXPECT_EQ(visitor.text(), "x=1 z=7 x=3 z=7 ");
}

TEST(Container, KeepsRecordsThatTakeNoBytes) {
  const std::vector<Value> nulls(5000);
  for (const ContainerCodec codec : kCodecs) {
    const Bytes file = file_of(schema_of(R"("null")"), nulls, {.codec = codec});
    EXPECT_LT(file.size(), 200u);
    EXPECT_EQ(read(file).records.size(), 5000u) << to_string(codec);
    EXPECT_EQ(read(file, {.max_empty_records = 10}).error->code(), ErrorCode::refused);
  }
}

TEST(Container, WritesARecordOnlyWhenItFits) {
  Bytes out;
  ASSERT_OK_AND_ASSIGN(ContainerWriter writer,
                       ContainerWriter::start(schema_of(R"("int")"), {}, out));
  EXPECT_ERROR(ErrorCode::invalid_argument, writer.append(Value{true, {}}, out));
  EXPECT_OK(writer.append(Value{int64_t{3}, {}}, out));
  EXPECT_OK(writer.append(BytesView("\x08"), out));
  EXPECT_EQ(writer.records(), 2u);
  ASSERT_OK(writer.flush(out));
  ASSERT_OK(writer.flush(out));
  EXPECT_EQ(read(out).records, (std::vector<Value>{{int64_t{3}, {}}, {int64_t{4}, {}}}));
}

TEST(Container, RefusesMetadataOfTheFormat) {
  const auto start = [](std::vector<ContainerMetadata> metadata) {
    Bytes out;
    const auto writer =
        ContainerWriter::start(schema_of(R"("int")"), {.metadata = std::move(metadata)}, out);
    EXPECT_TRUE(writer || out.empty());
    return writer ? "fine" : writer.error().message();
  };
  EXPECT_EQ(start({{"site", "a"}, {"avro", "b"}}), "fine");
  EXPECT_EQ(start({{"avro.codec", "a"}}),
            "metadata \"avro.codec\": keys that begin with avro. are reserved");
  EXPECT_EQ(start({{"site", "a"}, {"site", "b"}}), "metadata \"site\": the key comes twice");
  EXPECT_EQ(start({{"\xFF", "a"}}), "metadata \"?\": the key is not UTF-8");
}

TEST(ContainerDamage, TellsATruncatedFileFromADamagedOne) {
  const Schema schema = schema_of(kPointing);
  const Bytes file = file_of(schema, pointings(100), {.block_size = 1000});
  const Contents whole = read(file);
  ASSERT_GT(whole.blocks.size(), 2u);
  for (size_t size = 0; size < file.size(); ++size) {
    const Contents cut = read(BytesView(file).substr(0, size));
    EXPECT_EQ(error_of(cut), "none") << size;
    const auto starts = std::find(whole.blocks.begin(), whole.blocks.end(), size);
    const bool between = starts != whole.blocks.end();
    EXPECT_EQ(cut.last, between ? Step::end : Step::cut_off) << size;
    if (size <= whole.blocks.front()) continue;
    // Where the unfinished block begins: what to cut the file back to.
    const auto next = std::upper_bound(whole.blocks.begin(), whole.blocks.end(), size);
    EXPECT_EQ(cut.position, between ? size : *(next - 1)) << size;
    EXPECT_EQ(cut.blocks.size(), static_cast<size_t>(next - whole.blocks.begin()) - 1) << size;
  }
}

TEST(ContainerDamage, NamesTheReasonAndThePlace) {
  const std::string& sync = sync_hex();
  const size_t start = int_file("").size();
  const std::string at = "the block at byte " + std::to_string(start);
  const auto error = [](const Bytes& file) { return error_of(read(file)); };
  EXPECT_EQ(error(int_file("02 02 0e" + sync)), "none");
  EXPECT_EQ(error(int_file("02 02 0e" + sync.substr(2) + "00")),
            "corrupt: " + at + ": no sync marker where it must end");
  EXPECT_EQ(error(int_file("01 02 0e" + sync)), "corrupt: " + at + ": a negative count of records");
  EXPECT_EQ(error(int_file("02 01 0e" + sync)), "corrupt: " + at + ": a negative size");
  EXPECT_EQ(error(int_file("04 02 0e" + sync)),
            "corrupt: " + at + ": a count that its bytes cannot hold");
  EXPECT_EQ(error(int_file("00 02 0e" + sync)), "corrupt: " + at + ": bytes without records");
  EXPECT_EQ(error(int_file("02 04 0e0e" + sync)),
            "corrupt: " + at + ", record 0: the block has more bytes than its records");
  EXPECT_EQ(error(int_file("04 04 8e0e" + sync)),
            "corrupt: " + at + ", record 1: the bytes end inside an integer (byte 2)");
  EXPECT_EQ(error(int_file("ffffffffffffffffffff")),
            "corrupt: " + at + ": a count or size of more than 64 bits");
  EXPECT_EQ(
      error(int_file("02 feffffffffffffffff01")),
      "refused: " + at + ": its size of 9223372036854775807 bytes is beyond the limit of 67108864");
}

TEST(ContainerDamage, ReadsABlockOfNoRecordsAsNothing) {
  const Contents contents = read(int_file("00 00" + sync_hex() + "02 02 0e" + sync_hex()));
  EXPECT_EQ(error_of(contents), "none");
  EXPECT_EQ(contents.records.size(), 1u);
  EXPECT_EQ(contents.blocks.size(), 1u);
}

TEST(ContainerDamage, RefusesHeadersThatAreNone) {
  const auto error = [](std::string_view hex) { return error_of(read(from_hex(hex))); };
  EXPECT_EQ(error("50415231"),
            "corrupt: the header: no Avro object container file, which begins with Obj and the "
            "byte 1 (byte 0)");
  EXPECT_EQ(error("4f626a02").substr(0, 20), "corrupt: the header:");
  EXPECT_EQ(error("4f626a01 00 30313233343536373839616263646566"),
            "corrupt: the header: no avro.schema");
  EXPECT_EQ(error("4f626a01 02 16 6176726f2e736368656d61 0a22696e7822 00"
                  "30313233343536373839616263646566")
                .substr(0, 36),
            "corrupt: the schema in the header: $");
  EXPECT_EQ(error("4f626a01 02 14 6176726f2e636f646563 0a 627a697032 00"
                  "30313233343536373839616263646566"),
            "unsupported: the header: unknown codec \"bzip2\": null, deflate, snappy and zstandard "
            "are known");
  EXPECT_EQ(error("4f626a01 02 fdffffffffffffffff01"),
            "corrupt: the header: an impossible length (byte 5)");
  EXPECT_EQ(error("4f626a01 02 feffffffffffffffff01"),
            "corrupt: the header: a length beyond what is allowed (byte 5)");
  EXPECT_EQ(error("4f626a01 ffffffffffffffffffff01"),
            "corrupt: the header: a count of more than 64 bits (byte 4)");
  EXPECT_EQ(error("4f626a01 01 06 00 00"),
            "corrupt: the header: metadata that is not as long as it says (byte 8)");
  EXPECT_EQ(error("4f626a01 02 04 ff00 00"),
            "corrupt: the header: a key that is not UTF-8 (byte 8)");
  EXPECT_EQ(error_of(read(Bytes(kContainerMagic) + from_hex("feffff0f") + Bytes(20'000, '\0'),
                          {.max_header_size = 30'000})),
            "none");
  EXPECT_EQ(error_of(read(Bytes(kContainerMagic) + from_hex("feffff0f") + Bytes(20'000, '\0'),
                          {.max_header_size = 10'000})),
            "refused: the header is longer than 10000 bytes");
}

TEST(ContainerDamage, KeepsItsError) {
  ContainerReader reader;
  reader.feed(int_file("01 02 0e" + sync_hex() + "02 02 0e" + sync_hex()));
  ASSERT_OK(reader.next());
  EXPECT_ERROR(ErrorCode::corrupt, reader.next());
  reader.feed(from_hex("02 02 0e" + sync_hex()));
  EXPECT_ERROR(ErrorCode::corrupt, reader.next());
}

TEST(ContainerDamage, FindsTheChecksumOfSnappyWrong) {
  Bytes file =
      file_of(schema_of(R"("int")"), {{int64_t{7}, {}}}, {.codec = ContainerCodec::snappy});
  file[file.size() - 17] ^= 1;
  EXPECT_THAT(error_of(read(file)), ::testing::HasSubstr("checksum of a snappy block"));
}

TEST(ContainerDamage, SkipsToTheNextMarkerAndCounts) {
  const Schema schema = schema_of(kPointing);
  const std::vector<Value> records = pointings(400);
  for (const ContainerCodec codec : kCodecs) {
    const Bytes file = file_of(schema, records, {.codec = codec, .block_size = 1000});
    const Contents whole = read(file);
    ASSERT_GT(whole.blocks.size(), 8u);
    Bytes damaged = file;
    damaged[whole.blocks[2] - 1] ^= 1;           // the marker of block 1
    store_le(&damaged[whole.blocks[5]], ~0ULL);  // the head of block 5
    for (const size_t piece : {size_t{1}, size_t{100}, file.size()}) {
      const Contents left = read(damaged, {.damage = Damage::skip}, piece);
      EXPECT_EQ(error_of(left), "none");
      EXPECT_EQ(left.last, Step::end);
      EXPECT_EQ(left.skips.places, 2u) << to_string(codec);
      const uint64_t lost = whole.blocks[3] - whole.blocks[1] + whole.blocks[6] - whole.blocks[5];
      EXPECT_EQ(left.skips.bytes, lost);
      ASSERT_TRUE(left.skips.first_reason);
      EXPECT_THAT(left.skips.first_reason->message(), ::testing::HasSubstr("no sync marker"));
      std::vector<uint64_t> expected = whole.blocks;
      expected.erase(expected.begin() + 5);
      expected.erase(expected.begin() + 1, expected.begin() + 3);
      EXPECT_EQ(left.blocks, expected);
    }
    EXPECT_EQ(read(damaged).error->code(), ErrorCode::corrupt);
  }
}

TEST(ContainerDamage, FindsBlocksInsideOneWhoseSizeIsWrong) {
  // The first block claims to be longer than the file.
  const Bytes file =
      int_file("02 fefb01 0e" + sync_hex() + "02 02 10" + sync_hex() + "02 02 12" + sync_hex());
  EXPECT_EQ(read(file).last, Step::cut_off);
  const Contents left = read(file, {.damage = Damage::skip});
  EXPECT_EQ(left.last, Step::end);
  EXPECT_EQ(left.records, (std::vector<Value>{{int64_t{8}, {}}, {int64_t{9}, {}}}));
  EXPECT_EQ(left.skips.places, 1u);
  // A file that is only cut off stays so.
  const Contents cut = read(int_file("02 02 0e" + sync_hex() + "02 02"), {.damage = Damage::skip});
  EXPECT_EQ(cut.last, Step::cut_off);
  EXPECT_EQ(cut.skips.bytes, 2u);
  EXPECT_EQ(cut.records.size(), 1u);
}

TEST(ContainerDamage, SkipsAsManyDamagedBlocksAsThereAre) {
  std::string blocks;
  for (int i = 0; i < 200'000; ++i) blocks += "01" + sync_hex();
  const Contents left = read(int_file(blocks), {.damage = Damage::skip}, SIZE_MAX);
  EXPECT_EQ(left.skips.places, 200'000u);
  EXPECT_EQ(left.last, Step::end);
}

TEST(ContainerLimits, TakeNoMoreMemoryThanASmallFileJustifies) {
  // 2 MiB of zeros, which Zstandard packs into some hundred bytes.
  const Bytes file = file_of(schema_of(R"({"type":"array","items":"boolean"})"),
                             {{std::vector<Value>(2 << 20, Value{false, {}}), {}}},
                             {.codec = ContainerCodec::zstandard});
  EXPECT_LT(file.size(), 500u);
  EXPECT_THAT(error_of(read(file)), ::testing::HasSubstr("unpacks to more than 1048576 bytes"));
}

TEST(ContainerLimits, BoundWhatABlockUnpacksTo) {
  const Bytes zeros(20'000'000, '\0');
  const Schema schema = schema_of(R"("bytes")");
  for (const ContainerCodec codec : kCodecs) {
    const Bytes file = file_of(schema, {{Value::Binary{zeros}, {}}}, {.codec = codec});
    EXPECT_EQ(read(file, {.max_unpacked_size = 19'000'000}).error->code(), ErrorCode::refused)
        << to_string(codec);
    // Only Zstandard packs zeros so tightly that it needs a limit of its own.
    const Contents contents = read(file);
    if (codec == ContainerCodec::zstandard) {
      EXPECT_EQ(contents.error->code(), ErrorCode::refused);
    } else {
      EXPECT_EQ(error_of(contents), "none") << to_string(codec);
    }
  }
}

TEST(ContainerLimits, LetRecordsShareTheItemsThatTakeNoBytes) {
  // A record is the count of its nulls; each may have some, and all of them little more.
  const Schema nulls = schema_of(R"({"type":"array","items":"null"})");
  const auto read_records = [&](size_t count, int64_t items) {
    Bytes bytes;
    for (size_t i = 0; i < count; ++i) {
      append_long(bytes, items);
      append_long(bytes, 0);
    }
    BlockRecords records({.position = 0, .records = count, .bytes = bytes});
    const DecodePlan plan = std::move(*DecodePlan::compile(nulls));
    Visitor nobody;
    size_t read = 0;
    while (!records.at_end() && records.decode(plan, nobody)) ++read;
    BlockRecords values({.position = 0, .records = count, .bytes = bytes});
    size_t read_values = 0;
    while (!values.at_end() && values.decode_value(nulls)) ++read_values;
    EXPECT_EQ(read, read_values);
    return read;
  };
  EXPECT_EQ(read_records(1000, 1000), 1000u);
  EXPECT_LT(read_records(1000, 2500), 3u);
}

}  // namespace
}  // namespace weir::avro

#include <gmock/gmock.h>

#include "weir/kafka/text/record_envelope.h"
#include "weir/kafka/text/record_format.h"
#include "weir/kafka/text/record_splitter.h"
#include "weir/testing/matchers.h"

namespace weir::kafka::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::string_literals;
using namespace std::string_view_literals;

const client::HeaderView kHeaders[] = {{"a", "1"}, {"b", std::nullopt}, {"a", ""}};

client::IncomingRecord sample() {
  return {.topic = "alerts",
          .partition = 3,
          .offset = INT64_C(9007199254740993),
          .timestamp = from_millis(1763823706250),
          .key = "k",
          .value = "v\n",
          .headers = kHeaders};
}

std::string formatted(std::string_view text, const client::IncomingRecord& record,
                      std::string nulls = "") {
  const auto format = RecordFormat::parse(text, std::move(nulls));
  EXPECT_TRUE(format) << (format ? "" : format.error().to_string());
  std::string out;
  if (format) format->append(out, record);
  return out;
}

TEST(RecordFormat, PutsTheRecordInPlaceOfItsTokens) {
  EXPECT_EQ(formatted("%t [%p] %o %T %k(%K) %s(%S) %h%%\\n", sample()),
            "alerts [3] 9007199254740993 1763823706250 k(1) v\n(2) a=1,b=,a=%\n");
  EXPECT_EQ(formatted("%R%s", sample()), "\0\0\0\2v\n"s);
}

TEST(RecordFormat, ShowsNullsAsAskedAndCountsThemAsMinusOne) {
  EXPECT_EQ(formatted("%k %K %s %S %T", {}, "NULL"), "NULL -1 NULL -1 -1");
  EXPECT_EQ(formatted("%k%s", {}), "");
  EXPECT_EQ(formatted("%R", {}), "\xff\xff\xff\xff");
}

TEST(RecordFormat, TakesEscapesAndRefusesUnknownOnes) {
  EXPECT_EQ(formatted("\\t\\x41\\\\\\0", {}), "\tA\\\0"s);
  for (const char* bad : {"%", "%z", "\\", "\\q", "\\x4", "\\xzz"})
    EXPECT_ERROR(ErrorCode::invalid_argument, RecordFormat::parse(bad)) << bad;
}

std::string envelope(const client::IncomingRecord& record, BytesAs bytes = BytesAs::text_if_utf8) {
  std::string out;
  append_envelope(out, record, bytes);
  return out;
}

TEST(RecordEnvelope, IsTheObjectThatKcatPrintsWith64BitsExact) {
  EXPECT_EQ(envelope(sample()),
            R"({"topic":"alerts","partition":3,"offset":9007199254740993,"tstype":"create",)"
            R"("ts":1763823706250,"headers":["a","1","b",null,"a",""],"key":"k","payload":"v\n"})");
}

TEST(RecordEnvelope, KeepsEveryRecordWhateverItsBytes) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const client::HeaderView binary[] = {{"raw", BytesView(all)}, {"none", std::nullopt}, {"t", "x"}};
  for (const std::optional<BytesView>& bytes :
       {std::optional<BytesView>(), std::optional<BytesView>(""), std::optional<BytesView>("text"),
        std::optional<BytesView>(all), std::optional<BytesView>("\xc3\xa9\0"sv)}) {
    for (const BytesAs how : {BytesAs::text_if_utf8, BytesAs::base64}) {
      client::IncomingRecord record = sample();
      record.key = record.value = bytes;
      record.headers = binary;
      ASSERT_OK_AND_ASSIGN(const ParsedRecord read, parse_envelope(envelope(record, how)));
      EXPECT_EQ(read.key, bytes);
      EXPECT_EQ(read.value, bytes);
      EXPECT_EQ(read.timestamp, record.timestamp);
      EXPECT_EQ(read.topic, "alerts");
      EXPECT_EQ(read.partition, 3);
      EXPECT_THAT(read.headers, ElementsAre(std::pair("raw", std::optional(all)),
                                            std::pair("none", std::optional<Bytes>()),
                                            std::pair("t", std::optional<Bytes>("x"))));
    }
  }
}

TEST(RecordEnvelope, SaysWhatIsWrong) {
  for (const char* bad :
       {"", "7", "{}", R"({"payload":7})", R"({"payload":"x","payload_encoding":"hex"})",
        R"({"payload":"%","payload_encoding":"base64"})", R"({"payload":"x","partition":-1})",
        R"({"payload":"x","ts":9223372036854775807})", R"({"payload":"x","headers":["a"]})",
        R"({"payload":"x","headers":[1,"a"]})", R"({"payload":"x","topic":1})"})
    EXPECT_ERROR(ErrorCode::invalid_argument, parse_envelope(bad)) << bad;
}

struct Pieces {
  std::vector<std::string> found;
  RecordSplitter::Sink sink() {
    return [this](BytesView piece, bool too_long) {
      found.push_back(too_long ? "(too long)" : std::string(piece));
    };
  }
};

TEST(RecordSplitter, FindsTheSamePiecesHoweverTheBytesCome) {
  const std::string stream = "one\r\n\r\nthree\r four\r\nlast";
  for (size_t step = 1; step <= stream.size(); ++step) {
    Pieces pieces;
    RecordSplitter splitter("\r\n", 100, pieces.sink());
    for (size_t at = 0; at < stream.size(); at += step)
      splitter.add(BytesView(stream).substr(at, step));
    splitter.finish();
    EXPECT_THAT(pieces.found, ElementsAre("one", "", "three\r four", "last")) << step;
  }
}

TEST(RecordSplitter, PassesOverAPieceThatIsTooLong) {
  for (size_t step = 1; step <= 40; ++step) {
    const std::string stream = "12345\n" + std::string(20, 'x') + "\n123456\nok\n";
    Pieces pieces;
    RecordSplitter splitter("\n", 5, pieces.sink());
    for (size_t at = 0; at < stream.size(); at += step)
      splitter.add(BytesView(stream).substr(at, step));
    splitter.finish();
    EXPECT_THAT(pieces.found, ElementsAre("12345", "(too long)", "(too long)", "ok")) << step;
  }
}

}  // namespace
}  // namespace weir::kafka::text

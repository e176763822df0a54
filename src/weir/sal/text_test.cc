#include "weir/sal/text.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "weir/avro/binary.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/schema.h"
#include "weir/base/json.h"
#include "weir/sal/avro_profile.h"
#include "weir/testing/matchers.h"

namespace weir::sal {
namespace {

using ::testing::HasSubstr;

constexpr Timestamp kNow{std::chrono::milliseconds(1'700'000'000'000)};

Item item(std::string name, ItemType type, int64_t count = 1) {
  Item made;
  made.name = std::move(name);
  made.type = type;
  made.count = count;
  return made;
}

Item enumeration(std::string name, std::vector<Enumerator> enumerators, int64_t count = 1) {
  Item made = item(std::move(name), ItemType::long32, count);
  made.enumeration = std::move(enumerators);
  return made;
}

Topic topic_of(std::vector<Item> items) {
  Topic topic;
  topic.name = "Dome_position";
  topic.subsystem = "Dome";
  topic.items = std::move(items);
  return topic;
}

// Writes the decoded values of one record as "leaf=value;…" without the leading fields.
class Recorder : public avro::Visitor {
 public:
  explicit Recorder(const avro::DecodePlan& plan) : plan_(plan) {}
  void on_boolean(size_t leaf, bool value) override { add(leaf, value ? "true" : "false"); }
  void on_integer(size_t leaf, int64_t value) override { add(leaf, std::to_string(value)); }
  void on_real(size_t leaf, double value) override { add(leaf, Json::real(value).print()); }
  void on_text(size_t leaf, std::string_view value) override {
    add(leaf, "<" + std::string(value) + ">");
  }
  void on_bytes(size_t leaf, BytesView value) override {
    add(leaf, "[" + std::string(value) + "]");
  }
  void on_enum(size_t leaf, size_t, std::string_view symbol) override {
    add(leaf, std::string(symbol));
  }
  void begin_array(size_t leaf) override { add(leaf, "("); }
  void end_array(size_t leaf) override { add(leaf, ")"); }

  std::string leading, items;

 private:
  void add(size_t leaf, const std::string& value) {
    (leaf < 7 ? leading : items) += plan_.leaves()[leaf].path + "=" + value + ";";
  }
  const avro::DecodePlan& plan_;
};

// Reads the content of a line of `topic` and decodes the record with the schema of the same topic.
Result<Recorder> read(const Topic& topic, std::string_view content) {
  WEIR_TRY_ASSIGN(const TextParser parser, TextParser::make(topic));
  Bytes record = "front";
  Status parsed = parser.append_avro(content, kNow, record);
  if (!parsed) {
    EXPECT_EQ(record, "front") << "a failed line leaves something behind";
    return parsed.error();
  }
  WEIR_TRY_ASSIGN(const Json json, to_avro(topic, Profile::sqr_029));
  WEIR_TRY_ASSIGN(const avro::Schema schema, avro::parse_schema(json));
  WEIR_TRY_ASSIGN(const avro::DecodePlan plan, avro::DecodePlan::compile(schema));
  Recorder recorder(plan);
  WEIR_TRY(plan.decode(BytesView(record).substr(5), recorder));
  return recorder;
}

std::string content_of(std::string_view values) {
  return " '3.8' , 1548000000.125000 , 1548000000.250000 , 7 , 1 , 2" +
         std::string(values.empty() ? "" : " , ") + std::string(values);
}

std::string items_of(const Topic& topic, std::string_view values) {
  auto recorder = read(topic, content_of(values));
  return recorder ? recorder->items : recorder.error().to_string();
}

TEST(TextLine, IsCutAtItsHead) {
  ASSERT_OK_AND_ASSIGN(const TextLine line,
                       split_line("Dome_logevent Dome_logevent_x:( 'a:(b)' , 1)\r\n"));
  EXPECT_EQ(line.text_topic, "Dome_logevent");
  EXPECT_EQ(line.topic, "Dome_logevent_x");
  EXPECT_EQ(line.content, " 'a:(b)' , 1");
}

TEST(TextLine, NeedsAHeadAndAClosingParenthesis) {
  for (const std::string_view bad :
       {"", "\n", "hello", "Dome_x:( 1)", "a b:( 1", "a b:(", "a b c:( 1)", "a 'b':( 1)", " b:( 1)",
        "a :( 1)", "a b:( 1) tail", "'x:( ' y:( 1)"}) {
    EXPECT_ERROR(ErrorCode::corrupt, split_line(bad)) << bad;
  }
}

TEST(TextParser, ReadsTheLeadingFieldsInTheirTrueOrder) {
  ASSERT_OK_AND_ASSIGN(const Recorder recorder, read(topic_of({}), content_of("")));
  EXPECT_EQ(recorder.leading,
            "kafka_timestamp=1700000000000;sal_revcode=<3.8>;sal_created=1548000000125;"
            "sal_ingested=1548000000250;sal_sequence=7;sal_origin=1;sal_host=2;");
  EXPECT_EQ(recorder.items, "");
}

TEST(TextParser, RoundsStampsToTheMicrosecondAndCutsToTheMillisecond) {
  const auto created = [](std::string_view stamp) {
    auto recorder = read(topic_of({}), "'' , " + std::string(stamp) + " , 0.000000 , 1 , 1 , 1");
    if (!recorder) return recorder.error().to_string();
    const size_t at = recorder->leading.find("sal_created=") + 12;
    return recorder->leading.substr(at, recorder->leading.find(';', at) - at);
  };
  EXPECT_EQ(created("1548000000.001000"), "1548000000001");
  EXPECT_EQ(created("1548000000.123999"), "1548000000123");
  EXPECT_EQ(created("1548000000.9999996"), "1548000001000");
  EXPECT_EQ(created("0.000000"), "0");
  EXPECT_THAT(created("nan"), HasSubstr("field 'sal_created': 'nan' is out of the range"));
  EXPECT_THAT(created("1e300"), HasSubstr("out of the range"));
}

TEST(TextParser, ReadsEveryTypeOfValue) {
  const Topic topic = topic_of(
      {item("yes", ItemType::boolean), item("b", ItemType::byte), item("c", ItemType::character),
       item("s", ItemType::int16), item("u", ItemType::uint32), item("l", ItemType::long32),
       item("ll", ItemType::int64), item("ull", ItemType::uint64), item("f", ItemType::float32),
       item("d", ItemType::float64), item("t", ItemType::string)});
  EXPECT_EQ(items_of(topic,
                     "1 , 65 , 'x' , -7 , -1 , 70000 , -9223372036854775808 , -1 , 0.500000 , "
                     "-12.250000 , 'a, (b) it''s , ok'"),
            "yes=true;b=[A];c=[x];s=-7;u=-1;l=70000;ll=-9223372036854775808;ull=-1;f=0.5;d=-12.25;"
            "t=<a, (b) it''s , ok>;");
}

TEST(TextParser, ReallyReadsBooleans) {
  const Topic topic = topic_of({item("on", ItemType::boolean, 4)});
  EXPECT_EQ(items_of(topic, "0, 1, false, true"), "on=(;on=false;on=true;on=false;on=true;on=);");
  EXPECT_THAT(items_of(topic, "0, 1, 2, 1"),
              HasSubstr("field 'on' element 3 of 4: '2' is neither"));
}

TEST(TextParser, ReadsNumbersThatAreNone) {
  const Topic topic = topic_of({item("x", ItemType::float64, 4), item("y", ItemType::float32)});
  EXPECT_EQ(items_of(topic, "nan, -nan, inf, -inf , -nan"),
            "x=(;x=\"NaN\";x=\"NaN\";x=\"Infinity\";x=\"-Infinity\";x=);y=\"NaN\";");
}

TEST(TextParser, ReadsEnumeratorsByPositionNumberOrSymbol) {
  const Topic positions = topic_of({enumeration("e", {{"red", {}}, {"green", {}}, {"blue", {}}})});
  EXPECT_EQ(items_of(positions, "0"), "e=red;");
  EXPECT_EQ(items_of(positions, "2"), "e=blue;");
  EXPECT_EQ(items_of(positions, "green"), "e=green;");
  for (const char* bad : {"3", "-1", "Red", "1.0", "99999999999999999999"}) {
    EXPECT_THAT(items_of(positions, bad), HasSubstr("is none of its enumerators")) << bad;
  }
  const Topic numbers = topic_of({enumeration("e", {{"a", 4}, {"b", {}}, {"c", 9}})});
  EXPECT_EQ(items_of(numbers, "5"), "e=b;");
  EXPECT_EQ(items_of(numbers, "9"), "e=c;");
  EXPECT_THAT(items_of(numbers, "0"), HasSubstr("is none of its enumerators"));
}

TEST(TextParser, TakesAllNumbersOfAnEnumerationArrayAndKeepsTheFirst) {
  const Topic topic =
      topic_of({enumeration("ccd", {{"e2v", {}}, {"itl", {}}}, 3), item("after", ItemType::int32)});
  EXPECT_EQ(items_of(topic, "1, 0, 0 , 42"), "ccd=itl;after=42;");
  EXPECT_THAT(items_of(topic, "1, 0, 7 , 42"), HasSubstr("element 3 of 3: '7'"));
}

TEST(TextParser, ReadsACharArrayFromOneText) {
  const Topic topic =
      topic_of({item("name", ItemType::character, 256), item("n", ItemType::int32)});
  EXPECT_EQ(items_of(topic, "'ab' , 1"), "name=(;name=[a];name=[b];name=);n=1;");
  EXPECT_EQ(items_of(topic, "'' , 1"), "name=(;name=);n=1;");
}

TEST(TextParser, ReadsArraysOfTextsAndOfBytes) {
  const Topic topic =
      topic_of({item("names", ItemType::string, 2), item("raw", ItemType::byte, 2)});
  EXPECT_EQ(items_of(topic, "'a', b', 'c' , 1, 255"),
            "names=(;names=<a', b>;names=<c>;names=);raw=(;raw=[\1];raw=[\xFF];raw=);");
}

TEST(TextParser, FindsTheOnlyReadingOfTextsThatHoldQuotesCommasAndBrackets) {
  const Topic two = topic_of(
      {item("a", ItemType::string), item("n", ItemType::int32), item("b", ItemType::string)});
  EXPECT_EQ(items_of(two, "'x' , 1 , y' , 2 , 'z'"), "a=<x' , 1 , y>;n=2;b=<z>;");
  EXPECT_EQ(items_of(two, "'' , ' , 2 , '''"), "a=<' , >;n=2;b=<'>;");
  EXPECT_EQ(items_of(two, "')' , 2 , '),('"), "a=<)>;n=2;b=<),(>;");
  // Only a blank tells the text's own comma from the writer's.
  const Topic texts = topic_of({item("a", ItemType::string), item("b", ItemType::string)});
  EXPECT_EQ(items_of(texts, "'a','b' , 'c'"), "a=<a','b>;b=<c>;");
}

TEST(TextParser, RefusesToGuessWhenTwoReadingsFit) {
  const Topic two = topic_of({item("a", ItemType::string), item("b", ItemType::string)});
  ASSERT_OK_AND_ASSIGN(const TextParser parser, TextParser::make(two));
  Bytes out;
  const Status status = parser.append_avro(content_of("'x' , 'y' , 'z'"), kNow, out);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::unsupported);
  EXPECT_THAT(status.error().message(), HasSubstr("ambiguous"));
  EXPECT_EQ(out, "");
}

TEST(TextParser, DecidesLinesFullOfQuotesQuickly) {
  const Topic topic = topic_of({item("a", ItemType::string, 50)});
  std::string values;
  for (int i = 0; i < 20'000; ++i) values += "', '";
  EXPECT_THAT(items_of(topic, "'" + values + "'"), HasSubstr("ambiguous"));
  for (int i = 0; i < 4; ++i) values += values;
  EXPECT_THAT(items_of(topic, "'" + values + "'"), HasSubstr("too many"));
}

TEST(TextParser, AllowsOtherBlanksWhereTheyMakeNoDifference) {
  const Topic topic = topic_of({item("a", ItemType::string), item("n", ItemType::int32, 2)});
  ASSERT_OK_AND_ASSIGN(const Recorder recorder, read(topic, "'R',1,2,3,4,5,'it's',6 ,7 "));
  EXPECT_EQ(recorder.items, "a=<it's>;n=(;n=6;n=7;n=);");
}

TEST(TextParser, NamesTheFieldThatIsWrong) {
  const Topic topic = topic_of(
      {item("n", ItemType::int32), item("x", ItemType::float64, 2), item("t", ItemType::string)});
  const std::pair<const char*, const char*> kCases[] = {
      {"", "the values end before field 'n'"},
      {"1 , 2.0", "the values end before field 'x' element 2 of 2"},
      {"1 , 2.0, 3.0", "the values end before field 't'"},
      {"1.5 , 2.0, 3.0 , 'a'", "field 'n': '1.5' is no number of its type"},
      {"2147483648 , 2.0, 3.0 , 'a'", "field 'n': '2147483648' is out of the range"},
      {"1 , 2.0, 1e999 , 'a'", "field 'x' element 2 of 2: '1e999' is out of the range"},
      {"1 , two, 3.0 , 'a'", "field 'x' element 1 of 2: 'two' is no number"},
      {"1 , 2.0, 3.0 , a", "field 't': 'a' is no text in quotes"},
      {"1 , 2.0, 3.0 , 'a", "field 't': the text has no closing quote"},
      {"1 , 2.0, 3.0 , 'a' , 4", "more values than the topic has, from ', 4' on"},
      {"1 , 2.0, 3.0 , 'a'b", "more values than the topic has"},
      {"1 2.0", "no comma before field 'x'"},
      {"1 , 2.0, 3.0 , '\xFF'", "field 't': the text is not UTF-8"},
  };
  for (const auto& [values, reason] : kCases) {
    EXPECT_THAT(items_of(topic, values), HasSubstr(reason));
    EXPECT_THAT(items_of(topic, values), HasSubstr("corrupt"));
  }
  EXPECT_THAT(items_of(topic_of({item("b", ItemType::byte)}), "256"),
              HasSubstr("out of the range"));
}

TEST(TextParser, WritesTheBytesOfTheDocumentedExample) {
  Topic topic = topic_of({item("actual", ItemType::float64), item("demand", ItemType::float64)});
  ASSERT_OK_AND_ASSIGN(const TextLine line,
                       split_line("Mount_telemetry Mount_rotator:( '1.0' , 1548000000.125000 , "
                                  "1548000000.126000 , 7 , 1 , 2 , 45.500000 , 45.501200)"));
  ASSERT_OK_AND_ASSIGN(const TextParser parser, TextParser::make(topic));
  Bytes record;
  ASSERT_OK(parser.append_avro(line.content, kNow, record));
  std::string hex;
  for (const char byte : record) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<uint8_t>(byte) >> 4];
    hex += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  EXPECT_EQ(hex,
            "80a0abfef96206312e30fae1ebbf8d5afce1ebbf8d5a0e02040000000000c04640aa60545227c04640");
}

TEST(TextParser, RefusesTopicsWithoutATextForm) {
  EXPECT_ERROR(ErrorCode::unsupported,
               TextParser::make(topic_of({item("x", ItemType::null_value)})));
  EXPECT_ERROR(ErrorCode::unsupported,
               TextFormatter::make(topic_of({item("x", ItemType::null_value)})));
}

// Values by rule: number, real and text depend on the item and the element.
class RuleValues : public TextValues {
 public:
  int64_t integer(size_t at, size_t element) override {
    return static_cast<int64_t>(at + element) - 1;
  }
  double real(size_t, size_t element) override { return element == 0 ? 45.5 : std::nan(""); }
  std::string_view text(size_t, size_t) override { return "it's"; }
};

TEST(TextFormatter, PrintsAsTheInstrumentsWriterDoes) {
  const Topic topic =
      topic_of({item("b", ItemType::byte), item("on", ItemType::boolean),
                item("u", ItemType::uint32), item("l", ItemType::int64, 2),
                item("d", ItemType::float64, 2), item("t", ItemType::string, 2),
                item("c", ItemType::character, 9), enumeration("e", {{"a", {}}}, 2)});
  ASSERT_OK_AND_ASSIGN(const TextFormatter formatter, TextFormatter::make(topic));
  RuleValues values;
  Bytes out;
  formatter.append({"3.8", 1548000000.125, 1548000000.25, 7, 1, 2}, values, out);
  EXPECT_EQ(
      out,
      "Dome_telemetry Dome_position:( '3.8' , 1548000000.125000 , 1548000000.250000 , 7 , 1 , 2 , "
      "255 , 0 , 1 , 2, 3 , 45.500000, nan , 'it's', 'it's' , 'it's' , 6, 7)");
}

TEST(TextFormatter, PrintsTopicsWithoutItems) {
  ASSERT_OK_AND_ASSIGN(const TextFormatter formatter, TextFormatter::make(topic_of({})));
  RuleValues values;
  Bytes out;
  formatter.append({}, values, out);
  EXPECT_EQ(out, "Dome_telemetry Dome_position:( '' , 0.000000 , 0.000000 , 0 , 0 , 0)");
}

// Random topics and values: what the formatter prints is what the parser reads, or it says
// ambiguous.
class RandomSample : public TextValues {
 public:
  explicit RandomSample(uint64_t seed) : random_(seed) {
    for (uint64_t count = random_() % 8; count > 0; --count) add_item();
  }

  int64_t integer(size_t at, size_t element) override {
    const Item& asked = topic_.items[at];
    if (!asked.enumeration.empty()) {
      const auto number = static_cast<int64_t>(random_() % asked.enumeration.size());
      if (element == 0) note(at, asked.enumeration[static_cast<size_t>(number)].symbol);
      return number;
    }
    const auto bits = static_cast<int64_t>(random_());
    switch (asked.type) {
      case ItemType::boolean:
        return note_item(at, element, bits & 1 ? "true" : "false"), bits & 1;
      case ItemType::byte:
        return note_item(at, element, "[" + std::string(1, static_cast<char>(bits & 255)) + "]"),
               bits & 255;
      case ItemType::int16:
        return note_number(at, element, static_cast<int16_t>(bits));
      case ItemType::uint16:
        return note_number(at, element, static_cast<uint16_t>(bits));
      case ItemType::ulong32:
        return note_number(at, element, static_cast<uint32_t>(bits));
      case ItemType::uint32:
        note_item(at, element, std::to_string(static_cast<int32_t>(bits)));
        return static_cast<uint32_t>(bits);
      case ItemType::int32:
      case ItemType::long32:
        return note_number(at, element, static_cast<int32_t>(bits));
      default:
        return note_number(at, element, bits);
    }
  }

  double real(size_t at, size_t element) override {
    // Multiples of 1/64 have at most six decimals, so that the text holds them exactly.
    const double value =
        static_cast<double>(static_cast<int64_t>(random_() % 2'000'000) - 1'000'000) / 64;
    return note_item(at, element, Json::real(value).print()), value;
  }

  std::string_view text(size_t at, size_t element) override {
    static constexpr std::string_view kPieces[] = {"'",  ",",      " , ", ", ",        ")",
                                                   "(",  "'' , '", "7",   "a b",       "\xC3\xA9",
                                                   "\n", ":(",     "\"",  "' , 1 , '", "-nan"};
    text_.clear();
    for (uint64_t pieces = random_() % 5; pieces > 0; --pieces) {
      text_ += kPieces[random_() % std::size(kPieces)];
    }
    if (topic_.items[at].type == ItemType::string) {
      note_item(at, element, "<" + text_ + ">");
    } else if (topic_.items[at].count == 1) {
      note(at, "[" + text_ + "]");
    } else {
      note(at, "(");
      for (const char c : text_) note(at, "[" + std::string(1, c) + "]");
      note(at, ")");
    }
    return text_;
  }

  Topic& topic() { return topic_; }
  const std::string& expected() const { return expected_; }

 private:
  void add_item() {
    const auto type = static_cast<ItemType>(1 + random_() % 12);
    const std::string name = "f" + std::to_string(topic_.items.size());
    const int64_t count = random_() % 3 == 0 ? static_cast<int64_t>(random_() % 5 + 2) : 1;
    Item made = item(name, type, count);
    if (random_() % 6 == 0) made.enumeration = {{"red", {}}, {"green", {}}, {"blue", {}}};
    topic_.items.push_back(std::move(made));
  }

  void note(size_t at, const std::string& value) {
    expected_ += topic_.items[at].name + "=" + value + ";";
  }
  void note_item(size_t at, size_t element, const std::string& value) {
    const auto count = static_cast<size_t>(topic_.items[at].count);
    if (count > 1 && element == 0) note(at, "(");
    note(at, value);
    if (count > 1 && element + 1 == count) note(at, ")");
  }
  int64_t note_number(size_t at, size_t element, int64_t value) {
    note_item(at, element, std::to_string(value));
    return value;
  }

  std::mt19937_64 random_;
  Topic topic_ = topic_of({});
  std::string text_;
  std::string expected_;
};

TEST(TextRoundTrip, GivesBackRandomTopicsWithHostileTexts) {
  int exact = 0, ambiguous = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    RandomSample sample(seed);
    ASSERT_OK_AND_ASSIGN(const TextFormatter formatter, TextFormatter::make(sample.topic()));
    Bytes line;
    formatter.append({"3.8", 1548000000.125, 1548000000.25, 7, 1, 2}, sample, line);
    ASSERT_OK_AND_ASSIGN(const TextLine cut, split_line(line));
    ASSERT_EQ(cut.topic, "Dome_position");
    const auto recorder = read(sample.topic(), cut.content);
    if (!recorder && recorder.error().code() == ErrorCode::unsupported) {
      ++ambiguous;
      continue;
    }
    ASSERT_TRUE(recorder.has_value())
        << "seed " << seed << ": " << recorder.error().to_string() << line;
    ASSERT_EQ(recorder->items, sample.expected()) << "seed " << seed << ": " << line;
    ++exact;
  }
  EXPECT_GT(exact, 3000);
  EXPECT_GT(ambiguous, 0);
}

}  // namespace
}  // namespace weir::sal

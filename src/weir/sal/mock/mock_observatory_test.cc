#include "weir/sal/mock/mock_observatory.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <map>

#include "weir/avro/decode_plan.h"
#include "weir/avro/schema.h"
#include "weir/base/json.h"
#include "weir/io/clock.h"
#include "weir/io/file_system.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface_files.h"
#include "weir/sal/mock/sample_values.h"
#include "weir/sal/text.h"
#include "weir/testing/manual_clock.h"
#include "weir/testing/matchers.h"

namespace weir::sal::mock {
namespace {

using namespace std::chrono_literals;

Interfaces load(const std::string& path) {
  const std::string paths[] = {path};
  auto interfaces = load_interfaces(io::real_file_system(), paths);
  return interfaces ? std::move(*interfaces) : Interfaces{};
}

Interfaces example() { return load(WEIR_EXAMPLES "/observatory"); }

// Keeps what is published; acknowledges at once, or when told.
class FakeBroker {
 public:
  LineSink sink() {
    return {[this](const bus::OutgoingRecord& record, bus::DeliveryCallback callback) -> Status {
              MutexLock lock(mutex_);
              if (refuses) return Error(ErrorCode::invalid_argument, "refused");
              lines.emplace_back(*record.value);
              topics.emplace_back(record.topic);
              pending_.push_back(std::move(callback));
              if (acknowledges) settle(nullptr);
              return {};
            },
            [this](std::chrono::milliseconds) -> Status {
              MutexLock lock(mutex_);
              settle(nullptr);
              return {};
            }};
  }
  void settle(const Error* error) {
    for (const auto& callback : pending_) callback({.error = error});
    pending_.clear();
  }

  std::vector<std::string> lines, topics;
  bool acknowledges = true;
  bool refuses = false;

 private:
  Mutex mutex_;
  std::vector<bus::DeliveryCallback> pending_;
};

class MockObservatoryTest : public ::testing::Test {
 protected:
  std::unique_ptr<MockObservatory> open(const MockOptions& options) {
    auto mock = MockObservatory::open(interfaces_, options, broker_.sink(), clock_);
    EXPECT_OK(mock);
    return mock ? std::move(*mock) : nullptr;
  }

  testing::ManualClock clock_;
  FakeBroker broker_;
  Interfaces interfaces_ = example();
};

TEST_F(MockObservatoryTest, WritesEveryTopicAtTheRateOfItsKindWithoutGaps) {
  const auto mock = open({.length = 2s});
  ASSERT_OK(mock->send_due(10s));
  std::map<std::string, int64_t> last;
  for (size_t i = 0; i < broker_.lines.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const TextLine line, split_line(broker_.lines[i]));
    EXPECT_EQ(line.text_topic, broker_.topics[i]);
    int64_t sequence = 0;
    ASSERT_EQ(
        std::sscanf(std::string(line.content).c_str(), " '%*[^']' , %*f , %*f , %ld ,", &sequence),
        1);
    EXPECT_EQ(sequence, ++last[std::string(line.topic)]);
  }
  EXPECT_EQ(last.size(), interfaces_.topics.size());
  for (const Topic& topic : interfaces_.topics) {
    const int64_t per_second = topic.kind == TopicKind::command ? 1
                               : topic.kind == TopicKind::event ? 10
                                                                : 100;
    EXPECT_EQ(last[topic.name], 2 * per_second) << topic.name;
  }
  for (const TopicProgress& topic : mock->progress()) {
    EXPECT_EQ(static_cast<int64_t>(topic.last_sent), last[topic.topic]);
    EXPECT_EQ(topic.last_acknowledged, topic.last_sent);
    EXPECT_EQ(topic.acknowledged, topic.last_sent);
  }
  EXPECT_EQ(mock->counters().sent, broker_.lines.size());
  EXPECT_EQ(mock->counters().scheduled, broker_.lines.size());
}

TEST_F(MockObservatoryTest, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const auto lines_of = [&](uint64_t seed) {
    broker_.lines.clear();
    EXPECT_OK(open({.length = 1s, .seed = seed})->send_due(1s));
    return broker_.lines;
  };
  const auto first = lines_of(1);
  EXPECT_EQ(lines_of(1), first);
  EXPECT_NE(lines_of(2), first);
}

TEST_F(MockObservatoryTest, SendsLateTicksAndCountsThem) {
  const auto mock = open({.length = 1s, .late_after = 100ms});
  ASSERT_OK(mock->send_due(1s));
  const MockCounters counters = mock->counters();
  EXPECT_EQ(counters.sent, counters.scheduled);
  EXPECT_GT(counters.late, counters.sent * 8 / 10);
  EXPECT_LT(counters.late, counters.sent * 95 / 100);
}

TEST_F(MockObservatoryTest, WaitsWhileTooMuchIsNotAcknowledged) {
  broker_.acknowledges = false;
  const auto mock = open({.length = 1s, .max_in_flight = 40});
  ASSERT_OK(mock->send_due(1s));
  EXPECT_EQ(broker_.lines.size(), 40u);
  EXPECT_EQ(mock->counters().acknowledged, 0u);
  broker_.settle(nullptr);
  EXPECT_EQ(mock->counters().acknowledged, 40u);
  const Error gone(ErrorCode::timeout, "gone");
  ASSERT_OK(mock->send_due(1s));
  broker_.settle(&gone);
  EXPECT_EQ(mock->counters().failed, 40u);
  EXPECT_EQ(mock->counters().acknowledged, 40u);
}

TEST_F(MockObservatoryTest, MayBeGoneWhenDeliveriesAreReported) {
  broker_.acknowledges = false;
  auto mock = open({.length = 1s});
  ASSERT_OK(mock->send_due(1s));
  mock.reset();
  broker_.settle(nullptr);
  EXPECT_GT(broker_.lines.size(), 0u);
}

TEST_F(MockObservatoryTest, RunsItsLengthOnAThreadAndWaitsForTheLastAcknowledgement) {
  broker_.acknowledges = false;
  ASSERT_OK_AND_ASSIGN(auto mock, MockObservatory::open(interfaces_, {.length = 200ms},
                                                        broker_.sink(), io::real_clock()));
  mock->start();
  ASSERT_OK(mock->wait());
  const MockCounters counters = mock->counters();
  EXPECT_GT(counters.sent, 500u);
  EXPECT_EQ(counters.sent, counters.scheduled);
  EXPECT_EQ(counters.sent, counters.acknowledged);
  EXPECT_EQ(counters.sent, broker_.lines.size());
}

TEST_F(MockObservatoryTest, StopsWhenTold) {
  ASSERT_OK_AND_ASSIGN(auto mock,
                       MockObservatory::open(interfaces_, {}, broker_.sink(), io::real_clock()));
  mock->start();
  mock->stop();
  ASSERT_OK(mock->wait());
  EXPECT_TRUE(mock->done());
  EXPECT_EQ(mock->counters().sent, mock->counters().acknowledged);
}

TEST_F(MockObservatoryTest, EndsWithTheReasonWhenALineIsRefused) {
  broker_.refuses = true;
  ASSERT_OK_AND_ASSIGN(auto mock,
                       MockObservatory::open(interfaces_, {}, broker_.sink(), io::real_clock()));
  mock->start();
  const Status status = mock->wait();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), ::testing::EndsWith("refused"));
  EXPECT_EQ(mock->counters().sent, 0u);
}

TEST_F(MockObservatoryTest, RefusesRatesThatAreNone) {
  for (const double rate : {0.0, -1.0, std::nan(""), 1e9}) {
    EXPECT_ERROR(ErrorCode::invalid_argument,
                 MockObservatory::open(interfaces_, {.rate = rate}, broker_.sink(), clock_));
  }
}

// Checks values as they come out of the whole way: smooth, finite, inside their type.
class Checker : public avro::Visitor {
 public:
  void on_real(size_t, double value) override { finite = finite && std::isfinite(value); }
  bool finite = true;
};

void expect_readable(const Interfaces& interfaces) {
  FakeBroker broker;
  testing::ManualClock clock;
  ASSERT_OK_AND_ASSIGN(auto mock,
                       MockObservatory::open(interfaces, {.length = 1s}, broker.sink(), clock));
  EXPECT_TRUE(mock->skipped().empty());
  ASSERT_OK(mock->send_due(1s));
  std::map<std::string, std::pair<TextParser, avro::DecodePlan>, std::less<>> readers;
  for (const std::string& text : broker.lines) {
    ASSERT_OK_AND_ASSIGN(const TextLine line, split_line(text));
    auto reader = readers.find(line.topic);
    if (reader == readers.end()) {
      const Topic* topic = interfaces.find(line.topic);
      ASSERT_NE(topic, nullptr);
      ASSERT_OK_AND_ASSIGN(const Json json, to_avro(*topic, Profile::sqr_029));
      ASSERT_OK_AND_ASSIGN(const avro::Schema schema, avro::parse_schema(json));
      ASSERT_OK_AND_ASSIGN(avro::DecodePlan plan, avro::DecodePlan::compile(schema));
      ASSERT_OK_AND_ASSIGN(TextParser parser, TextParser::make(*topic));
      reader = readers.emplace(line.topic, std::pair(std::move(parser), std::move(plan))).first;
    } else if (line.content.find(" , 3 , ") == line.content.npos) {
      continue;  // the first and the third sample of each topic are enough
    }
    Bytes record;
    ASSERT_OK(reader->second.first.append_avro(line.content, clock.now(), record)) << text;
    Checker checker;
    ASSERT_OK(reader->second.second.decode(record, checker)) << text;
    EXPECT_TRUE(checker.finite) << text;
  }
  EXPECT_EQ(readers.size(), interfaces.topics.size());
}

TEST(MockSamples, OfTheExampleObservatoryAreReadBack) { expect_readable(example()); }

TEST(MockSamples, OfARealObservatoryAreReadBack) {
  const char* root = std::getenv("WEIR_CORPUS");
  const std::string path =
      std::string(root != nullptr ? root : "../shared/corpus") + "/ts_xml-2019-01-21";
  if (!io::real_file_system().exists(path)) {
    GTEST_SKIP() << "no reference data: " << path << " is absent (WEIR_CORPUS)";
  }
  expect_readable(load(path));
}

TEST(MockSamples, AreSmooth) {
  Topic topic;
  topic.name = "Dome_azimuth";
  Item item;
  item.name = "actual";
  item.type = ItemType::float64;
  item.units = "deg";
  topic.items.push_back(item);
  SampleValues values(topic, 1);
  double least = 1e9, most = -1e9;
  values.move_to(0);
  for (int i = 1; i < 20'000; ++i) {
    const double before = values.real(0, 0);
    values.move_to(i * 0.01);
    const double now = values.real(0, 0);
    ASSERT_LT(std::fabs(now - before), 0.7);
    least = std::min(least, now);
    most = std::max(most, now);
  }
  EXPECT_GT(most - least, 40);
}

}  // namespace
}  // namespace weir::sal::mock

#include "weir/store/ingest/ingest.h"

#include <gmock/gmock.h>
#include <librdkafka/rdkafka.h>
// (the mock needs the library's own header first)
#include <librdkafka/rdkafka_mock.h>

#include <map>

#include "weir/avro/binary.h"
#include "weir/base/json.h"
#include "weir/base/mutex.h"
#include "weir/bus/dead_letter.h"
#include "weir/bus/publisher.h"
#include "weir/bus/schema_book.h"
#include "weir/bus/source.h"
#include "weir/bus/subscriber.h"
#include "weir/io/clock.h"
#include "weir/io/file_system.h"
#include "weir/io/http_server.h"
#include "weir/store/store.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::store::ingest {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kElevation = "lsst.sal.MTMount_elevation";
constexpr const char* kSchema =
    R"({"type":"record","name":"MTMount_elevation","namespace":"lsst.sal",
  "doc":"Where the telescope points","sal_topic_type":"SALTelemetry","fields":[
  {"name":"sal_created","type":{"type":"long","logicalType":"timestamp-millis"}},
  {"name":"position","type":"double","sal_units":"deg","doc":"Angle above the horizon"},
  {"name":"state","type":{"type":"enum","name":"state","symbols":["PARKED","TRACKING"]}},
  {"name":"torques","type":{"type":"array","items":"float"}}]})";

// librdkafka's own mock cluster.
class MockCluster {
 public:
  MockCluster() {
    char reason[256];
    owner_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof(reason));
    cluster_ = rd_kafka_mock_cluster_new(owner_, 1);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(owner_);
  }
  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create(const std::string& topic) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), 1, 1);
  }

 private:
  rd_kafka_t* owner_;
  rd_kafka_mock_cluster_t* cluster_;
};

// Answers GET /schemas/ids/{id}, as Confluent's registry does.
class FakeRegistry {
 public:
  FakeRegistry() {
    auto server =
        io::HttpServer::start({}, [this](const io::HttpRequest& request, io::HttpResponder reply) {
          reply.send(answer(request));
        });
    EXPECT_OK(server);
    server_ = std::move(*server);
  }
  std::string url() const { return server_->url(); }
  void add(int id, const std::string& schema) {
    MutexLock lock(mutex_);
    schemas_[std::to_string(id)] = schema;
  }
  int questions() const {
    MutexLock lock(mutex_);
    return questions_;
  }

 private:
  io::HttpResponse answer(const io::HttpRequest& request) {
    MutexLock lock(mutex_);
    ++questions_;
    const auto found = schemas_.find(request.segments.empty() ? "" : request.segments.back());
    if (found == schemas_.end()) {
      return {.status = 404, .body = R"({"error_code":40403,"message":"Schema not found"})"};
    }
    Json body = Json::object();
    body.set("schema", found->second);
    return {.body = body.print()};
  }

  mutable Mutex mutex_;
  std::map<std::string, std::string> schemas_;
  int questions_ = 0;
  std::unique_ptr<io::HttpServer> server_;
};

class IngestTest : public ::testing::Test {
 protected:
  void SetUp() override {
    registry_.add(1, kSchema);
    cluster_.create(kElevation);
    cluster_.create(std::string(bus::kDeadLetterTopic));
    ASSERT_OK_AND_ASSIGN(publisher_,
                         bus::Publisher::connect({.brokers = cluster_.brokers(), .linger = 0ms}));
    open_store();
  }

  void open_store() {
    ASSERT_OK_AND_ASSIGN(store_, Store::open(folder_.path() + "/store", {}, io::real_file_system(),
                                             io::real_clock()));
  }
  void start(IngestOptions::Start from = IngestOptions::Start::earliest) {
    ASSERT_OK_AND_ASSIGN(ingest_, Ingest::start({.brokers = cluster_.brokers(),
                                                 .registry_urls = {registry_.url()},
                                                 .start = from,
                                                 .search_interval = 100ms,
                                                 .fetch_min_bytes = 1,
                                                 .fetch_wait = 20ms},
                                                *store_, io::real_clock()));
  }
  void restart() {
    ASSERT_OK(ingest_->stop());
    ingest_.reset();
    store_.reset();
    open_store();
    start();
  }

  static Bytes record(int id, int64_t created_ms, double position) {
    Bytes value;
    bus::append_frame_header(id, value);
    avro::append_long(value, created_ms);
    avro::append_double(value, position);
    avro::append_long(value, 1);  // TRACKING
    avro::append_long(value, 2);
    avro::append_float(value, 0.5F);
    avro::append_float(value, 1.5F);
    avro::append_long(value, 0);
    return value;
  }
  void send(const std::string& topic, std::optional<Bytes> value,
            std::optional<int64_t> source = {}) {
    const bus::SourceHeaders headers({"MTMount_telemetry", 0, source.value_or(0)});
    bus::OutgoingRecord record{.topic = topic};
    if (value) record.value = *value;
    if (source) record.headers = headers.views();
    ASSERT_OK(publisher_->publish(
        record, [](const bus::Delivery& delivery) { EXPECT_TRUE(delivery.ok()); }));
    ASSERT_OK(publisher_->flush(10s));
  }

  // Waits until the ingest has done so much; polls, because a counter is all that it shows.
  template <typename Condition>
  ::testing::AssertionResult eventually(Condition condition) {
    const SteadyTime deadline = io::real_clock().steady_now() + 30s;
    Mutex mutex;
    CondVar never;
    MutexLock lock(mutex);
    while (!condition()) {
      if (io::real_clock().steady_now() > deadline) {
        return ::testing::AssertionFailure()
               << "not within 30 s; waiting for: " << ingest_->stats().waiting_for;
      }
      never.wait_for(mutex, 5ms);
    }
    return ::testing::AssertionSuccess();
  }

  std::vector<double> positions() const {
    std::vector<double> found;
    auto cursor = store_->reader().query({.topic = kElevation, .fields = {"position"}});
    EXPECT_OK(cursor);
    while (cursor) {
      const auto more = cursor->next();
      EXPECT_OK(more);
      if (!more || !*more) break;
      found.push_back(cursor->value(0).real());
    }
    return found;
  }

  testing::TempFolder folder_;
  MockCluster cluster_;
  FakeRegistry registry_;
  std::unique_ptr<bus::Publisher> publisher_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Ingest> ingest_;
};

TEST_F(IngestTest, MakesRowsOfRecordsWithTheirUnitsAndTimes) {
  start();
  const int64_t now = to_millis(io::real_clock().now());
  send(kElevation, record(1, now, 45.5));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 1; }));
  ASSERT_OK_AND_ASSIGN(auto cursor, store_->reader().query({.topic = kElevation}));
  ASSERT_OK_AND_ASSIGN(const bool more, cursor.next());
  ASSERT_TRUE(more);
  EXPECT_EQ(cursor.time(), from_millis(now));
  EXPECT_EQ(cursor.value(1).real(), 45.5);
  EXPECT_EQ(cursor.value(2).text(), "TRACKING");
  EXPECT_EQ(cursor.value(3).real(1), 1.5);
  ASSERT_OK_AND_ASSIGN(const auto description, store_->reader().describe(kElevation));
  EXPECT_EQ(description.summary.kind, "SALTelemetry");
  EXPECT_EQ(description.summary.description, "Where the telescope points");
  EXPECT_EQ(description.columns[0].source_type, "timestamp-millis");
  EXPECT_EQ(description.columns[1].unit, "deg");
  EXPECT_EQ(description.columns[1].description, "Angle above the horizon");
  EXPECT_EQ(description.columns[2].source_type, "enum");
  EXPECT_EQ(ingest_->latency().count(), 1u);
}

TEST_F(IngestTest, FindsTopicsThatAreMadeLater) {
  start();
  send(kElevation, record(1, 1, 1));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 1; }));
  cluster_.create("lsst.sal.Dome_later");
  cluster_.create("somebody.elses");
  send("somebody.elses", "not ours");
  send("lsst.sal.Dome_later", record(1, 2, 2));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 2; }));
  EXPECT_EQ(ingest_->stats().topics, 2u);
}

TEST_F(IngestTest, GoesOnWhereItWasAndDropsWhatTheTransformerRepeats) {
  start();
  for (int i = 0; i < 5; ++i) send(kElevation, record(1, i, i), i);
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 5; }));
  restart();
  for (int i = 3; i < 7; ++i)
    send(kElevation, record(1, i, i), i);  // 3 and 4 again, at new offsets
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 4; }));
  EXPECT_EQ(ingest_->stats().repeated, 2u);
  EXPECT_THAT(positions(), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  ASSERT_OK_AND_ASSIGN(const uint64_t lag, ingest_->lag(10s));
  EXPECT_EQ(lag, 0u);
}

TEST_F(IngestTest, SendsWhatDoesNotDecodeToTheDeadLettersAndGoesOn) {
  start();
  send(kElevation, record(1, 1, 1));
  const Bytes cut = record(1, 2, 2).substr(0, 12);
  send(kElevation, cut);
  send(kElevation, "no frame");
  send(kElevation, std::nullopt);
  send(kElevation, record(1, 3, 3));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 5; }));
  EXPECT_EQ(ingest_->stats().dead_lettered, 3u);
  EXPECT_THAT(positions(), ElementsAre(1, 3));
  ASSERT_OK_AND_ASSIGN(auto letters, bus::Subscriber::connect({.brokers = cluster_.brokers()}));
  ASSERT_OK(letters->add({{{std::string(bus::kDeadLetterTopic), 0}, bus::kEarliestOffset}}));
  std::vector<std::string> values;
  for (int polls = 0; values.size() < 3 && polls < 100; ++polls) {
    ASSERT_OK_AND_ASSIGN(const auto records, letters->poll(10, 200ms));
    for (const bus::IncomingRecord& letter : records) {
      values.emplace_back(letter.value.value_or("null"));
      EXPECT_EQ(letter.header("weir.error.code"), "corrupt");
      EXPECT_EQ(letter.header("weir.source.topic"), kElevation);
      EXPECT_EQ(letter.header("weir.source.offset"), std::to_string(values.size()));
    }
  }
  EXPECT_THAT(values, ElementsAre(cut, "no frame", "null"));
  restart();
  send(kElevation, record(1, 4, 4));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 1; }));
  EXPECT_EQ(ingest_->stats().dead_lettered, 0u);
}

TEST_F(IngestTest, HoldsATopicUntilItsSchemaIsKnownWhileOthersGoOn) {
  cluster_.create("lsst.sal.Dome_azimuth");
  start();
  send("lsst.sal.Dome_azimuth", record(9, 1, 1));
  // The count moves first, the reason with the end of the round.
  ASSERT_TRUE(eventually([&] {
    const IngestStats stats = ingest_->stats();
    return stats.held == 1 && stats.waiting_for.find("schema 9") != std::string::npos;
  }));
  send("lsst.sal.Dome_azimuth", record(9, 2, 2));
  send(kElevation, record(1, 3, 3));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 1; }));
  registry_.add(9, kSchema);
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 3; }));
  EXPECT_EQ(ingest_->stats().held, 0u);
  EXPECT_EQ(ingest_->stats().dead_lettered, 0u);
  ASSERT_OK_AND_ASSIGN(const auto description, store_->reader().describe("lsst.sal.Dome_azimuth"));
  EXPECT_EQ(description.summary.rows, 2u);
}

TEST_F(IngestTest, BeginsAgainWhenTheTopicHasFewerRecordsThanItsPosition) {
  ASSERT_OK(store_->skip(
      kElevation, {.offset = 999, .source_topic = "MTMount_telemetry", .source_offset = 999}));
  send(kElevation, record(1, 1, 1), 0);
  start();
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 1; }));
  EXPECT_THAT(positions(), ElementsAre(1));
}

TEST_F(IngestTest, BeginsAtTheEndWhenAskedTo) {
  send(kElevation, record(1, 1, 1));
  start(IngestOptions::Start::latest);
  ASSERT_TRUE(eventually([&] { return ingest_->stats().topics == 1; }));
  cluster_.create("lsst.sal.Dome_later");
  send("lsst.sal.Dome_later", record(1, 2, 2));
  send(kElevation, record(1, 3, 3));
  ASSERT_TRUE(eventually([&] { return ingest_->stats().records == 2; }));
  EXPECT_THAT(positions(), ElementsAre(3));
  ASSERT_OK_AND_ASSIGN(const auto later, store_->reader().describe("lsst.sal.Dome_later"));
  EXPECT_EQ(later.summary.rows, 1u);
}

TEST_F(IngestTest, SaysThatTheBrokerIsAway) {
  ASSERT_OK_AND_ASSIGN(ingest_,
                       Ingest::start({.brokers = "127.0.0.1:1", .registry_urls = {registry_.url()}},
                                     *store_, io::real_clock()));
  ASSERT_TRUE(eventually([&] { return !ingest_->stats().waiting_for.empty(); }));
  EXPECT_OK(ingest_->stop());
}

TEST_F(IngestTest, RefusesAStoreOfAnotherCluster) {
  ASSERT_OK(store_->attach("another cluster"));
  start();
  send(kElevation, record(1, 1, 1));
  EXPECT_TRUE(eventually([&] {
    return ingest_->stats().waiting_for.find("another data folder") != std::string::npos;
  }));
  EXPECT_EQ(ingest_->stats().records, 0u);
}

TEST_F(IngestTest, RefusesOptionsThatLackAnAddress) {
  EXPECT_ERROR(ErrorCode::invalid_argument,
               Ingest::start({.registry_urls = {"http://x"}}, *store_, io::real_clock()));
  EXPECT_ERROR(ErrorCode::invalid_argument,
               Ingest::start({.brokers = "x"}, *store_, io::real_clock()));
}

}  // namespace
}  // namespace weir::store::ingest

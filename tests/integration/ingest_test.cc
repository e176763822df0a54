// Records over weir's own broker and registry into the telemetry store.
#include "weir/store/ingest/ingest.h"

#include <gmock/gmock.h>

#include "facility_broker.h"
#include "weir/avro/binary.h"
#include "weir/bus/publisher.h"
#include "weir/bus/schema_book.h"
#include "weir/bus/source.h"
#include "weir/registry/client/client.h"
#include "weir/registry/server/registry.h"
#include "weir/store/store.h"

namespace weir::store::ingest {
namespace {

using namespace std::chrono_literals;

constexpr int kTopics = 40;

std::string topic_name(int topic) { return "lsst.sal.Dome_t" + std::to_string(topic); }

class IngestOverTheBroker : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(broker_.start());
    ASSERT_OK_AND_ASSIGN(
        registry_, registry::server::Registry::start({.brokers = broker_.brokers(), .port = 0},
                                                     io::real_clock()));
    ASSERT_OK_AND_ASSIGN(publisher_, bus::Publisher::connect({.brokers = broker_.brokers()}));
    registry::client::RegistryClient client({.urls = {registry_->url()}});
    for (int topic = 0; topic < kTopics; ++topic) {
      ASSERT_OK_AND_ASSIGN(const auto schema, avro::parse_schema(R"({"type":"record","name":"t)" +
                                                                 std::to_string(topic) +
                                                                 R"(","fields":[
          {"name":"sal_created","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"sal_sequence","type":"long"}]})"));
      ASSERT_OK_AND_ASSIGN(const auto id,
                           client.register_schema(topic_name(topic) + "-value", schema));
      ids_.push_back(id);
    }
    start();
  }

  void start() {
    ASSERT_OK_AND_ASSIGN(store_, Store::open(folder_.path() + "/store", {.max_age = 300ms},
                                             io::real_file_system(), io::real_clock()));
    ASSERT_OK_AND_ASSIGN(ingest_, Ingest::start({.brokers = broker_.brokers(),
                                                 .registry_urls = {registry_->url()},
                                                 .search_interval = 100ms},
                                                *store_, io::real_clock()));
  }
  void stop() {
    ASSERT_OK(ingest_->stop());
    ingest_.reset();
    store_.reset();
  }

  // Sends the sequence numbers [first, last) to every topic, each naming its source.
  void send(int64_t first, int64_t last) {
    for (int64_t sequence = first; sequence < last; ++sequence) {
      for (int topic = 0; topic < kTopics; ++topic) {
        Bytes value;
        bus::append_frame_header(ids_[static_cast<size_t>(topic)], value);
        avro::append_long(value, to_millis(io::real_clock().now()));
        avro::append_long(value, sequence);
        const bus::SourceHeaders source({"Dome_telemetry", 0, sequence * kTopics + topic});
        ASSERT_OK(publisher_->publish(
            {.topic = topic_name(topic), .value = value, .headers = source.views()},
            [](const bus::Delivery&) {}));
      }
    }
  }

  // Waits until each topic has exactly the sequence numbers [0, count), once each.
  void expect_sequences(int64_t count) {
    ASSERT_OK(publisher_->flush(30s));
    const SteadyTime deadline = io::real_clock().steady_now() + 60s;
    while (true) {
      const auto lag = ingest_->lag(5s);
      if (lag && *lag == 0) break;
      ASSERT_LT(io::real_clock().steady_now(), deadline) << ingest_->stats().waiting_for;
    }
    for (int topic = 0; topic < kTopics; ++topic) {
      ASSERT_OK_AND_ASSIGN(auto cursor, store_->reader().query({.topic = topic_name(topic),
                                                                .fields = {"sal_sequence"}}));
      std::vector<int64_t> found;
      while (true) {
        ASSERT_OK_AND_ASSIGN(const bool more, cursor.next());
        if (!more) break;
        found.push_back(cursor.value(0).integer());
      }
      std::sort(found.begin(), found.end());
      ASSERT_EQ(found.size(), static_cast<size_t>(count)) << topic_name(topic);
      for (int64_t i = 0; i < count; ++i) ASSERT_EQ(found[static_cast<size_t>(i)], i);
    }
  }

  testing::TempFolder folder_;
  testing::FacilityBroker broker_;
  std::unique_ptr<registry::server::Registry> registry_;
  std::unique_ptr<bus::Publisher> publisher_;
  std::vector<registry::model::SchemaId> ids_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Ingest> ingest_;
};

TEST_F(IngestOverTheBroker, StoresEachRecordOnceThroughRestartsOfBrokerAndStore) {
  send(0, 100);
  broker_.stop();
  ASSERT_OK(broker_.start());
  send(100, 200);
  expect_sequences(200);
  stop();
  send(200, 250);
  send(190, 250);  // the transformer died and repeats from its last saved position
  start();
  send(250, 300);
  expect_sequences(300);
  EXPECT_EQ(ingest_->stats().repeated, 60u * kTopics);
  EXPECT_EQ(ingest_->stats().dead_lettered, 0u);
  EXPECT_GT(ingest_->latency().count(), 0u);
}

}  // namespace
}  // namespace weir::store::ingest

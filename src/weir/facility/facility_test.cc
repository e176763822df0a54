// The life of a telemetry message, from text to a row, in one process over the real wire.
#include "weir/facility/facility.h"

#include <gmock/gmock.h>

#include <thread>

#include "weir/bus/publisher.h"
#include "weir/bus/subscriber.h"
#include "weir/io/clock.h"
#include "weir/io/file_system.h"
#include "weir/testing/matchers.h"
#include "weir/testing/temp_folder.h"

namespace weir::facility {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kInterface = R"(<?xml version="1.0" encoding="UTF-8"?>
<SALTelemetrySet>
  <SALTelemetry>
    <Subsystem>Tower</Subsystem><EFDB_Topic>Tower_wind</EFDB_Topic><Explanation>wind at the mast</Explanation>
    <item><EFDB_Name>speed</EFDB_Name><Description>mean speed</Description><IDL_Type>double</IDL_Type><Units>m/s</Units><Count>1</Count></item>
    <item><EFDB_Name>note</EFDB_Name><Description>remark</Description><IDL_Type>string</IDL_Type><Units></Units><Count>1</Count></item>
    <item><EFDB_Name>gusts</EFDB_Name><Description>gusts</Description><IDL_Type>float</IDL_Type><Units>m/s</Units><Count>3</Count></item>
  </SALTelemetry>
</SALTelemetrySet>)";

std::string line(int sequence, const std::string& rest) {
  return "Tower_telemetry Tower_wind:( 'r1' , 1700000000.500000 , 1700000000.501000 , " +
         std::to_string(sequence) + " , 1 , 2 , " + rest + ")";
}

class FacilityTest : public ::testing::Test {
 protected:
  void start() {
    const sal::Interfaces interfaces = sal::read_interfaces({{"Tower_Telemetry.xml", kInterface}});
    ASSERT_EQ(interfaces.topics.size(), 1u);
    auto facility = Facility::start({.data = folder_.path() + "/data",
                                     .kafka_listen = "127.0.0.1:0",
                                     .registry_listen = "127.0.0.1:0"},
                                    interfaces, io::real_file_system(), io::real_clock());
    ASSERT_OK(facility);
    facility_ = std::move(*facility);
    auto publisher = bus::Publisher::connect({.brokers = facility_->addresses().kafka});
    ASSERT_OK(publisher);
    publisher_ = std::move(*publisher);
  }

  void write(const std::string& text) {
    ASSERT_OK(publisher_->publish({.topic = "Tower_telemetry", .value = text},
                                  [](const bus::Delivery&) {}));
    ASSERT_OK(publisher_->flush(seconds(30)));
  }

  // Waits until `done` holds: the parts run on their own threads.
  ::testing::AssertionResult eventually(const std::function<bool()>& done) {
    for (int i = 0; i < 6000; ++i) {
      if (done()) return ::testing::AssertionSuccess();
      std::this_thread::sleep_for(milliseconds(10));
    }
    return ::testing::AssertionFailure() << "not within a minute";
  }

  uint64_t rows() const { return facility_->status().store.rows; }

  std::vector<int64_t> sequences() {
    std::vector<int64_t> numbers;
    auto cursor =
        facility_->reader().query({.topic = "lsst.sal.Tower_wind", .fields = {"sal_sequence"}});
    EXPECT_OK(cursor);
    while (cursor && *cursor->next()) numbers.push_back(cursor->value(0).integer());
    return numbers;
  }

  const testing::TempFolder folder_;
  std::unique_ptr<Facility> facility_;
  std::unique_ptr<bus::Publisher> publisher_;
};

TEST_F(FacilityTest, ALineOfTextBecomesARowWithUnitsAndValues) {
  start();
  write(line(1, "12.250000 , 'calm, (mostly) it''s' , 1.500000, 2.500000, nan"));
  ASSERT_TRUE(eventually([&] { return rows() == 1; }));

  ASSERT_OK_AND_ASSIGN(const store::TopicDescription topic,
                       facility_->reader().describe("lsst.sal.Tower_wind"));
  EXPECT_EQ(topic.summary.kind, "SALTelemetry");
  ASSERT_OK_AND_ASSIGN(store::Cursor row, facility_->reader().query(
                                              {.topic = "lsst.sal.Tower_wind",
                                               .fields = {"speed", "note", "gusts", "sal_host"}}));
  ASSERT_OK_AND_ASSIGN(const bool more, row.next());
  ASSERT_TRUE(more);
  EXPECT_EQ(row.time(), from_millis(1'700'000'000'500)) << "the time that the instrument stamped";
  EXPECT_EQ(row.columns()[0].unit, "m/s");
  EXPECT_EQ(row.value(0).real(), 12.25);
  EXPECT_EQ(row.value(1).text(), "calm, (mostly) it''s");
  ASSERT_EQ(row.value(2).size(), 3u);
  EXPECT_EQ(row.value(2).real(1), 2.5);
  EXPECT_TRUE(std::isnan(row.value(2).real(2)));
  EXPECT_EQ(row.value(3).integer(), 2) << "host, after origin";
}

TEST_F(FacilityTest, WhatCannotBeReadGoesToTheDeadLettersAndTheRestGoesOn) {
  start();
  const std::vector<std::string> bad = {
      "no line at all", "Tower_telemetry Tower_unknown:( 'r' , 1)", line(2, "1.0 , 'few'")};
  for (const std::string& text : bad) write(text);
  write(line(3, "1.000000 , 'fine' , 1.0, 2.0, 3.0"));
  ASSERT_TRUE(
      eventually([&] { return rows() == 1 && facility_->status().transform.dead_lettered == 3; }));

  ASSERT_OK_AND_ASSIGN(const auto subscriber,
                       bus::Subscriber::connect({.brokers = facility_->addresses().kafka}));
  ASSERT_OK(subscriber->add({{{"weir.dead-letter", 0}, 0}}));
  std::vector<std::string> letters;
  ASSERT_TRUE(eventually([&] {
    auto records = subscriber->poll(10, milliseconds(100));
    for (const bus::IncomingRecord& record : *records) {
      letters.emplace_back(*record.value);
      EXPECT_EQ(record.header("weir.source.topic"), "Tower_telemetry");
      EXPECT_EQ(record.header("weir.source.partition"), "0");
      EXPECT_EQ(record.header("weir.source.offset"), std::to_string(record.offset));
      EXPECT_FALSE(record.header("weir.error.reason")->empty());
    }
    return letters.size() == bad.size();
  }));
  EXPECT_EQ(letters, bad) << "byte for byte, in order";
}

TEST_F(FacilityTest, ARestartGoesOnWhereItWas) {
  start();
  for (int i = 1; i <= 50; ++i) write(line(i, "1.0 , '' , 1, 2, 3"));
  ASSERT_TRUE(eventually([&] { return rows() == 50; }));
  publisher_.reset();
  ASSERT_OK(facility_->stop());
  facility_.reset();

  start();
  for (int i = 51; i <= 60; ++i) write(line(i, "1.0 , '' , 1, 2, 3"));
  ASSERT_TRUE(eventually([&] { return rows() == 10; })) << "only what is new is read again";
  std::vector<int64_t> expected(60);
  for (size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<int64_t>(i + 1);
  EXPECT_THAT(sequences(), ::testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(facility_->status().store.repeated, 0u);
}

TEST_F(FacilityTest, ASecondOneOnTheSameFolderIsRefused) {
  start();
  const sal::Interfaces interfaces = sal::read_interfaces({{"Tower_Telemetry.xml", kInterface}});
  EXPECT_ERROR(ErrorCode::already_exists,
               Facility::start({.data = folder_.path() + "/data", .kafka_listen = "127.0.0.1:0"},
                               interfaces, io::real_file_system(), io::real_clock()));
}

}  // namespace
}  // namespace weir::facility

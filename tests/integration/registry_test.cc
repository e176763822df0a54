// The registry over weir's own broker and over HTTP, and its client.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "facility_broker.h"
#include "weir/avro/binary.h"
#include "weir/base/json.h"
#include "weir/bus/publisher.h"
#include "weir/bus/schema_book.h"
#include "weir/bus/subscriber.h"
#include "weir/io/http_client.h"
#include "weir/io/http_server.h"
#include "weir/registry/client/client.h"
#include "weir/registry/model/schema_record.h"
#include "weir/registry/server/registry.h"
#include "weir/testing/manual_clock.h"

namespace weir::registry {
namespace {

using namespace std::chrono_literals;
using client::RegistryClient;
using server::Registry;

std::string record_schema(int number) {
  return R"({"type":"record","name":"r)" + std::to_string(number) +
         R"(","fields":[{"name":"x","type":"double"}]})";
}

avro::Schema parsed(std::string_view text) {
  auto schema = avro::parse_schema(text);
  EXPECT_TRUE(schema.has_value());
  return *schema;
}

class RegistryOverHttp : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(broker_.start());
    start();
  }

  void start() {
    auto started = Registry::start({.brokers = broker_.brokers(), .port = 0}, io::real_clock());
    ASSERT_TRUE(started.has_value()) << started.error().to_string();
    registry_ = *std::move(started);
  }

  io::HttpReply call(const std::string& method, const std::string& path,
                     const std::string& body = "",
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    if (!body.empty() && headers.empty())
      headers = {{"Content-Type", "application/vnd.schemaregistry.v1+json"}};
    const auto reply = http_.call({.method = method,
                                   .url = registry_->url() + path,
                                   .body = body,
                                   .headers = std::move(headers)});
    EXPECT_TRUE(reply.has_value()) << reply.error().to_string();
    return reply.value_or(io::HttpReply{});
  }

  io::HttpReply add(const std::string& subject, const std::string& schema) {
    Json body = Json::object();
    body.set("schema", schema);
    return call("POST", "/subjects/" + io::percent_encode(subject) + "/versions", body.print());
  }

  static int64_t id_in(const io::HttpReply& reply) {
    const auto body = Json::parse(reply.body);
    return body ? body->find_int64("id").value_or(-1) : -1;
  }

  void expect_error(const io::HttpReply& reply, int status, int64_t code,
                    const std::string& message) {
    EXPECT_EQ(reply.status, status) << reply.body;
    const auto body = Json::parse(reply.body);
    ASSERT_TRUE(body.has_value()) << reply.body;
    EXPECT_EQ(body->find_int64("error_code"), code);
    ASSERT_NE(body->find_string("message"), nullptr);
    EXPECT_THAT(*body->find_string("message"), ::testing::HasSubstr(message));
  }

  testing::FacilityBroker broker_;
  std::unique_ptr<Registry> registry_;
  io::HttpClient http_;
};

TEST_F(RegistryOverHttp, RegistersOnceAndAnswersByIdSubjectAndVersion) {
  const io::HttpReply first = add("dome-value", record_schema(1));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.content_type, "application/vnd.schemaregistry.v1+json");
  EXPECT_EQ(id_in(first), 1);
  EXPECT_EQ(id_in(add("dome-value", record_schema(1))), 1);
  EXPECT_EQ(id_in(add("mount-value", record_schema(1))), 1);
  EXPECT_EQ(id_in(add("dome-value", record_schema(2))), 2);
  EXPECT_EQ(call("GET", "/subjects").body, R"(["dome-value","mount-value"])");
  EXPECT_EQ(call("GET", "/subjects/dome-value/versions").body, "[1,2]");
  EXPECT_EQ(call("GET", "/schemas/ids/2/schema").body, record_schema(2));
  EXPECT_EQ(call("GET", "/subjects/dome-value/versions/1/schema").body, record_schema(1));
  EXPECT_EQ(call("GET", "/schemas/ids/1/versions").body,
            R"([{"subject":"dome-value","version":1},{"subject":"mount-value","version":1}])");
  EXPECT_EQ(call("GET", "/schemas/types").body, R"(["AVRO"])");
  EXPECT_EQ(call("GET", "/").body, "{}");
  EXPECT_EQ(call("GET", "/healthz").status, 200);
  EXPECT_EQ(call("GET", "/config").body, R"({"compatibilityLevel":"NONE"})");

  const auto latest = Json::parse(call("GET", "/subjects/dome-value/versions/latest").body);
  ASSERT_OK(latest);
  EXPECT_EQ(latest->find_int64("version"), 2);
  EXPECT_EQ(latest->find_int64("id"), 2);
  EXPECT_EQ(*latest->find_string("schemaType"), "AVRO");
  EXPECT_EQ(latest->find_string("guid")->size(), 36u);
  const auto found =
      call("POST", "/subjects/dome-value", Json::object().set("schema", record_schema(1)).print());
  EXPECT_EQ(Json::parse(found.body)->find_int64("version"), 1);
}

TEST_F(RegistryOverHttp, AnswersMistakesAsConfluentsDoes) {
  EXPECT_EQ(add("s", "\"int\"").status, 200);
  expect_error(call("GET", "/schemas/ids/99"), 404, 40403, "Schema 99 not found");
  expect_error(call("GET", "/schemas/ids/x"), 404, 404, "HTTP 404 Not Found");
  expect_error(call("GET", "/nothing"), 404, 404, "HTTP 404 Not Found");
  expect_error(call("DELETE", "/subjects"), 405, 405, "HTTP 405 Method Not Allowed");
  expect_error(call("GET", "/subjects/none/versions"), 404, 40401, "Subject 'none' not found.");
  expect_error(call("GET", "/subjects/none/versions/1"), 404, 40401, "Subject 'none' not found.");
  expect_error(call("GET", "/subjects/s/versions/7"), 404, 40402, "Version 7 not found.");
  expect_error(call("GET", "/subjects/s/versions/0"), 422, 42202,
               "The specified version '0' is not a valid version id.");
  expect_error(call("POST", "/subjects/none", R"({"schema":"\"int\""})"), 404, 40401,
               "Subject 'none' not found.");
  expect_error(call("POST", "/subjects/s", R"({"schema":"\"long\""})"), 404, 40403,
               "Schema not found");
  expect_error(add("s", "{not a schema"), 422, 42201, "Invalid schema");
  expect_error(call("POST", "/subjects/s/versions", R"({"schema":""})"), 422, 42201,
               "Empty schema");
  expect_error(call("POST", "/subjects/s/versions", R"({"schema":"{}","schemaType":"JSON"})"), 422,
               42201, "JSON");
  expect_error(call("POST", "/subjects/s/versions", R"({"schema":"\"int\"","id":4})"), 422, 42205,
               "import mode");
  expect_error(call("POST", "/subjects/s/versions", "{"), 400, 400, "JSON");
  expect_error(add("__GLOBAL", "\"int\""), 422, 42208,
               "The specified subject '__GLOBAL' is not a valid.");
  expect_error(call("GET", "/subjects", "", {{"Accept", "text/html"}}), 406, 406, "Not Acceptable");
  expect_error(call("POST", "/subjects/s/versions", "x", {{"Content-Type", "text/plain"}}), 415,
               415, "Media Type");
  EXPECT_EQ(call("GET", "/subjects", "", {{"Accept", "application/json"}}).content_type,
            "application/json");
}

TEST_F(RegistryOverHttp, TakesAnyTextAsSubject) {
  const std::string subject = "a/b:c d%é";
  EXPECT_EQ(add(subject, "\"int\"").status, 200);
  EXPECT_EQ(call("GET", "/subjects/" + io::percent_encode(subject) + "/versions").body, "[1]");
}

TEST_F(RegistryOverHttp, KnowsEverythingAfterARestartOfBothAndGoesOnCounting) {
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(id_in(add("s" + std::to_string(i), record_schema(i))), i + 1);
  const std::string before = call("GET", "/subjects/s7/versions/1").body;
  registry_.reset();
  broker_.stop();
  ASSERT_OK(broker_.start());
  start();
  EXPECT_EQ(call("GET", "/subjects/s7/versions/1").body, before);
  EXPECT_EQ(id_in(add("s3", record_schema(3))), 4);
  EXPECT_EQ(id_in(add("new", record_schema(100))), 21);
}

TEST_F(RegistryOverHttp, FinishesARegistrationWhenTheBrokerComesBack) {
  EXPECT_EQ(add("s", "\"int\"").status, 200);
  broker_.stop();
  std::thread later([&] { EXPECT_EQ(id_in(add("s", "\"long\"")), 2); });
  ASSERT_OK(broker_.start());
  later.join();
}

TEST_F(RegistryOverHttp, WritesConfluentsRecordsAndPassesOverBadOnes) {
  ASSERT_OK_AND_ASSIGN(auto publisher, bus::Publisher::connect({.brokers = broker_.brokers()}));
  const auto write = [&](std::optional<BytesView> key, std::optional<BytesView> value) {
    EXPECT_OK(
        publisher->publish({.topic = "_schemas", .partition = 0, .key = key, .value = value},
                           [](const bus::Delivery& delivery) { EXPECT_TRUE(delivery.ok()); }));
  };
  write("garbage", "\xff\xfe");
  write(R"({"keytype":"SCHEMA","subject":"s"})", std::nullopt);
  write(model::encode_schema_key("karapace", 1),
        R"({"deleted":false,"id":5,"schema":"\"bytes\"","subject":"karapace","version":1})");
  ASSERT_OK(publisher->flush(10s));
  for (int tries = 0; tries < 1000 && call("GET", "/schemas/ids/5").status != 200; ++tries) {
    std::this_thread::yield();
  }
  EXPECT_EQ(id_in(add("mine", "\"int\"")), 6);
  EXPECT_EQ(call("GET", "/schemas/ids/5/schema").body, "\"bytes\"");
  registry_.reset();
  start();
  EXPECT_EQ(call("GET", "/subjects").body, R"(["karapace","mine"])");

  ASSERT_OK_AND_ASSIGN(auto subscriber, bus::Subscriber::connect({.brokers = broker_.brokers()}));
  ASSERT_OK(subscriber->add({{{"_schemas", 0}, 0}}));
  bool found = false;
  for (int tries = 0; tries < 100 && !found; ++tries) {
    const auto records = subscriber->poll(100, 100ms);
    ASSERT_OK(records);
    for (const bus::IncomingRecord& record : *records) {
      if (record.key != R"({"keytype":"SCHEMA","subject":"mine","version":1,"magic":1})") continue;
      found = true;
      EXPECT_THAT(std::string(*record.value),
                  ::testing::StartsWith(R"({"subject":"mine","version":1,"id":6,"md5":")"));
      EXPECT_THAT(std::string(*record.value),
                  ::testing::EndsWith(R"(","schema":"\"int\"","deleted":false})"));
    }
  }
  EXPECT_TRUE(found);
}

TEST_F(RegistryOverHttp, RegistersThousandsPerSecond) {
  constexpr int kCount = 1300;
  std::vector<RegistryClient::Registration> registrations;
  for (int i = 0; i < kCount; ++i) {
    registrations.push_back({"subject-" + std::to_string(i), parsed(record_schema(i))});
  }
  RegistryClient client({.urls = {registry_->url()}});
  const SteadyTime start = io::real_clock().steady_now();
  ASSERT_OK_AND_ASSIGN(const auto ids, client.register_schemas(registrations));
  const std::chrono::duration<double> took = io::real_clock().steady_now() - start;
  RecordProperty("schemas_per_second", std::to_string(kCount / took.count()));
  std::printf("registered %.0f schemas per second\n", kCount / took.count());
  EXPECT_EQ(std::set<int32_t>(ids.begin(), ids.end()).size(), static_cast<size_t>(kCount));
  EXPECT_EQ(call("GET", "/subjects/subject-7/versions").body, "[1]");
}

TEST_F(RegistryOverHttp, GivesConcurrentWritersOfOneSchemaOneId) {
  std::vector<RegistryClient::Registration> registrations(64, {"same", parsed(record_schema(1))});
  for (size_t i = 0; i < registrations.size(); i += 2) registrations[i].subject = "other";
  RegistryClient client({.urls = {registry_->url()}});
  ASSERT_OK_AND_ASSIGN(const auto ids, client.register_schemas(registrations));
  EXPECT_THAT(ids, ::testing::Each(1));
  EXPECT_EQ(call("GET", "/subjects/same/versions").body, "[1]");
  EXPECT_EQ(call("GET", "/subjects/other/versions").body, "[1]");
}

TEST_F(RegistryOverHttp, BooksSchemasById) {
  RegistryClient writer({.urls = {registry_->url()}});
  ASSERT_OK_AND_ASSIGN(const int32_t id,
                       writer.register_schema("dome-value", parsed(record_schema(1))));
  RegistryClient reader(
      {.urls = {"http://127.0.0.1:1", registry_->url()}});  // the first does not answer
  bus::SchemaBook book(reader);
  ASSERT_OK_AND_ASSIGN(const bus::BookedSchema* entry, book.find(id));
  EXPECT_EQ(entry->schema.to_string(), record_schema(1));
  ASSERT_EQ(entry->plan.leaves().size(), 1u);
  ASSERT_OK_AND_ASSIGN(const bus::BookedSchema* again, book.find(id));
  EXPECT_EQ(again, entry);
  EXPECT_ERROR(ErrorCode::not_found, book.find(77));
}

TEST(RegistryClientCache, AsksOnceForOneIdAndRemembersUnknownOnes) {
  std::atomic<int> asked = 0;
  ASSERT_OK_AND_ASSIGN(
      auto server, io::HttpServer::start({}, [&](io::HttpRequest request, io::HttpResponder reply) {
        ++asked;
        if (request.path == "/schemas/ids/1")
          return reply.send({.body = R"({"schema":"\"int\""})"});
        reply.send(
            {.status = 404, .body = R"({"error_code":40403,"message":"Schema 2 not found"})"});
      }));
  testing::ManualClock clock;
  RegistryClient client({.urls = {server->url()}}, clock);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_OK(client.schema(1)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(asked, 1);
  EXPECT_ERROR(ErrorCode::not_found, client.schema(2));
  EXPECT_ERROR(ErrorCode::not_found, client.schema(2));
  EXPECT_EQ(asked, 2);
  clock.advance(31s);
  EXPECT_ERROR(ErrorCode::not_found, client.schema(2));
  EXPECT_EQ(asked, 3);
}

TEST(RegistryClientCache, TriesAgainWhileTheRegistryIsUnwell) {
  std::atomic<int> asked = 0;
  ASSERT_OK_AND_ASSIGN(auto server,
                       io::HttpServer::start({}, [&](io::HttpRequest, io::HttpResponder reply) {
                         if (++asked < 3) return reply.send({.status = 503, .body = "{}"});
                         reply.send({.body = R"({"schema":"\"int\""})"});
                       }));
  RegistryClient client({.urls = {server->url()}, .first_pause = 1ms});
  EXPECT_OK(client.schema(1));
  EXPECT_EQ(asked, 3);
  server.reset();
  RegistryClient nobody({.urls = {"http://127.0.0.1:1"}, .attempts = 2, .first_pause = 1ms});
  EXPECT_ERROR(ErrorCode::unavailable, nobody.schema(1));
}

}  // namespace
}  // namespace weir::registry

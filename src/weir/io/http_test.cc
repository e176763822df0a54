#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "weir/io/http_client.h"
#include "weir/io/http_server.h"
#include "weir/testing/matchers.h"
#include "weir/testing/tcp_client.h"

namespace weir::io {
namespace {

class HttpTest : public ::testing::Test {
 protected:
  void serve(HttpServer::Handler handler, HttpServerOptions options = {}) {
    auto server = HttpServer::start(options, std::move(handler));
    ASSERT_OK(server);
    server_ = std::move(*server);
  }
  std::string url(std::string_view path) const { return server_->url() + std::string(path); }

  std::unique_ptr<HttpServer> server_;
  HttpClient client_;
};

TEST_F(HttpTest, CarriesMethodPathQueryHeadersAndBody) {
  HttpRequest seen;
  serve([&](HttpRequest request, HttpResponder reply) {
    seen = std::move(request);
    reply.send({.status = 201, .content_type = "text/plain", .body = "made"});
  });
  ASSERT_OK_AND_ASSIGN(const HttpReply reply,
                       client_.call({.method = "POST",
                                     .url = url("/subjects/a%2Fb/x?deleted=true&name=a+b%26"),
                                     .body = "{\"k\":1}",
                                     .headers = {{"X-Test", "yes"}}}));
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.content_type, "text/plain");
  EXPECT_EQ(reply.body, "made");
  EXPECT_EQ(seen.method, "POST");
  EXPECT_THAT(seen.segments, ::testing::ElementsAre("subjects", "a/b", "x"));
  ASSERT_NE(seen.query_value("name"), nullptr);
  EXPECT_EQ(*seen.query_value("name"), "a b&");
  EXPECT_EQ(seen.query_value("other"), nullptr);
  EXPECT_EQ(seen.header("x-test"), "yes");
  EXPECT_EQ(seen.body, "{\"k\":1}");
}

TEST_F(HttpTest, KeepsTheConnectionAndAnswersFromAnotherThread) {
  std::thread worker;
  serve([&](HttpRequest, HttpResponder reply) {
    if (worker.joinable()) worker.join();
    worker = std::thread(
        [responder = std::move(reply)]() mutable { responder.send({.body = "later"}); });
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK_AND_ASSIGN(const HttpReply reply, client_.call({.url = url("/")}));
    EXPECT_EQ(reply.body, "later");
  }
  worker.join();
}

TEST_F(HttpTest, StreamsALargeAnswerInPieces) {
  std::thread worker;
  const std::string piece(100'000, 'x');
  serve([&](HttpRequest, HttpResponder reply) {
    worker = std::thread([&, responder = std::move(reply)]() mutable {
      responder.begin({.content_type = "text/csv"});
      for (int i = 0; i < 100; ++i) ASSERT_OK(responder.write(piece));
      responder.end();
    });
  });
  ASSERT_OK_AND_ASSIGN(const HttpReply reply, client_.call({.url = url("/")}));
  worker.join();
  EXPECT_EQ(reply.body.size(), 100 * piece.size());
  EXPECT_EQ(std::count(reply.body.begin(), reply.body.end(), 'x'), 100 * 100'000);
}

TEST_F(HttpTest, AnAnswerThatBreaksOffIsNoSuccess) {
  serve([&](HttpRequest, HttpResponder reply) {
    reply.begin({});
    ASSERT_OK(reply.write("half of it"));
  });
  EXPECT_ERROR(ErrorCode::unavailable, client_.call({.url = url("/")}));
}

TEST_F(HttpTest, ARefusalIsNotHandedToTheSink) {
  serve([](HttpRequest, HttpResponder reply) {
    reply.send({.status = 404, .body = "no such thing"});
  });
  Bytes body;
  ASSERT_OK_AND_ASSIGN(const HttpReply reply,
                       client_.stream({.url = url("/")}, [&](BytesView piece) {
                         body += piece;
                         return true;
                       }));
  EXPECT_EQ(reply.body, "no such thing");
  EXPECT_EQ(body, "");
}

TEST_F(HttpTest, TellsTheStreamerThatTheClientHasGone) {
  Status last;
  std::thread worker;
  serve([&](HttpRequest, HttpResponder reply) {
    worker = std::thread([&, responder = std::move(reply)]() mutable {
      responder.begin({});
      const std::string piece(100'000, 'x');
      while (last) last = responder.write(piece);
    });
  });
  EXPECT_ERROR(ErrorCode::unavailable,
               client_.stream({.url = url("/")}, [](BytesView) { return false; }));
  worker.join();
  EXPECT_ERROR(ErrorCode::unavailable, last);
}

TEST_F(HttpTest, RefusesWhatIsMalformedOrTooLargeAndGoesOn) {
  serve([](HttpRequest, HttpResponder reply) { reply.send({.body = "ok"}); },
        {.max_body_bytes = 100});
  ASSERT_OK_AND_ASSIGN(
      const HttpReply large,
      client_.call({.method = "POST", .url = url("/"), .body = std::string(1000, 'a')}));
  EXPECT_EQ(large.status, 413);
  for (const char* bytes :
       {"\r\n\r\n", "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02"}) {
    ASSERT_OK_AND_ASSIGN(testing::TcpClient raw,
                         testing::TcpClient::connect("127.0.0.1", server_->port()));
    ASSERT_OK(raw.send(bytes));
    raw.finish_sending();
    EXPECT_OK(raw.receive_all());
  }
  ASSERT_OK_AND_ASSIGN(const HttpReply fine, client_.call({.url = url("/")}));
  EXPECT_EQ(fine.status, 200);
}

TEST_F(HttpTest, ARequestNobodyAnswersIsAnswered500) {
  serve([](HttpRequest, HttpResponder) {});
  ASSERT_OK_AND_ASSIGN(const HttpReply reply, client_.call({.url = url("/")}));
  EXPECT_EQ(reply.status, 500);
}

TEST_F(HttpTest, SaysWhenThePortIsTakenOrNobodyListens) {
  serve([](HttpRequest, HttpResponder) {});
  const uint16_t port = server_->port();
  EXPECT_ERROR(ErrorCode::already_exists,
               HttpServer::start({.port = port}, [](HttpRequest, HttpResponder) {}));
  const std::string gone = url("/");
  server_.reset();
  EXPECT_ERROR(ErrorCode::unavailable, client_.call({.url = gone}));
}

TEST(Percent, EncodesAndDecodes) {
  EXPECT_EQ(percent_encode("lsst.sal/x y"), "lsst.sal%2Fx%20y");
  EXPECT_EQ(percent_decode(percent_encode("\xc3\xa9:%")), "\xc3\xa9:%");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
}

}  // namespace
}  // namespace weir::io

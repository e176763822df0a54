#include "weir/io/tcp.h"

#include <gmock/gmock.h>

#include <deque>
#include <future>
#include <thread>

#include "weir/testing/matchers.h"
#include "weir/testing/tcp_client.h"

namespace weir::io {
namespace {

using testing::TcpClient;

// Sends back what it gets; keeps itself until the connection ends.
class Echo : public TcpEvents {
 public:
  explicit Echo(std::unique_ptr<TcpConnection> connection) : connection_(std::move(connection)) {}

  void on_bytes(BytesView bytes) override {
    received += bytes.size();
    connection_->write(Bytes(bytes));
    if (bytes.ends_with("bye")) connection_->close_after_writes();
    if (bytes.ends_with("cut")) connection_->close();
    if (connection_->unsent() > limit) connection_->pause_reading();
    most_unsent = std::max(most_unsent, connection_->unsent());
  }
  void on_drained() override { connection_->resume_reading(); }
  void on_closed() override { closed = true; }

  const TcpConnection& connection() const { return *connection_; }

  size_t limit = SIZE_MAX;
  size_t received = 0;
  size_t most_unsent = 0;
  bool closed = false;

 private:
  std::unique_ptr<TcpConnection> connection_;
};

// A loop in a thread with an echo server on it.
class Server {
 public:
  explicit Server(TcpListenerOptions options = {.address = {.host = "127.0.0.1"}},
                  size_t limit = SIZE_MAX) {
    auto opened =
        TcpListener::open(loop_, options, [this, limit](std::unique_ptr<TcpConnection> connection) {
          TcpConnection& stream = *connection;
          Echo& echo = echoes.emplace_back(std::move(connection));
          echo.limit = limit;
          stream.start(echo);
        });
    if (opened) listener_ = std::move(*opened);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Server() {
    loop_.stop();
    thread_.join();
  }

  TcpListener& listener() { return *listener_; }
  template <typename Function>
  auto on_loop(Function function) {
    std::promise<decltype(function())> promise;
    loop_.post([&] { promise.set_value(function()); });
    return promise.get_future().get();
  }

 private:
  EventLoop loop_;
  std::unique_ptr<TcpListener> listener_;
  std::thread thread_;

 public:
  std::deque<Echo> echoes;
};

TEST(TcpAddress, ParsesHostAndPort) {
  EXPECT_EQ(*TcpAddress::parse("127.0.0.1:9092"), (TcpAddress{"127.0.0.1", 9092}));
  EXPECT_EQ(*TcpAddress::parse("[::1]:0"), (TcpAddress{"::1", 0}));
  EXPECT_EQ(*TcpAddress::parse(":80"), (TcpAddress{"", 80}));
  EXPECT_EQ((TcpAddress{"::1", 9}).to_string(), "[::1]:9");
  for (const char* bad : {"", "host", "host:", "host:70000", "host:9x", "::1:80", "host:-1"}) {
    EXPECT_ERROR(ErrorCode::invalid_argument, TcpAddress::parse(bad)) << bad;
  }
}

TEST(Tcp, EchoesOverARealSocketAndKnowsBothAddresses) {
  Server server;
  ASSERT_OK_AND_ASSIGN(TcpClient client, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(client.send("hello"));
  ASSERT_OK_AND_ASSIGN(const Bytes answer, client.receive(5));
  EXPECT_EQ(answer, "hello");
  const auto [local, remote] = server.on_loop([&] {
    return std::pair(server.echoes[0].connection().local_address(),
                     server.echoes[0].connection().remote_address());
  });
  EXPECT_EQ(local, (TcpAddress{"127.0.0.1", server.listener().port()}));
  EXPECT_EQ(remote.host, "127.0.0.1");
}

TEST(Tcp, SendsTheQueueBeforeItClosesOnRequest) {
  Server server;
  ASSERT_OK_AND_ASSIGN(TcpClient client, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(client.send("so long, bye"));
  ASSERT_OK_AND_ASSIGN(const Bytes answer, client.receive_all());
  EXPECT_EQ(answer, "so long, bye");
  EXPECT_TRUE(server.on_loop([&] { return server.echoes[0].closed; }));
}

TEST(Tcp, ClosesAtOnceWithoutAWord) {
  Server server;
  ASSERT_OK_AND_ASSIGN(TcpClient client, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(client.send("cut"));
  ASSERT_OK_AND_ASSIGN(const Bytes answer, client.receive_all());
  EXPECT_EQ(answer, "");
  EXPECT_FALSE(server.on_loop([&] { return server.echoes[0].closed; }));
}

TEST(Tcp, TellsThatThePeerClosed) {
  Server server;
  ASSERT_OK_AND_ASSIGN(TcpClient client, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(client.send("x"));
  ASSERT_OK(client.receive(1));
  client.finish_sending();
  ASSERT_OK(client.receive_all());
  EXPECT_TRUE(server.on_loop([&] { return server.echoes[0].closed; }));
}

TEST(Tcp, HoldsThePeerBackWhileReadingIsPaused) {
  constexpr size_t kSize = 64 << 20;
  Server server({.address = {.host = "127.0.0.1"}}, 1 << 20);
  ASSERT_OK_AND_ASSIGN(TcpClient client, TcpClient::connect("127.0.0.1", server.listener().port()));
  std::thread sender([&] { EXPECT_OK(client.send(Bytes(kSize, 'x'))); });
  ASSERT_OK_AND_ASSIGN(const Bytes answer, client.receive(kSize));
  sender.join();
  EXPECT_EQ(answer.find_first_not_of('x'), Bytes::npos);
  EXPECT_LT(server.on_loop([&] { return server.echoes[0].most_unsent; }), size_t{4} << 20);
}

TEST(Tcp, RefusesConnectionsOverTheLimitAndTakesNewOnesLater) {
  Server server({.address = {.host = "127.0.0.1"}, .max_connections = 1});
  ASSERT_OK_AND_ASSIGN(TcpClient first, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(first.send("a"));
  ASSERT_OK(first.receive(1));
  ASSERT_OK_AND_ASSIGN(TcpClient second, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK_AND_ASSIGN(const Bytes nothing, second.receive_all());
  EXPECT_EQ(nothing, "");
  EXPECT_EQ(server.on_loop([&] { return server.listener().refused(); }), 1u);
  server.on_loop([&] { return server.echoes.clear(), 0; });
  ASSERT_OK_AND_ASSIGN(TcpClient third, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(third.send("c"));
  EXPECT_OK(third.receive(1));
}

TEST(TcpListener, LocalhostAnswersOnBothLoopbackAddresses) {
  Server server({.address = {.host = "localhost"}});
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto client = TcpClient::connect(host, server.listener().port());
    if (!client && std::string_view(host) == "::1") GTEST_SKIP() << "this host has no IPv6";
    ASSERT_TRUE(client.has_value()) << client.error().to_string();
    ASSERT_OK(client->send("x"));
    EXPECT_OK(client->receive(1));
  }
}

TEST(TcpListener, EmptyHostShowsIPv4PeersAsIPv4) {
  Server server({.address = {}});
  ASSERT_OK_AND_ASSIGN(TcpClient client, TcpClient::connect("127.0.0.1", server.listener().port()));
  ASSERT_OK(client.send("x"));
  ASSERT_OK(client.receive(1));
  EXPECT_EQ(server.on_loop([&] { return server.echoes[0].connection().local_address().host; }),
            "127.0.0.1");
}

TEST(TcpListener, SaysThatThePortIsTaken) {
  Server server;
  EventLoop loop;
  const TcpListenerOptions options{
      .address = {.host = "127.0.0.1", .port = server.listener().port()}};
  EXPECT_ERROR(ErrorCode::already_exists, TcpListener::open(loop, options, [](auto) {}));
  EXPECT_ERROR(ErrorCode::invalid_argument,
               TcpListener::open(loop, {.address = {.host = "256.1.1.1"}}, [](auto) {}));
}

}  // namespace
}  // namespace weir::io

#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::io {

struct HttpRequest {
  std::string method = {};                 // "GET"
  std::string path = {};                   // as sent, still percent-encoded: "/subjects/a%2Fb"
  std::vector<std::string> segments = {};  // decoded: {"subjects", "a/b"}
  std::vector<std::pair<std::string, std::string>> query = {};   // decoded, in order
  std::map<std::string, std::string, std::less<>> headers = {};  // names in lower case
  Bytes body = {};

  // The first value of that name, or nullptr.
  const std::string* query_value(std::string_view name) const;
  // "" when absent. Give the name in lower case.
  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  Bytes body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Answers one request, now or later, from any thread, once. Dropping it unanswered answers 500;
// dropping it in the middle of a streamed answer breaks the connection, so that the client sees it
// is not whole. A large answer is sent in pieces: `begin`, then `write` as often as there is
// something, then `end`. Shared: but one thread at a time.
class HttpResponder {
 public:
  class Exchange;
  explicit HttpResponder(std::shared_ptr<Exchange> exchange);
  HttpResponder(HttpResponder&&) noexcept;
  HttpResponder& operator=(HttpResponder&&) noexcept;
  ~HttpResponder();

  void send(HttpResponse response);

  // Starts an answer of unknown length (chunked); the body of `head` is not used.
  void begin(HttpResponse head);
  // Sends a piece; blocks while the client is slow to read. `unavailable` when it has gone. Never
  // call it on the server's own thread.
  Status write(BytesView piece);
  void end();

 private:
  std::shared_ptr<Exchange> exchange_;
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: a free one
  std::string thread_name = "http";
  size_t max_body_bytes = 10 * 1024 * 1024;
  size_t max_connections = 512;
  std::chrono::seconds idle_timeout{60};
};

// An HTTP/1.1 server with a thread of its own. The handler runs on that thread: it must not block,
// and hands long work to another thread together with the responder. Malformed requests are
// answered 400, oversize bodies 413, connections above the limit are closed. Shared.
//
//   WEIR_TRY_ASSIGN(auto server, HttpServer::start({.port = 8081}, [](HttpRequest request,
//   HttpResponder reply) {
//     reply.send({.body = "{}"});
//   }));
class HttpServer {
 public:
  using Handler = std::function<void(HttpRequest, HttpResponder)>;
  class Core;  // what the source file makes of it

  // `already_exists` when the port is taken, `invalid_argument` when the host is no address.
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, Handler handler);
  // Stops accepting, closes the connections, joins the thread.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // "http://127.0.0.1:8081"
  std::string url() const;

 private:
  explicit HttpServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

// "a%2Fb" → "a/b"; a malformed escape stays as it is.
std::string percent_decode(std::string_view text);
// Everything but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text);

}  // namespace weir::io

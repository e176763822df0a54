#include "weir/io/http_server.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>
#include <optional>
#include <set>
#include <thread>

#include "weir/base/log.h"
#include "weir/base/mutex.h"
#include "weir/io/event_loop.h"
#include "weir/io/thread.h"

namespace weir::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using beast::error_code;

constexpr Logger kLog("io.http");
constexpr size_t kMaxHeaderBytes = 16 * 1024;
// A streamed answer waits while so much of it has not been taken by the socket.
constexpr size_t kMaxQueuedBytes = 1024 * 1024;

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> query;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    std::string part(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    std::replace(part.begin(), part.end(), '+', ' ');
    const size_t equals = std::min(part.find('='), part.size());
    query.emplace_back(percent_decode(part.substr(0, equals)),
                       equals < part.size() ? percent_decode(part.substr(equals + 1)) : "");
  }
  return query;
}

std::vector<std::string> parse_segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(percent_decode(path.substr(0, end)));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

HttpRequest to_request(http::request<http::string_body>&& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  request.segments = parse_segments(request.path);
  if (mark < target.size()) request.query = parse_query(target.substr(mark + 1));
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers[name] = std::string(field.value());
  }
  request.body = std::move(message.body());
  return request;
}

// Status line and headers; the caller says how the length is told.
std::string print_head(const HttpResponse& response, std::string_view length, bool keep_alive) {
  const auto reason =
      http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", response.status,
                  std::string_view(reason.data(), reason.size()), response.content_type);
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, value);
  head += length;
  head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return head;
}

class Connection;

}  // namespace

// One request under way: carries an answer from whatever thread to the connection's loop.
class HttpResponder::Exchange {
 public:
  Exchange(std::shared_ptr<EventLoop> loop, std::weak_ptr<Connection> connection, bool chunked,
           bool keep_alive, bool head_only)
      : loop_(std::move(loop)),
        connection_(std::move(connection)),
        chunked_(chunked),
        keep_alive_(keep_alive),
        head_only_(head_only) {}

  // The responder has been dropped.
  void abandon();
  void send(const HttpResponse& response);
  void begin(const HttpResponse& head);
  Status write(BytesView piece);
  void end();

  // From the loop: `bytes` have left, or the client has.
  void sent(size_t bytes);
  void gone();

 private:
  void post(Bytes bytes, bool last);

  const std::shared_ptr<EventLoop> loop_;
  const std::weak_ptr<Connection> connection_;
  const bool chunked_;  // false for HTTP/1.0: the end of a stream is the end of the connection
  const bool keep_alive_;
  const bool head_only_;
  enum class Progress { none, streaming, complete } progress_ = Progress::none;

  Mutex mutex_;
  CondVar changed_;
  size_t queued_ WEIR_GUARDED_BY(mutex_) = 0;
  bool gone_ WEIR_GUARDED_BY(mutex_) = false;
};

class HttpServer::Core {
 public:
  Core(HttpServerOptions options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)), acceptor_(loop_->context()) {}
  ~Core();

  Status listen();
  void run();
  const HttpServerOptions& options() const { return options_; }
  const Handler& handler() const { return handler_; }
  const std::shared_ptr<EventLoop>& loop() const { return loop_; }
  tcp::endpoint endpoint() const { return endpoint_; }
  void closed(const std::shared_ptr<Connection>& connection) { connections_.erase(connection); }

 private:
  void accept();

  const HttpServerOptions options_;
  const Handler handler_;
  const std::shared_ptr<EventLoop> loop_ = std::make_shared<EventLoop>();
  tcp::acceptor acceptor_;
  tcp::endpoint endpoint_;
  std::set<std::shared_ptr<Connection>> connections_;
  std::thread thread_;
};

namespace {

// One client. Reads a request, waits for its answer, writes it, reads the next. Confined to the
// loop.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpServer::Core& core, tcp::socket socket)
      : core_(core), stream_(std::move(socket)) {}

  void read();
  // Queues a piece of the current answer; the last one ends it.
  void enqueue(Bytes bytes, bool last, bool keep_alive);
  void close();

 private:
  void on_read(error_code error);
  void refuse(int status, std::string_view reason);
  void flush();
  void on_answered();

  HttpServer::Core& core_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::shared_ptr<HttpResponder::Exchange> exchange_;
  std::deque<Bytes> out_;
  bool writing_ = false;
  bool last_queued_ = false;
  bool keep_alive_ = true;
  bool closed_ = false;
};

void Connection::read() {
  parser_.emplace();
  parser_->header_limit(kMaxHeaderBytes);
  parser_->body_limit(core_.options().max_body_bytes);
  stream_.expires_after(core_.options().idle_timeout);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](error_code error, size_t) { self->on_read(error); });
}

void Connection::on_read(error_code error) {
  if (error == http::error::body_limit) return refuse(413, "the body is too large");
  if (error == http::error::header_limit) return refuse(431, "the header is too large");
  if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return refuse(400, error.message());
  }
  if (error) return close();
  stream_.expires_never();
  auto message = parser_->release();
  const bool modern = message.version() >= 11;
  exchange_ = std::make_shared<HttpResponder::Exchange>(core_.loop(), weak_from_this(), modern,
                                                        message.keep_alive(),
                                                        message.method() == http::verb::head);
  core_.handler()(to_request(std::move(message)), HttpResponder(exchange_));
}

void Connection::refuse(int status, std::string_view reason) {
  const HttpResponse response{
      .status = status, .content_type = "text/plain", .body = std::string(reason) + "\n"};
  Bytes bytes =
      print_head(response, fmt::format("Content-Length: {}\r\n", response.body.size()), false);
  enqueue(bytes + response.body, true, false);
}

void Connection::enqueue(Bytes bytes, bool last, bool keep_alive) {
  if (closed_) return;
  if (!bytes.empty()) out_.push_back(std::move(bytes));
  last_queued_ = last_queued_ || last;
  keep_alive_ = keep_alive;
  if (!writing_) flush();
}

void Connection::flush() {
  if (out_.empty()) {
    if (last_queued_) on_answered();
    return;
  }
  writing_ = true;
  stream_.expires_after(core_.options().idle_timeout);
  asio::async_write(stream_, asio::buffer(out_.front()),
                    [self = shared_from_this()](error_code error, size_t size) {
                      self->writing_ = false;
                      if (error) return self->close();
                      if (self->exchange_) self->exchange_->sent(size);
                      self->out_.pop_front();
                      self->flush();
                    });
}

void Connection::on_answered() {
  exchange_.reset();
  last_queued_ = false;
  if (!keep_alive_) return close();
  read();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  if (exchange_) exchange_->gone();
  exchange_.reset();
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  stream_.close();
  core_.closed(shared_from_this());
}

}  // namespace

void HttpResponder::Exchange::post(Bytes bytes, bool last) {
  {
    MutexLock lock(mutex_);
    queued_ += bytes.size();
  }
  loop_->post(
      [connection = connection_, text = std::move(bytes), last, keep = keep_alive_]() mutable {
        if (const auto alive = connection.lock()) alive->enqueue(std::move(text), last, keep);
      });
}

void HttpResponder::Exchange::send(const HttpResponse& response) {
  progress_ = Progress::complete;
  Bytes bytes = print_head(response, fmt::format("Content-Length: {}\r\n", response.body.size()),
                           keep_alive_);
  if (!head_only_) bytes += response.body;
  post(std::move(bytes), true);
}

void HttpResponder::Exchange::begin(const HttpResponse& head) {
  progress_ = Progress::streaming;
  post(print_head(head, chunked_ ? "Transfer-Encoding: chunked\r\n" : "", keep_alive_ && chunked_),
       false);
}

Status HttpResponder::Exchange::write(BytesView piece) {
  {
    MutexLock lock(mutex_);
    while (queued_ > kMaxQueuedBytes && !gone_) changed_.wait(mutex_);
    if (gone_) return Error(ErrorCode::unavailable, "the client has gone");
  }
  if (piece.empty() || head_only_) return {};
  post(chunked_ ? fmt::format("{:x}\r\n{}\r\n", piece.size(), piece) : Bytes(piece), false);
  return {};
}

void HttpResponder::Exchange::end() {
  progress_ = Progress::complete;
  post(chunked_ && !head_only_ ? "0\r\n\r\n" : "", true);
}

void HttpResponder::Exchange::abandon() {
  switch (progress_) {
    case Progress::complete:
      return;
    case Progress::none:
      return send(
          {.status = 500, .content_type = "text/plain", .body = "the request was not answered\n"});
    case Progress::streaming:
      loop_->post([connection = connection_] {
        if (const auto alive = connection.lock()) alive->close();
      });
  }
}

void HttpResponder::Exchange::sent(size_t bytes) {
  MutexLock lock(mutex_);
  queued_ -= bytes;
  changed_.notify_all();
}

void HttpResponder::Exchange::gone() {
  MutexLock lock(mutex_);
  gone_ = true;
  changed_.notify_all();
}

HttpResponder::HttpResponder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
HttpResponder::HttpResponder(HttpResponder&&) noexcept = default;
HttpResponder& HttpResponder::operator=(HttpResponder&&) noexcept = default;

HttpResponder::~HttpResponder() {
  if (exchange_) exchange_->abandon();
}

void HttpResponder::send(HttpResponse response) { exchange_->send(response); }
void HttpResponder::begin(HttpResponse head) { exchange_->begin(head); }
Status HttpResponder::write(BytesView piece) { return exchange_->write(piece); }
void HttpResponder::end() { exchange_->end(); }

Status HttpServer::Core::listen() {
  error_code error;
  const std::string host = options_.host == "localhost" ? "127.0.0.1" : options_.host;
  const auto address = asio::ip::make_address(host, error);
  if (error) {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("'{}' is no address to listen on", options_.host));
  }
  const tcp::endpoint wanted(address, options_.port);
  acceptor_.open(wanted.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(wanted, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    const bool taken = error == asio::error::address_in_use;
    return Error(taken ? ErrorCode::already_exists : ErrorCode::unavailable,
                 fmt::format("cannot listen on {}:{}: {}", host, options_.port, error.message()));
  }
  endpoint_ = acceptor_.local_endpoint();
  return {};
}

void HttpServer::Core::run() {
  accept();
  thread_ = std::thread([this] {
    set_thread_name(options_.thread_name);
    loop_->run();
  });
}

void HttpServer::Core::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {
      kLog.warning("cannot accept", {{"reason", error.message()}});
    } else if (connections_.size() < options_.max_connections) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      auto connection = std::make_shared<Connection>(*this, std::move(socket));
      connections_.insert(connection);
      connection->read();
    }
    accept();
  });
}

HttpServer::Core::~Core() {
  if (!thread_.joinable()) return;
  loop_->post([this] {
    error_code ignored;
    acceptor_.close(ignored);
    const auto connections = connections_;
    for (const auto& connection : connections) connection->close();
    loop_->stop();
  });
  thread_.join();
}

HttpServer::HttpServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, Handler handler) {
  auto core = std::make_unique<Core>(std::move(options), std::move(handler));
  WEIR_TRY(core->listen());
  core->run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

uint16_t HttpServer::port() const { return core_->endpoint().port(); }

std::string HttpServer::url() const {
  const auto address = core_->endpoint().address();
  const std::string text = address.is_unspecified() ? "127.0.0.1" : address.to_string();
  return address.is_v6() ? fmt::format("http://[{}]:{}", text, port())
                         : fmt::format("http://{}:{}", text, port());
}

const std::string* HttpRequest::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace weir::io

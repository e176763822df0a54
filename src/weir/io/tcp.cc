#include "weir/io/tcp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <charconv>
#include <deque>
#include <span>
#include <vector>

namespace weir::io {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr size_t kReadBuffer = 256 * 1024;
constexpr size_t kReadsPerTurn = 4;     // then other connections have their turn
constexpr size_t kPiecesPerWrite = 64;  // Asio gathers at most 64
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

// What the connections of one listener share: the buffer that is read into (each read is handed on
// before the next one) and how many there are.
struct Shared {
  std::vector<char> read_buffer = std::vector<char>(kReadBuffer);
  size_t connections = 0;
};

TcpAddress address_of(const tcp::endpoint& endpoint) {
  asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return {.host = address.to_string(), .port = endpoint.port()};
}

}  // namespace

Result<TcpAddress> TcpAddress::parse(std::string_view text) {
  const auto bad = [&] {
    return Error(ErrorCode::invalid_argument,
                 fmt::format("'{}' is no address: write HOST:PORT", text));
  };
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return bad();
  }
  TcpAddress address{.host = std::string(host)};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return bad();
  return address;
}

std::string TcpAddress::to_string() const {
  if (host.find(':') != std::string::npos) return fmt::format("[{}]:{}", host, port);
  return fmt::format("{}:{}", host, port);
}

struct TcpConnection::State : std::enable_shared_from_this<TcpConnection::State> {
  State(tcp::socket accepted, std::shared_ptr<Shared> with)
      : socket(std::move(accepted)), shared(std::move(with)) {
    ++shared->connections;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    local = address_of(socket.local_endpoint(ignored));
    remote = address_of(socket.remote_endpoint(ignored));
  }
  ~State() { --shared->connections; }

  bool open() const { return socket.is_open(); }

  void close() {
    error_code ignored;
    socket.close(ignored);
    queue.clear();
    unsent = 0;
  }

  // The end that we did not ask for: the last thing the user hears.
  void fail() {
    close();
    if (TcpEvents* const listener = std::exchange(events, nullptr)) listener->on_closed();
  }

  void want_bytes() {
    if (reading || paused || closing || events == nullptr || !open()) return;
    reading = true;
    socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
      self->reading = false;
      if (error) return;  // only our own close ends a wait
      self->read();
    });
  }

  void read() {
    for (size_t turn = 0; turn < kReadsPerTurn; ++turn) {
      if (paused || closing || events == nullptr || !open()) return;
      error_code error;
      const size_t got = socket.read_some(asio::buffer(shared->read_buffer), error);
      if (error == asio::error::would_block || error == asio::error::try_again) break;
      if (error == asio::error::interrupted) continue;
      if (error) return fail();
      events->on_bytes({shared->read_buffer.data(), got});
      if (got < shared->read_buffer.size()) break;
    }
    want_bytes();
  }

  void write(TcpPiece piece) {
    if (!open() || piece.bytes.empty()) return;
    unsent += piece.bytes.size();
    queue.push_back(std::move(piece));
    want_flush();
  }

  void want_flush() {
    if (writing) return;
    writing = true;
    asio::post(socket.get_executor(), [self = shared_from_this()] {
      self->writing = false;
      self->flush();
    });
  }

  void flush() {
    while (open() && !queue.empty()) {
      std::array<asio::const_buffer, kPiecesPerWrite> buffers;
      const size_t count = std::min(queue.size(), buffers.size());
      for (size_t i = 0; i < count; ++i) {
        buffers[i] = asio::buffer(queue[i].bytes.data(), queue[i].bytes.size());
      }
      error_code error;
      const size_t put = socket.write_some(std::span(buffers).first(count), error);
      if (error == asio::error::would_block || error == asio::error::try_again)
        return wait_for_room();
      if (error == asio::error::interrupted) continue;
      if (error) return fail();
      drop_front(put);
    }
    if (!open()) return;
    if (closing) return fail();
    if (events != nullptr) events->on_drained();
  }

  void wait_for_room() {
    writing = true;
    socket.async_wait(tcp::socket::wait_write,
                      [self = shared_from_this()](const error_code& error) {
                        self->writing = false;
                        if (!error) self->flush();
                      });
  }

  void drop_front(size_t size) {
    unsent -= size;
    while (size > 0) {
      BytesView& front = queue.front().bytes;
      const size_t step = std::min(size, front.size());
      front.remove_prefix(step);
      size -= step;
      if (front.empty()) queue.pop_front();
    }
  }

  tcp::socket socket;
  std::shared_ptr<Shared> shared;
  TcpEvents* events = nullptr;
  TcpAddress local, remote;
  std::deque<TcpPiece> queue;
  size_t unsent = 0;
  bool reading = false;  // a wait for bytes is under way
  bool writing = false;  // a flush is posted, or a wait for room is under way
  bool paused = false;
  bool closing = false;
};

TcpConnection::TcpConnection(std::shared_ptr<State> state) : state_(std::move(state)) {}
TcpConnection::~TcpConnection() { close(); }

void TcpConnection::start(TcpEvents& events) {
  state_->events = &events;
  state_->want_bytes();
}

void TcpConnection::write(Bytes bytes) {
  auto owner = std::make_shared<const Bytes>(std::move(bytes));
  const BytesView view = *owner;
  state_->write({.bytes = view, .owner = std::move(owner)});
}

void TcpConnection::write(TcpPiece piece) { state_->write(std::move(piece)); }
size_t TcpConnection::unsent() const { return state_->unsent; }
void TcpConnection::pause_reading() { state_->paused = true; }

void TcpConnection::resume_reading() {
  state_->paused = false;
  state_->want_bytes();
}

void TcpConnection::close() {
  state_->events = nullptr;
  state_->close();
}

void TcpConnection::close_after_writes() {
  state_->closing = true;
  if (state_->open()) state_->want_flush();
}

const TcpAddress& TcpConnection::local_address() const { return state_->local; }
const TcpAddress& TcpConnection::remote_address() const { return state_->remote; }

struct TcpListener::State : std::enable_shared_from_this<TcpListener::State> {
  State(EventLoop& on_loop, OnConnection callback, size_t limit)
      : loop(on_loop), on_connection(std::move(callback)), max_connections(limit) {}

  Status bind(const tcp::endpoint& endpoint) {
    tcp::acceptor acceptor(loop.context());
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && endpoint.address().is_v6()) {
      acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
    }
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      const ErrorCode code = error == asio::error::address_in_use ? ErrorCode::already_exists
                                                                  : ErrorCode::invalid_argument;
      return Error(code, fmt::format("cannot listen on {}: {}", address_of(endpoint).to_string(),
                                     error.message()));
    }
    acceptors.push_back(std::move(acceptor));
    return {};
  }

  Status bind_any(uint16_t port) {
    const Status both = bind({tcp::v6(), port});
    if (both || both.error().code() == ErrorCode::already_exists) return both;
    return bind({tcp::v4(), port});  // a host without IPv6
  }

  // Both loopback addresses on one port. A free port of one family may be taken in the other, so a
  // chosen one is chosen again; a host without IPv6 has only the first.
  Status bind_localhost(uint16_t port) {
    constexpr int kTries = 16;
    for (int tries = 0;; ++tries) {
      WEIR_TRY(bind({asio::ip::address_v4::loopback(), port}));
      const Status second = bind({asio::ip::address_v6::loopback(), this->port()});
      if (second || second.error().code() != ErrorCode::already_exists) return {};
      acceptors.clear();
      if (port != 0 || tries == kTries) return second;
    }
  }

  Status bind_host(const TcpAddress& address) {
    error_code error;
    tcp::resolver resolver(loop.context());
    const auto found =
        resolver.resolve(address.host, std::to_string(address.port),
                         tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error || found.empty()) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("cannot listen on {}: unknown host", address.to_string()));
    }
    return bind(found.begin()->endpoint());
  }

  uint16_t port() const {
    error_code ignored;
    return acceptors.front().local_endpoint(ignored).port();
  }

  void accept(size_t index) {
    acceptors[index].async_accept(
        [self = shared_from_this(), index](const error_code& error, tcp::socket socket) {
          if (self->closed || error == asio::error::operation_aborted) return;
          if (error) return self->accept_later(index);  // out of descriptors, most likely
          self->take(std::move(socket));
          if (!self->closed) self->accept(index);
        });
  }

  void accept_later(size_t index) {
    pauses[index]->call_after(kAcceptPause, [this, index] { accept(index); });
  }

  void take(tcp::socket socket) {
    if (shared->connections >= max_connections) {
      ++refused;
      return;  // the socket closes itself
    }
    on_connection(std::make_unique<TcpConnection>(
        std::make_shared<TcpConnection::State>(std::move(socket), shared)));
  }

  EventLoop& loop;
  OnConnection on_connection;
  const size_t max_connections;
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::vector<tcp::acceptor> acceptors;
  std::vector<std::unique_ptr<Timer>> pauses;
  uint64_t refused = 0;
  bool closed = false;
};

TcpListener::TcpListener(std::shared_ptr<State> state) : state_(std::move(state)) {}

TcpListener::~TcpListener() {
  state_->closed = true;
  state_->pauses.clear();
  error_code ignored;
  for (tcp::acceptor& acceptor : state_->acceptors) acceptor.close(ignored);
}

Result<std::unique_ptr<TcpListener>> TcpListener::open(EventLoop& loop,
                                                       const TcpListenerOptions& options,
                                                       OnConnection on_connection) {
  auto state = std::make_shared<State>(loop, std::move(on_connection), options.max_connections);
  const TcpAddress& address = options.address;
  if (address.host.empty()) {
    WEIR_TRY(state->bind_any(address.port));
  } else if (address.host == "localhost") {
    WEIR_TRY(state->bind_localhost(address.port));
  } else {
    WEIR_TRY(state->bind_host(address));
  }
  for (size_t i = 0; i < state->acceptors.size(); ++i) {
    state->pauses.push_back(std::make_unique<Timer>(loop));
    state->accept(i);
  }
  return std::unique_ptr<TcpListener>(new TcpListener(std::move(state)));
}

uint16_t TcpListener::port() const { return state_->port(); }
size_t TcpListener::connections() const { return state_->shared->connections; }
uint64_t TcpListener::refused() const { return state_->refused; }

}  // namespace weir::io

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/io/event_loop.h"

namespace weir::io {

// A host and a port. What the operating system reports has a numeric host ("127.0.0.1", "::1"; an
// IPv4 peer of a dual-stack socket is shown as IPv4). Immutable.
struct TcpAddress {
  std::string host;
  uint16_t port = 0;

  // "host:port", "[::1]:9092", ":9092" (every interface); the port is required.
  static Result<TcpAddress> parse(std::string_view text);
  std::string to_string() const;
  bool operator==(const TcpAddress&) const = default;
};

// Bytes to be sent, kept alive by their owner until the kernel has them.
struct TcpPiece {
  BytesView bytes;
  std::shared_ptr<const void> owner;
};

// What happens on a connection. Called on the loop. Any call may destroy the connection.
class TcpEvents {
 public:
  virtual ~TcpEvents() = default;
  // Bytes as they came; the view ends with the call.
  virtual void on_bytes(BytesView bytes) = 0;
  // All that was written has gone to the kernel.
  virtual void on_drained() {}
  // The peer closed, or the socket failed; nothing more is called. Not called after our own
  // `close`.
  virtual void on_closed() = 0;
};

// One established TCP stream with Nagle's delay off. It owns a queue of what is to be sent and
// writes it gathered, once per turn of the loop, so that many small answers cost one system call.
// The queue has no limit of its own: its user watches `unsent()` and stops reading (the
// back-pressure of this class) when it is more than it will hold. Destroying it closes at once,
// without callbacks. Confined to its loop.
//
//   connection->start(session);          // session is a TcpEvents
//   connection->write("HELLO\n");
class TcpConnection {
 public:
  struct State;

  explicit TcpConnection(std::shared_ptr<State> state);
  ~TcpConnection();
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  // Begins reading; `events` outlives the connection.
  void start(TcpEvents& events);

  // Queues bytes. After a failure or `close` they are dropped.
  void write(Bytes bytes);
  void write(TcpPiece piece);
  size_t unsent() const;

  // While paused nothing is read, so the peer is held back by TCP itself. A closing peer is noticed
  // only after `resume_reading`. Both may be called repeatedly.
  void pause_reading();
  void resume_reading();

  // Closes now, dropping what is unsent.
  void close();
  // Stops reading, sends the queue, closes, then calls `on_closed`.
  void close_after_writes();

  const TcpAddress& local_address() const;
  const TcpAddress& remote_address() const;

 private:
  std::shared_ptr<State> state_;
};

struct TcpListenerOptions {
  TcpAddress address;  // empty host: all interfaces, IPv4 and IPv6; port 0: any free port
  size_t max_connections = 4096;  // further ones are accepted and closed at once
};

// Accepts connections. "localhost" listens on both 127.0.0.1 and ::1, as clients may try either
// first. Destroying it stops accepting; connections live on. Open it before the loop runs or on the
// loop; confined from then on.
class TcpListener {
 public:
  using OnConnection = std::function<void(std::unique_ptr<TcpConnection>)>;

  // `already_exists` when the port is taken, `invalid_argument` for an unknown or unusable host.
  static Result<std::unique_ptr<TcpListener>> open(EventLoop& loop,
                                                   const TcpListenerOptions& options,
                                                   OnConnection on_connection);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  uint16_t port() const;
  size_t connections() const;  // open now
  uint64_t refused() const;    // closed at once for being over the limit

 private:
  struct State;
  explicit TcpListener(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace weir::io

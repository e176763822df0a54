#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/io/tcp.h"

namespace weir::broker::handlers {

// A request whose header has been read. Borrowed: valid while the handler is called. What outlives
// the call copies it, and holds `memory`, which is how the broker knows how much it has taken in.
struct Request {
  int16_t api_key = 0;
  int16_t version = 0;
  int32_t correlation_id = 0;
  std::string_view client_id;  // empty where the client gave none
  BytesView body;
  const io::TcpAddress& local_address;   // where the client reached us
  const io::TcpAddress& remote_address;  // where it is
  std::shared_ptr<const void>
      memory;  // the share of the request budget; released with the last copy
};

// A response after its header: pieces that go out one after another.
using ResponseBody = std::vector<io::TcpPiece>;

// Answers a request with its response, once. Confined to the broker's loop.
template <typename Response>
using Answer = std::function<void(const Response&)>;

// Where replies go: a connection, as its handlers see it. Confined to the broker's loop.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void on_reply(uint64_t slot, ResponseBody body) = 0;
  virtual void on_no_reply(uint64_t slot) = 0;
  virtual void on_failure(uint64_t slot, const Error& why) = 0;
};

// The right to answer one request, once, now or later; the connection puts answers in the order of
// the requests. Does nothing when the connection is gone. Confined to the broker's loop.
class Reply {
 public:
  Reply(std::weak_ptr<ReplySink> sink, uint64_t slot) : sink_(std::move(sink)), slot_(slot) {}

  void send(ResponseBody body) {
    if (const auto sink = take()) sink->on_reply(slot_, std::move(body));
  }
  // For requests that want no response.
  void skip() {
    if (const auto sink = take()) sink->on_no_reply(slot_);
  }
  // Closes the connection: the request cannot be understood, or cannot be answered.
  void fail(const Error& why) {
    if (const auto sink = take()) sink->on_failure(slot_, why);
  }
  // True when nobody waits for the answer any more.
  bool abandoned() const { return sink_.expired(); }

 private:
  std::shared_ptr<ReplySink> take() {
    auto sink = sink_.lock();
    sink_.reset();
    return sink;
  }

  std::weak_ptr<ReplySink> sink_;
  uint64_t slot_;
};

}  // namespace weir::broker::handlers

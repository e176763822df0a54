#pragma once

#include <cstdint>
#include <string>

#include "weir/base/bytes.h"
#include "weir/base/result.h"

namespace weir::testing {

// A blocking TCP client for tests of servers. Every call ends after at most 20 s. Confined.
class TcpClient {
 public:
  static Result<TcpClient> connect(const std::string& numeric_host, uint16_t port);
  ~TcpClient();
  TcpClient(TcpClient&& other) noexcept;
  TcpClient& operator=(TcpClient&& other) noexcept;

  // `unavailable` when the peer has closed.
  Status send(BytesView bytes);
  // Exactly `size` bytes; `unavailable` when the peer closed before, `timeout` when they do not
  // come.
  Result<Bytes> receive(size_t size);
  // Everything until the peer closes.
  Result<Bytes> receive_all();
  // Tells the peer that no more comes; receiving goes on.
  void finish_sending();
  void close();

 private:
  explicit TcpClient(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace weir::testing

#include "weir/testing/tcp_client.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace weir::testing {
namespace {

Error failure(const char* what) {
  const ErrorCode code =
      errno == EAGAIN || errno == EWOULDBLOCK ? ErrorCode::timeout : ErrorCode::unavailable;
  return Error(code, std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

Result<TcpClient> TcpClient::connect(const std::string& numeric_host, uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(numeric_host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return Error(ErrorCode::invalid_argument, "no numeric host: " + numeric_host);
  }
  TcpClient client(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(client.fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(client.fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  const int result = ::connect(client.fd_, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  if (result != 0) return failure("connect");
  return client;
}

TcpClient::~TcpClient() { close(); }
TcpClient::TcpClient(TcpClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

TcpClient& TcpClient::operator=(TcpClient&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Status TcpClient::send(BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0) return failure("send");
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Result<Bytes> TcpClient::receive(size_t size) {
  Bytes bytes(size, '\0');
  for (size_t done = 0; done < size;) {
    const ssize_t got = ::recv(fd_, bytes.data() + done, size - done, 0);
    if (got < 0) return failure("receive");
    if (got == 0) return Error(ErrorCode::unavailable, "receive: the peer closed");
    done += static_cast<size_t>(got);
  }
  return bytes;
}

Result<Bytes> TcpClient::receive_all() {
  Bytes bytes;
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return bytes;
    if (got < 0) return failure("receive");
    bytes.append(buffer.data(), static_cast<size_t>(got));
  }
}

void TcpClient::finish_sending() { ::shutdown(fd_, SHUT_WR); }

void TcpClient::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace weir::testing

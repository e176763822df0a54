#include "weir/io/input.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weir::io {

Result<std::optional<size_t>> read_standard_input(std::span<char> out,
                                                  std::chrono::milliseconds wait) {
  pollfd watched{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&watched, 1, static_cast<int>(wait.count()));
  if (ready == 0 || (ready < 0 && errno == EINTR)) return std::optional<size_t>();
  const ssize_t count = ready < 0 ? -1 : ::read(STDIN_FILENO, out.data(), out.size());
  if (count >= 0) return std::optional(static_cast<size_t>(count));
  if (errno == EINTR || errno == EAGAIN) return std::optional<size_t>();
  return Error(ErrorCode::unavailable,
               fmt::format("cannot read standard input: {}", std::strerror(errno)));
}

}  // namespace weir::io

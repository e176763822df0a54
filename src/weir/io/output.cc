#include "weir/io/output.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "weir/base/mutex.h"

namespace weir::io {
namespace {

constexpr size_t kBuffer = 64 * 1024;

class DescriptorOutput : public Output {
 public:
  explicit DescriptorOutput(int fd) : fd_(fd), terminal_(::isatty(fd) == 1) {
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~DescriptorOutput() override { flush(); }

  void write(BytesView text) override {
    const MutexLock lock(mutex_);
    buffer_.append(text);
    const bool line_by_line = terminal_ || fd_ == STDERR_FILENO;
    if (buffer_.size() >= kBuffer || (line_by_line && text.find('\n') != BytesView::npos)) put();
  }

  void flush() override {
    const MutexLock lock(mutex_);
    put();
  }

  bool is_terminal() const override { return terminal_; }
  int width() const override { return size().ws_col; }
  int height() const override { return size().ws_row; }

  bool closed() const override {
    const MutexLock lock(mutex_);
    return error_ == EPIPE || reader_has_gone();
  }

  Status status() const override {
    const MutexLock lock(mutex_);
    if (error_ == 0 || error_ == EPIPE) return {};
    return Error(ErrorCode::unavailable,
                 fmt::format("cannot write the output: {}", std::strerror(error_)));
  }

 private:
  winsize size() const {
    winsize answer{};
    if (!terminal_ || ::ioctl(fd_, TIOCGWINSZ, &answer) != 0 || answer.ws_col == 0) {
      answer.ws_col = 80;
      answer.ws_row = 24;
    }
    return answer;
  }

  // Seen without writing, by one who waits for something to write.
  bool reader_has_gone() const {
    pollfd watched{.fd = fd_, .events = 0, .revents = 0};
    return ::poll(&watched, 1, 0) == 1 && (watched.revents & POLLERR) != 0;
  }

  void put() WEIR_REQUIRES(mutex_) {
    for (BytesView left = buffer_; !left.empty() && error_ == 0;) {
      const ssize_t count = ::write(fd_, left.data(), left.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) error_ = errno;
      if (count > 0) left.remove_prefix(static_cast<size_t>(count));
    }
    buffer_.clear();
  }

  const int fd_;
  const bool terminal_;
  mutable Mutex mutex_;
  std::string buffer_ WEIR_GUARDED_BY(mutex_);
  int error_ WEIR_GUARDED_BY(mutex_) = 0;
};

}  // namespace

Output& standard_output() {
  static DescriptorOutput output(STDOUT_FILENO);
  return output;
}

Output& standard_error() {
  static DescriptorOutput output(STDERR_FILENO);
  return output;
}

}  // namespace weir::io

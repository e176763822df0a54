#include "weir/cli/stop.h"

#include <cstdlib>
#include <thread>

#include "weir/cli/exit_code.h"
#include "weir/io/clock.h"
#include "weir/io/event_loop.h"

namespace weir::cli {

void StopFlag::request() {
  const MutexLock lock(mutex_);
  requested_ = true;
  changed_.notify_all();
}

bool StopFlag::requested() const {
  const MutexLock lock(mutex_);
  return requested_;
}

bool StopFlag::wait_for(Duration span) {
  const auto deadline = io::real_clock().steady_now() + span;
  const MutexLock lock(mutex_);
  while (!requested_) {
    if (!changed_.wait_until(mutex_, deadline)) return requested_;
  }
  return true;
}

void StopFlag::wait() {
  const MutexLock lock(mutex_);
  while (!requested_) changed_.wait(mutex_);
}

struct StopOnSignals::State {
  explicit State(StopFlag& flag)
      : watch(loop, [&flag](int) {
          if (flag.requested()) std::_Exit(static_cast<int>(ExitCode::interrupted));
          flag.request();
        }) {}

  io::EventLoop loop;
  io::SignalWatch watch;
  std::thread thread;
};

StopOnSignals::StopOnSignals(StopFlag& flag) : state_(std::make_unique<State>(flag)) {
  state_->thread = std::thread([this] { state_->loop.run(); });
}

StopOnSignals::~StopOnSignals() {
  state_->loop.stop();
  state_->thread.join();
}

}  // namespace weir::cli

#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace weir::io {

// One thread that runs callbacks: sockets, timers and work posted by other threads. Everything that
// is *confined* to a loop is called on its thread only. `post` and `stop` are shared; the rest is
// confined.
class EventLoop {
 public:
  using Callback = std::function<void()>;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs callbacks until `stop`, on the calling thread, which then is the loop's.
  void run();
  // Makes `run` return after the callback under way. Callbacks not yet run are dropped with the
  // loop.
  void stop();
  // Runs `callback` on the loop's thread, soon; callbacks of one thread keep their order.
  void post(Callback callback);
  // True on the thread that is in `run`.
  bool on_loop_thread() const;

  // The Asio context, for the sources of `io` alone.
  boost::asio::io_context& context() { return *context_; }

 private:
  std::unique_ptr<boost::asio::io_context> context_;
};

// Calls back once, later. Destroying or re-arming it cancels what was armed. Confined to its loop.
class Timer {
 public:
  explicit Timer(EventLoop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void call_after(std::chrono::nanoseconds delay, EventLoop::Callback callback);
  void cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Calls back on the loop when the process is asked to end (SIGINT, SIGTERM), once per signal, while
// it lives. Confined to its loop; one per process.
class SignalWatch {
 public:
  SignalWatch(EventLoop& loop, std::function<void(int signal)> callback);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace weir::io

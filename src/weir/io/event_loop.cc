#include "weir/io/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

namespace weir::io {

namespace asio = boost::asio;

EventLoop::EventLoop() : context_(std::make_unique<asio::io_context>(1)) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() {
  const auto keep = asio::make_work_guard(*context_);
  context_->run();
}

void EventLoop::stop() { context_->stop(); }

void EventLoop::post(Callback callback) { asio::post(*context_, std::move(callback)); }

bool EventLoop::on_loop_thread() const { return context_->get_executor().running_in_this_thread(); }

struct Timer::State {
  explicit State(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  uint64_t armed = 0;  // which arming a callback belongs to; a stale one is dropped
};

Timer::Timer(EventLoop& loop) : state_(std::make_shared<State>(loop.context())) {}
Timer::~Timer() { cancel(); }

void Timer::call_after(std::chrono::nanoseconds delay, EventLoop::Callback callback) {
  cancel();
  state_->timer.expires_after(delay);
  state_->timer.async_wait(
      [state = state_, mine = state_->armed, run = std::move(callback)](const auto& error) {
        if (!error && state->armed == mine) run();
      });
}

void Timer::cancel() {
  ++state_->armed;
  state_->timer.cancel();
}

struct SignalWatch::State {
  State(asio::io_context& context, std::function<void(int)> on_signal)
      : signals(context, SIGINT, SIGTERM), callback(std::move(on_signal)) {}

  static void wait(const std::shared_ptr<State>& state) {
    state->signals.async_wait([state](const auto& error, int signal) {
      if (error || !state->callback) return;
      state->callback(signal);
      wait(state);
    });
  }

  asio::signal_set signals;
  std::function<void(int)> callback;
};

SignalWatch::SignalWatch(EventLoop& loop, std::function<void(int signal)> callback)
    : state_(std::make_shared<State>(loop.context(), std::move(callback))) {
  State::wait(state_);
}

SignalWatch::~SignalWatch() {
  state_->callback = nullptr;
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
}

}  // namespace weir::io

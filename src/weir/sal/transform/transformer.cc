#include "weir/sal/transform/transformer.h"

#include "weir/base/log.h"
#include "weir/io/thread.h"
#include "weir/sal/transform/session.h"

namespace weir::sal::transform {
namespace {

using std::chrono::milliseconds;

constexpr Logger kLog("sal.transform");
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{5000};

}  // namespace

Transformer::Transformer(TransformerOptions options, Routes routes, io::FileSystem& files,
                         Clock& clock)
    : options_(std::move(options)), routes_(std::move(routes)), files_(files), clock_(clock) {}

Result<std::unique_ptr<Transformer>> Transformer::start(TransformerOptions options,
                                                        const Interfaces& interfaces,
                                                        io::FileSystem& files, Clock& clock) {
  Routes routes = Routes::make(interfaces);
  if (routes.text_topics().empty()) {
    return Error(ErrorCode::invalid_argument,
                 "the interfaces declare no topic that can be transformed");
  }
  for (const std::string& reason : routes.skipped())
    kLog.warning("topic left out", {{"reason", reason}});
  std::unique_ptr<Transformer> transformer(
      new Transformer(std::move(options), std::move(routes), files, clock));
  transformer->thread_ = std::thread([self = transformer.get()] { self->run(); });
  return transformer;
}

Transformer::~Transformer() {
  if (thread_.joinable()) static_cast<void>(stop(milliseconds(0)));
}

Status Transformer::stop(milliseconds deadline) {
  {
    MutexLock lock(mutex_);
    stop_deadline_ = deadline;
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  MutexLock lock(mutex_);
  return outcome_;
}

void Transformer::run() {
  io::set_thread_name("transform");
  milliseconds wait = kFirstPause;
  while (true) {
    Status outcome = Session(*this).run();
    if (stopping_) {
      MutexLock lock(mutex_);
      outcome_ = std::move(outcome);
      return;
    }
    kLog.warning("beginning again from the saved positions",
                 {{"reason", outcome.error().message()}});
    wait_for(outcome.error().message());
    restarts_.fetch_add(1, std::memory_order_relaxed);
    pause(wait);
    wait = std::min(wait * 2, kLongestPause);
  }
}

void Transformer::wait_for(std::string what) {
  MutexLock lock(mutex_);
  waiting_for_ = std::move(what);
}

bool Transformer::pause(milliseconds span) {
  const SteadyTime end = clock_.steady_now() + span;
  MutexLock lock(mutex_);
  while (!stopping_ && clock_.steady_now() < end) wake_.wait_until(mutex_, end);
  return !stopping_;
}

TransformerStats Transformer::stats() const {
  TransformerStats stats{read_, published_, acknowledged_, dead_lettered_, restarts_, {}};
  MutexLock lock(mutex_);
  stats.waiting_for = waiting_for_;
  return stats;
}

}  // namespace weir::sal::transform

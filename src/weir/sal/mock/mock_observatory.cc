#include "weir/sal/mock/mock_observatory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "weir/io/thread.h"
#include "weir/sal/mock/sample_values.h"
#include "weir/sal/text.h"

namespace weir::sal::mock {
namespace {

using std::chrono::milliseconds;

// Between looks at the clock: at high rates many ticks share one, which costs them at most so much.
constexpr Duration kShortestWait{1'000};
constexpr Duration kLongestWait{100'000};

double rate_hz(TopicKind kind) {
  switch (kind) {
    case TopicKind::command:
    case TopicKind::acknowledgement:
      return 1;
    case TopicKind::event:
      return 10;
    case TopicKind::telemetry:
      return 100;
  }
  return 0;
}

double to_seconds(Duration span) { return static_cast<double>(span.count()) / 1e6; }

}  // namespace

struct MockObservatory::Totals {
  std::atomic<uint64_t> acknowledged{0}, failed{0};
};

struct MockObservatory::Voice {
  Voice(const Topic& topic, TextFormatter its_formatter, uint64_t seed, int32_t number,
        std::shared_ptr<Totals> all)
      : totals(std::move(all)),
        name(topic.name),
        text_topic(topic.text_topic()),
        revision(topic.version.empty() ? "1" : topic.version.substr(0, 8)),
        formatter(std::move(its_formatter)),
        values(topic, seed),
        origin(number) {
    for (const Item& item : topic.items) {
      value_count += item.type == ItemType::character ? 1 : static_cast<uint64_t>(item.count);
    }
  }

  void on_delivery(uint64_t sequence, bool ok) {
    if (!ok) {
      totals->failed.fetch_add(1, std::memory_order_release);
      return;
    }
    acknowledged.fetch_add(1, std::memory_order_relaxed);
    uint64_t highest = last_acknowledged.load(std::memory_order_relaxed);
    while (highest < sequence && !last_acknowledged.compare_exchange_weak(highest, sequence)) {
    }
    totals->acknowledged.fetch_add(1, std::memory_order_release);
  }

  const std::shared_ptr<Totals> totals;
  const std::string name;
  const std::string text_topic;
  const std::string revision;
  const TextFormatter formatter;
  SampleValues values;  // of the writing thread
  const int32_t origin;
  uint64_t value_count = 0;
  std::atomic<uint64_t> last_sent{0}, last_acknowledged{0}, acknowledged{0};
};

MockObservatory::MockObservatory(MockOptions options, LineSink sink, const Clock& clock)
    : options_(std::move(options)),
      sink_(std::move(sink)),
      clock_(clock),
      totals_(std::make_shared<Totals>()) {}

Result<std::unique_ptr<MockObservatory>> MockObservatory::open(const Interfaces& interfaces,
                                                               MockOptions options, LineSink sink,
                                                               const Clock& clock) {
  if (!(options.rate > 0 && options.rate <= 1000)) {
    return Error(
        ErrorCode::invalid_argument,
        fmt::format("the rate factor is {}; it must be above 0 and at most 1000", options.rate));
  }
  std::unique_ptr<MockObservatory> mock(
      new MockObservatory(std::move(options), std::move(sink), clock));
  std::vector<double> rates;
  for (const Topic& topic : interfaces.topics) {
    auto formatter = TextFormatter::make(topic);
    if (!formatter) {
      mock->skipped_.push_back(formatter.error().message());
      continue;
    }
    mock->voices_.push_back(
        std::make_shared<Voice>(topic, std::move(*formatter), mock->options_.seed,
                                static_cast<int32_t>(rates.size()) + 1, mock->totals_));
    rates.push_back(rate_hz(topic.kind) * mock->options_.rate);
  }
  mock->schedule_ = std::make_unique<Schedule>(rates, mock->options_.length);
  return mock;
}

MockObservatory::~MockObservatory() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void MockObservatory::start() {
  started_ = clock_.steady_now();
  running_ = true;
  thread_ = std::thread([this] { run(); });
}

void MockObservatory::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

Status MockObservatory::wait() {
  MutexLock lock(mutex_);
  while (!done_ && thread_.joinable()) changed_.wait(mutex_);
  return result_;
}

void MockObservatory::run() {
  io::set_thread_name("mock");
  Status result = send_until_over();
  ended_us_ = elapsed().count();
  Status flushed = flush();
  if (result) result = std::move(flushed);
  MutexLock lock(mutex_);
  result_ = std::move(result);
  done_ = true;
  changed_.notify_all();
}

Status MockObservatory::send_until_over() {
  for (;;) {
    WEIR_TRY(send_due(elapsed()));
    const std::optional<Schedule::Tick> next = schedule_->next();
    if (!next) return {};
    const Duration pause = std::clamp(next->due - elapsed(), kShortestWait, kLongestWait);
    if (wait_for(pause)) return {};
  }
}

Status MockObservatory::send_due(Duration until) {
  for (;;) {
    const std::optional<Schedule::Tick> tick = schedule_->next();
    if (!tick || tick->due > until || in_flight() >= options_.max_in_flight) return {};
    if (until - tick->due > options_.late_after) late_.fetch_add(1, std::memory_order_relaxed);
    WEIR_TRY(send(*tick));
    schedule_->take();
    if (running_) until = elapsed();
    if (wait_for(Duration(0))) return {};
  }
}

Status MockObservatory::send(const Schedule::Tick& tick) {
  const std::shared_ptr<Voice>& owned = voices_[tick.topic];
  Voice& voice = *owned;
  const uint64_t sequence = tick.number + 1;
  const Timestamp now = clock_.now();
  const double now_s = to_seconds(now.time_since_epoch());
  voice.values.move_to(to_seconds(tick.due));
  line_.clear();
  voice.formatter.append({.revision = voice.revision,
                          .sent_s = now_s,
                          .received_s = now_s,
                          .sequence = static_cast<int64_t>(sequence),
                          .origin = voice.origin,
                          .host = 1},
                         voice.values, line_);
  // Counted first: the acknowledgement may come before `publish` returns.
  sent_.fetch_add(1, std::memory_order_relaxed);
  voice.last_sent.store(sequence, std::memory_order_relaxed);
  Status published = sink_.publish({.topic = voice.text_topic, .value = line_, .timestamp = now},
                                   [owned, sequence](const bus::Delivery& delivery) {
                                     owned->on_delivery(sequence, delivery.ok());
                                   });
  if (!published) {
    sent_.fetch_sub(1, std::memory_order_relaxed);
    voice.last_sent.store(sequence - 1, std::memory_order_relaxed);
    return std::move(published).error().within(voice.name);
  }
  values_.fetch_add(voice.value_count, std::memory_order_relaxed);
  return {};
}

// In slices, so that the deadline holds even where the sink's own clock is another.
Status MockObservatory::flush() {
  const SteadyTime end = clock_.steady_now() + options_.flush_deadline;
  Status flushed = sink_.flush(milliseconds(0));
  while (!flushed && clock_.steady_now() < end) flushed = sink_.flush(milliseconds(200));
  return flushed;
}

uint64_t MockObservatory::in_flight() const {
  const uint64_t settled = totals_->acknowledged.load(std::memory_order_acquire) +
                           totals_->failed.load(std::memory_order_acquire);
  return sent_.load(std::memory_order_relaxed) - settled;
}

Duration MockObservatory::elapsed() const {
  return std::chrono::duration_cast<Duration>(clock_.steady_now() - started_);
}

bool MockObservatory::wait_for(Duration span) {
  MutexLock lock(mutex_);
  if (!stopping_ && span.count() > 0) changed_.wait_for(mutex_, span);
  return stopping_;
}

MockCounters MockObservatory::counters() const {
  MockCounters counters;
  counters.topics = voices_.size();
  counters.acknowledged = totals_->acknowledged.load(std::memory_order_acquire);
  counters.failed = totals_->failed;
  counters.late = late_;
  counters.values = values_;
  counters.sent = sent_;
  const int64_t ended = ended_us_;
  const Duration until = ended >= 0 ? Duration(ended) : running_ ? elapsed() : Duration(-1);
  for (size_t i = 0; i < voices_.size(); ++i) {
    const uint64_t due = until.count() < 0 ? 0 : schedule_->due_by(i, until);
    counters.scheduled += std::max(due, voices_[i]->last_sent.load(std::memory_order_relaxed));
  }
  return counters;
}

std::vector<TopicProgress> MockObservatory::progress() const {
  std::vector<TopicProgress> all;
  for (const auto& voice : voices_) {
    all.push_back({voice->name, voice->text_topic, voice->last_sent, voice->last_acknowledged,
                   voice->acknowledged});
  }
  return all;
}

std::vector<std::string> MockObservatory::text_topics() const {
  std::vector<std::string> names;
  for (const auto& voice : voices_) names.push_back(voice->text_topic);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

LineSink to_sink(bus::Publisher& publisher) {
  return {[&publisher](const bus::OutgoingRecord& record, bus::DeliveryCallback callback) {
            return publisher.publish(record, std::move(callback));
          },
          [&publisher](milliseconds deadline) { return publisher.flush(deadline); }};
}

}  // namespace weir::sal::mock

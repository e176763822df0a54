#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/bus/publisher.h"
#include "weir/sal/interface.h"
#include "weir/sal/mock/schedule.h"

namespace weir::sal::mock {

struct MockOptions {
  double rate = 1;  // times 1 Hz for commands, 10 Hz for events, 100 Hz for telemetry
  std::optional<Duration> length = {};  // nullopt: until `stop`
  uint64_t seed = 1;
  Duration late_after{100'000};   // a tick sent so long after its time counts as late
  size_t max_in_flight = 50'000;  // sent and not acknowledged; above it the mock waits
  std::chrono::milliseconds flush_deadline{30'000};  // for the acknowledgements at the end
};

struct MockCounters {
  uint64_t topics = 0;
  uint64_t scheduled = 0;  // ticks whose time has come
  uint64_t sent = 0;       // handed to the publisher
  uint64_t acknowledged = 0;
  uint64_t failed = 0;  // sent, and reported as not delivered
  uint64_t late = 0;
  uint64_t values = 0;  // of items, in what was sent
};

struct TopicProgress {
  std::string topic;
  std::string text_topic;
  uint64_t last_sent = 0;          // sequence number; they start at 1 and have no gaps
  uint64_t last_acknowledged = 0;  // the highest
  uint64_t acknowledged = 0;       // how many
};

// Where lines go: `bus::Publisher`, or something else in tests.
struct LineSink {
  std::function<Status(const bus::OutgoingRecord&, bus::DeliveryCallback)> publish;
  std::function<Status(std::chrono::milliseconds)> flush;
};

// Writes every topic of an observatory at its rate, on a thread of its own ("mock"). Times are
// absolute: a tick that could not be sent in time is sent later and counted as late, never dropped,
// so sequence numbers have no gaps. Shared.
//
//   WEIR_TRY_ASSIGN(auto mock, MockObservatory::open(interfaces, {.rate = 0.1, .length = 60s},
//                                                    to_sink(*publisher), clock));
//   mock->start();
//   … mock->counters() …
//   WEIR_TRY(mock->wait());   // the length is over, everything is acknowledged
class MockObservatory {
 public:
  // `invalid_argument` for a rate that is none. Topics without a text form are left out: `skipped`.
  static Result<std::unique_ptr<MockObservatory>> open(const Interfaces& interfaces,
                                                       MockOptions options, LineSink sink,
                                                       const Clock& clock);
  ~MockObservatory();  // stops

  void start();  // once
  // Ends the ticks now; the thread then waits for acknowledgements within the deadline.
  void stop();
  // Until the thread is done. The first error of publishing, or the flush's, or success.
  Status wait();
  bool done() const { return done_; }

  MockCounters counters() const;
  std::vector<TopicProgress> progress() const;
  // Reasons why topics are left out.
  const std::vector<std::string>& skipped() const { return skipped_; }
  // The Kafka topics that will be written, distinct and sorted.
  std::vector<std::string> text_topics() const;

  // Sends what is due `until` after the start, up to the bound of what is in flight. The thread
  // does nothing else; tests call it instead of `start`.
  Status send_due(Duration until);

 private:
  struct Voice;   // one topic
  struct Totals;  // what deliveries add up to

  MockObservatory(MockOptions options, LineSink sink, const Clock& clock);
  void run();
  Status send_until_over();
  Status flush();
  Status send(const Schedule::Tick& tick);
  uint64_t in_flight() const;
  Duration elapsed() const;
  bool wait_for(Duration span);  // true when stopped

  const MockOptions options_;
  const LineSink sink_;
  const Clock& clock_;
  // Shared with the deliveries under way, which a publisher may report after the mock is gone.
  std::vector<std::shared_ptr<Voice>> voices_;
  std::shared_ptr<Totals> totals_;
  std::vector<std::string> skipped_;
  std::unique_ptr<Schedule> schedule_;  // taken from by the writing thread only
  Bytes line_;                          // of the writing thread

  std::atomic<uint64_t> sent_{0}, late_{0}, values_{0};
  SteadyTime started_;
  std::atomic<bool> running_{false}, done_{false};
  std::atomic<int64_t> ended_us_{-1};  // elapsed time at the end of the ticks

  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ WEIR_GUARDED_BY(mutex_) = false;
  Status result_ WEIR_GUARDED_BY(mutex_);
  std::thread thread_;
};

// Borrows the publisher: it lives until the mock is done.
LineSink to_sink(bus::Publisher& publisher);

}  // namespace weir::sal::mock

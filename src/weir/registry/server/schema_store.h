#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/base/time.h"
#include "weir/kafka/client/consumer.h"
#include "weir/kafka/client/producer.h"
#include "weir/registry/model/catalog.h"
#include "weir/registry/server/options.h"

namespace weir::registry::server {

// The catalog and the topic that it is made of. Everything is answered from memory; a registration
// is written to the topic and done when the record has been read back, so that what was answered
// survives whatever dies. Writes are not waited for one by one: any number is under way. Shared.
class SchemaStore {
 public:
  // The version that a schema has, or why it has none. Called once, on any thread, without a lock
  // held.
  using Registered = std::function<void(const Result<model::SchemaRecord>&)>;

  // Makes the topic where there is none and reads it to its end. `unavailable`, `timeout`: no
  // broker; `refused`: the topic has more than one partition.
  static Result<std::unique_ptr<SchemaStore>> open(RegistryOptions options, const Clock& clock);
  // Answers what is under way with `unavailable`.
  ~SchemaStore();
  SchemaStore(const SchemaStore&) = delete;
  SchemaStore& operator=(const SchemaStore&) = delete;

  // Gives the schema its place in the subject, at once when it has one. Errors: `timeout` when the
  // topic does not take it in time (it may do so later: asking again finds it), `unavailable` when
  // too many are under way, `invalid_argument` when the broker refuses it.
  void register_schema(const std::string& subject, const model::Candidate& candidate,
                       Registered done);

  // Runs `question` on the catalog under the lock; what it returns must not point into the catalog.
  template <typename Question>
  auto ask(Question question) const {
    const MutexLock lock(mutex_);
    return question(static_cast<const model::Catalog&>(catalog_));
  }

  // Why the topic is not being read, or nothing.
  std::optional<std::string> trouble() const;

 private:
  struct Pending {
    model::SchemaRecord record;
    SteadyTime deadline;
    std::vector<Registered> waiting;  // emptied when the deadline passes; the write goes on
  };
  using Key = std::pair<std::string, int32_t>;  // subject and version
  // What to tell whom once the lock is gone.
  struct Answer {
    std::vector<Registered> to;
    Result<model::SchemaRecord> outcome;
  };

  SchemaStore(RegistryOptions options, const Clock& clock);

  Status prepare_topic();
  Status connect();
  Status read_to_end();
  Result<int64_t> write_marker();
  void write(const model::SchemaRecord& record);
  void on_write_failed(const model::SchemaRecord& record, const Error& error);

  void serve();
  // Reads what is there into the catalog; returns the next offset when something came.
  Result<std::optional<int64_t>> read_some(std::vector<Answer>& answers);
  void apply(const kafka::client::IncomingRecord& record, std::vector<Answer>& answers)
      WEIR_REQUIRES(mutex_);
  void expire(std::vector<Answer>& answers);
  void set_trouble(std::optional<std::string> trouble);

  const RegistryOptions options_;
  const Clock& clock_;
  std::unique_ptr<kafka::client::Consumer> consumer_;  // of the reading thread
  std::unique_ptr<kafka::client::Producer> producer_;

  mutable Mutex mutex_;
  model::Catalog catalog_ WEIR_GUARDED_BY(mutex_);
  std::map<Key, Pending> pending_ WEIR_GUARDED_BY(mutex_);
  std::optional<std::string> trouble_ WEIR_GUARDED_BY(mutex_);
  uint64_t bad_records_ WEIR_GUARDED_BY(mutex_) = 0;
  bool stopping_ WEIR_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

}  // namespace weir::registry::server

#pragma once

#include <span>

#include "weir/kafka/client/admin.h"
#include "weir/kafka/client/rdkafka_handle.h"

// What the sources of Admin share. For the sources of kafka/client alone.
namespace weir::kafka::client {

inline int millis(Admin::Deadline deadline) { return static_cast<int>(deadline.count()); }

class Admin::Core {
 public:
  explicit Core(const ClientOptions& options)
      : options_(options), context_(std::make_shared<HandleContext>(options.label)) {}

  Status start() {
    WEIR_TRY_ASSIGN(handle_, RdHandle::make(RD_KAFKA_PRODUCER, options_, {}, 0, context_));
    return {};
  }

  rd_kafka_t* client() const { return handle_.get(); }

  // All topics. A broker that is away is retried until the deadline, as the caller asked for.
  Result<MetadataPtr> metadata(Deadline deadline);

  // Runs one request of librdkafka's admin API: `send` gets the options and the queue for the
  // answer. An error of the whole request, or no answer in time, is the result; outcomes of its
  // parts are in the event.
  template <typename Send>
  Result<EventPtr> ask(rd_kafka_admin_op_t operation, std::string_view doing, Deadline deadline,
                       Send send) {
    const AdminOptionsPtr options = admin_options(operation, deadline);
    const QueuePtr queue(rd_kafka_queue_new(client()));
    send(options.get(), queue.get());
    return answer(queue.get(), doing, deadline);
  }

 private:
  AdminOptionsPtr admin_options(rd_kafka_admin_op_t operation, Deadline deadline) const;
  Result<EventPtr> answer(rd_kafka_queue_t* queue, std::string_view doing, Deadline deadline) const;

  const ClientOptions options_;
  const std::shared_ptr<HandleContext> context_;
  RdHandle handle_;
};

// The outcome of the only topic that a request named.
Status topic_outcome(const rd_kafka_topic_result_t** topics, size_t count, std::string_view doing);

}  // namespace weir::kafka::client

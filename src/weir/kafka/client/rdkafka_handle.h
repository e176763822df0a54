#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/mutex.h"
#include "weir/base/result.h"
#include "weir/kafka/client/client_options.h"

// Thin ownership over librdkafka's C API. For the sources of kafka/client alone.
namespace weir::kafka::client {

struct RdDeleter {
  void operator()(rd_kafka_t* client) const;
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
};

using TopicPtr = std::unique_ptr<rd_kafka_topic_t, RdDeleter>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, RdDeleter>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, RdDeleter>;
using PartitionListPtr = std::unique_ptr<rd_kafka_topic_partition_list_t, RdDeleter>;
using MetadataPtr = std::unique_ptr<const rd_kafka_metadata_t, RdDeleter>;
using HeadersPtr = std::unique_ptr<rd_kafka_headers_t, RdDeleter>;
using AdminOptionsPtr = std::unique_ptr<rd_kafka_AdminOptions_t, RdDeleter>;

// librdkafka's codes in ours; `context` says what was being done.
Error to_error(rd_kafka_resp_err_t code, std::string_view context);
Error to_error(rd_kafka_resp_err_t code, std::string_view context, std::string_view detail);

// What a handle's callbacks, which run on the library's threads, share with its owner. Shared.
class HandleContext {
 public:
  explicit HandleContext(std::string label);

  const std::string& label() const { return label_; }
  ConnectionState connection() const;

  void on_response();  // a broker answered
  void on_error(rd_kafka_resp_err_t code, std::string_view text);

 private:
  const std::string label_;
  std::atomic<bool> reachable_{true};
  mutable Mutex mutex_;
  Timestamp since_ WEIR_GUARDED_BY(mutex_);
  std::string last_failure_ WEIR_GUARDED_BY(mutex_);
};

using Properties = std::vector<std::pair<std::string, std::string>>;

// One librdkafka client: its context outlives its threads. Shared, as librdkafka is.
class RdHandle {
 public:
  RdHandle() = default;

  // `events` are the RD_KAFKA_EVENT_* kinds that its main queue returns as events.
  static Result<RdHandle> make(rd_kafka_type_t type, const ClientOptions& options,
                               const Properties& properties, int events,
                               std::shared_ptr<HandleContext> context);

  rd_kafka_t* get() const { return client_.get(); }
  void reset() { client_.reset(); }

 private:
  std::shared_ptr<HandleContext> context_;
  std::unique_ptr<rd_kafka_t, RdDeleter> client_;
};

}  // namespace weir::kafka::client

#include "weir/bus/subscriber.h"

namespace weir::bus {

Subscriber::Subscriber(std::unique_ptr<kafka::client::Consumer> consumer)
    : consumer_(std::move(consumer)) {}
Subscriber::~Subscriber() = default;

Result<std::unique_ptr<Subscriber>> Subscriber::connect(SubscriberOptions options) {
  WEIR_TRY_ASSIGN(auto consumer, kafka::client::Consumer::open({
                                     .client = {.brokers = std::move(options.brokers),
                                                .label = std::move(options.label),
                                                .properties = std::move(options.properties)},
                                     .fetch_min_bytes = options.fetch_min_bytes,
                                     .fetch_wait = options.fetch_wait,
                                     .prefetch_messages = options.prefetch_messages,
                                     .prefetch_bytes = options.prefetch_bytes,
                                 }));
  return std::unique_ptr<Subscriber>(new Subscriber(std::move(consumer)));
}

Status Subscriber::add(std::span<const StartPosition> positions) {
  WEIR_TRY(consumer_->add(positions));
  partitions_ += positions.size();
  return {};
}

Status Subscriber::add(std::initializer_list<StartPosition> positions) {
  return add(std::span(positions.begin(), positions.size()));
}

Status Subscriber::remove(const TopicPartition& partition) {
  WEIR_TRY(consumer_->remove(partition));
  --partitions_;
  return {};
}

Result<std::span<const IncomingRecord>> Subscriber::poll(size_t max_records,
                                                         std::chrono::milliseconds timeout) {
  return consumer_->poll(max_records, timeout);
}

SubscriberState Subscriber::state() const {
  const kafka::client::ConnectionState connection = consumer_->connection();
  return {.partitions = partitions_,
          .reachable = connection.reachable,
          .reason = connection.reachable ? "" : to_string(connection)};
}

}  // namespace weir::bus

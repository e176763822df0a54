#include "weir/bus/publisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "weir/io/clock.h"

namespace weir::bus {

Publisher::Publisher(std::vector<std::unique_ptr<kafka::client::Producer>> lanes)
    : lanes_(std::move(lanes)) {}
Publisher::~Publisher() = default;

Result<std::unique_ptr<Publisher>> Publisher::connect(PublisherOptions options) {
  if (options.lanes < 1)
    return Error(ErrorCode::invalid_argument, "a publisher needs at least one lane");
  const auto lanes = static_cast<size_t>(options.lanes);
  std::vector<std::unique_ptr<kafka::client::Producer>> producers;
  for (size_t lane = 0; lane < lanes; ++lane) {
    WEIR_TRY_ASSIGN(auto producer,
                    kafka::client::Producer::open({
                        .client = {.brokers = options.brokers,
                                   .label = options.label,
                                   .properties = options.properties},
                        .queue_messages = std::max<size_t>(options.queue_messages / lanes, 1),
                        .queue_bytes = std::max<size_t>(options.queue_bytes / lanes, 1),
                        .linger = options.linger,
                        .compression = options.compression,
                        .delivery_deadline = options.delivery_deadline,
                    }));
    producers.push_back(std::move(producer));
  }
  return std::unique_ptr<Publisher>(new Publisher(std::move(producers)));
}

kafka::client::Producer& Publisher::lane_of(std::string_view topic) {
  if (lanes_.size() == 1) return *lanes_.front();
  return *lanes_[std::hash<std::string_view>{}(topic) % lanes_.size()];
}

Status Publisher::publish(const OutgoingRecord& record, DeliveryCallback callback) {
  return lane_of(record.topic).produce(record, std::move(callback));
}

Status Publisher::flush(std::chrono::milliseconds deadline) {
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  for (const auto& lane : lanes_) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - io::real_clock().steady_now());
    WEIR_TRY(lane->flush(std::max(left, std::chrono::milliseconds(0))));
  }
  return {};
}

Status Publisher::warm_up(std::span<const std::string> topics, std::chrono::milliseconds deadline) {
  const SteadyTime end = io::real_clock().steady_now() + deadline;
  std::vector<std::vector<std::string>> shares(lanes_.size());
  for (const std::string& topic : topics) {
    const size_t lane =
        lanes_.size() == 1 ? 0 : std::hash<std::string_view>{}(topic) % lanes_.size();
    shares[lane].push_back(topic);
  }
  for (size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (shares[lane].empty()) continue;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - io::real_clock().steady_now());
    WEIR_TRY(lanes_[lane]->warm_up(shares[lane], std::max(left, std::chrono::milliseconds(0))));
  }
  return {};
}

PublisherState Publisher::state() const {
  PublisherState state;
  for (const auto& lane : lanes_) {
    const kafka::client::ProducerStats stats = lane->stats();
    state.queued_messages += stats.queued_messages;
    state.queued_bytes += stats.queued_bytes;
    state.acknowledged += stats.acknowledged;
    state.failed += stats.failed;
    state.may_repeat += stats.may_repeat;
    state.full = state.full || stats.full;
    if (!stats.connection.reachable && state.reason.empty())
      state.reason = to_string(stats.connection);
  }
  if (state.full && state.reason.empty()) {
    state.reason =
        fmt::format("queue full: the broker is slower than the writer, {} records ({} bytes) wait",
                    state.queued_messages, state.queued_bytes);
  }
  return state;
}

}  // namespace weir::bus

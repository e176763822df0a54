#include "weir/broker/handlers/produce.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "weir/broker/handlers/answer.h"
#include "weir/broker/handlers/partitions.h"
#include "weir/broker/handlers/topic_rules.h"
#include "weir/kafka/protocol/record_batch.h"

namespace weir::broker::handlers {

using kafka::protocol::BatchRefusal;
using kafka::protocol::KafkaError;
using kafka::protocol::RecordBatchView;
using PartitionAnswer = kafka::protocol::ProduceResponse::Topic::Partition;

namespace {

// A produce request on its way: the answers as they come in. Confined to the loop; the log's thread
// only carries a reference back.
class PendingProduce {
 public:
  PendingProduce(Services& services, const Request& request, Reply reply)
      : services_(services),
        version_(request.version),
        reply_(std::move(reply)),
        memory_(request.memory),
        started_(services.clock.steady_now()) {}

  kafka::protocol::ProduceResponse& response() { return response_; }
  void expect_one() { ++open_; }
  Services& services() { return services_; }

  void refuse(PartitionAnswer& answer, BatchRefusal refusal) {
    services_.counters.refused_batches.add();
    answer.error_code = refusal.code;
    answer.base_offset = -1;
    if (!refusal.message.empty()) answer.error_message = refusal.message;
    for (const int32_t place : refusal.records) {
      answer.record_errors.push_back({.batch_index = place, .message = refusal.message});
    }
    if (!first_refusal_) first_refusal_ = std::move(refusal);
  }

  void on_appended(size_t topic, size_t partition, TimestampType type, size_t size,
                   const log::AppendResult& result) {
    PartitionAnswer& answer = response_.topics[topic].partitions[partition];
    answer.log_start_offset = result.log_start_offset;
    if (result.error != KafkaError::none) {
      refuse(answer, {result.error, {}});
    } else {
      services_.counters.produced_batches.add();
      services_.counters.produced_bytes.add(size);
      answer.base_offset = result.base_offset;
      if (type == TimestampType::log_append_time) {
        answer.log_append_time_ms = to_millis(result.append_time);
      }
    }
    finish_one();
  }

  // The last one answers.
  void finish_one() {
    if (--open_ > 0) return;
    services_.counters.produce_seconds.record(std::chrono::duration_cast<std::chrono::microseconds>(
        services_.clock.steady_now() - started_));
    if (reply_) reply_->send(to_body(response_, version_));
  }

  // For acks=0: nothing more is said, unless it was wrong from the start.
  void answer_nothing() {
    Reply reply = *std::exchange(reply_, std::nullopt);
    if (!first_refusal_) return reply.skip();
    reply.fail(Error(ErrorCode::refused,
                     fmt::format("produce without acks failed: {} {}",
                                 to_string(first_refusal_->code), first_refusal_->message)));
  }

 private:
  Services& services_;
  const int16_t version_;
  std::optional<Reply> reply_;
  const std::shared_ptr<const void> memory_;
  const SteadyTime started_;
  kafka::protocol::ProduceResponse response_;
  std::optional<BatchRefusal> first_refusal_;
  size_t open_ = 1;  // the request itself, until all its batches are on their way
};

// The producer's clock may be wrong; the base timestamp stands for the earliest.
std::optional<BatchRefusal> check_timestamps(const RecordBatchView& batch,
                                             const ProduceConfig& config, Timestamp now) {
  if (config.timestamp_type != TimestampType::create_time) return std::nullopt;
  const int64_t now_ms = to_millis(now);
  if (batch.max_timestamp() > now_ms &&
      batch.max_timestamp() - now_ms > config.timestamp_after_max_ms) {
    return BatchRefusal{KafkaError::invalid_timestamp,
                        fmt::format("a timestamp lies {} ms in the future; the topic allows {}",
                                    batch.max_timestamp() - now_ms, config.timestamp_after_max_ms)};
  }
  if (batch.base_timestamp() >= 0 &&
      now_ms - batch.base_timestamp() > config.timestamp_before_max_ms) {
    return BatchRefusal{
        KafkaError::invalid_timestamp,
        fmt::format("a timestamp lies {} ms in the past; the topic allows {}",
                    now_ms - batch.base_timestamp(), config.timestamp_before_max_ms)};
  }
  return std::nullopt;
}

tl::expected<RecordBatchView, BatchRefusal> check(BytesView records, const ProduceConfig& config,
                                                  int16_t version, Timestamp now) {
  auto batch = kafka::protocol::validate_produced(
      records, {.produce_version = version,
                .max_batch_size = static_cast<size_t>(config.max_message_bytes),
                .keys_required = config.keys_required});
  if (!batch) return batch;
  if (batch->is_transactional()) {
    return tl::unexpected(
        BatchRefusal{KafkaError::invalid_txn_state, "transactions are not served"});
  }
  if (auto refusal = check_timestamps(*batch, config, now))
    return tl::unexpected(std::move(*refusal));
  return batch;
}

struct Place {
  size_t topic;
  size_t partition;
};

void append(const std::shared_ptr<PendingProduce>& pending, Place place, log::Partition& partition,
            const RecordBatchView& batch, TimestampType type) {
  Bytes bytes(batch.bytes());
  if (type == TimestampType::log_append_time) {
    kafka::protocol::set_log_append_time(bytes, to_millis(pending->services().clock.now()));
  }
  pending->expect_one();
  Completions& completions = pending->services().completions;
  const size_t size = bytes.size();
  partition.append(std::move(bytes),
                   [&completions, pending, place, type, size](log::AppendResult result) mutable {
                     completions.add([pending = std::move(pending), place, type, size, result] {
                       pending->on_appended(place.topic, place.partition, type, size, result);
                     });
                   });
}

bool are_known_acks(int16_t acks) { return acks == -1 || acks == 0 || acks == 1; }

// What is wrong with the request as a whole, for each of its partitions.
std::optional<BatchRefusal> check_request(const kafka::protocol::ProduceRequest& asked) {
  if (!are_known_acks(asked.acks)) {
    return BatchRefusal{KafkaError::invalid_required_acks, "acks must be 0, 1 or -1 (all)"};
  }
  if (asked.transactional_id) {
    return BatchRefusal{KafkaError::transactional_id_authorization_failed,
                        "transactions are not served"};
  }
  return std::nullopt;
}

void start_partition(const std::shared_ptr<PendingProduce>& pending, Place place,
                     const log::Topic* topic, const ProduceConfig& config, int16_t version,
                     const kafka::protocol::ProduceRequest::Topic::Partition& wish) {
  PartitionAnswer& answer = pending->response().topics[place.topic].partitions[place.partition];
  const log::PartitionRef partition = find_partition(topic, wish.index);
  if (partition == nullptr) {
    return pending->refuse(answer,
                           {KafkaError::unknown_topic_or_partition, "there is no such partition"});
  }
  const auto batch =
      check(wish.records.value_or(BytesView()), config, version, pending->services().clock.now());
  if (!batch) return pending->refuse(answer, batch.error());
  append(pending, place, *partition, *batch, config.timestamp_type);
}

}  // namespace

void ProduceApi::start(Services& services, const handlers::Request& request, Reply reply) {
  ByteReader reader(request.body);
  const auto asked = Request::decode(reader, request.version);
  if (!asked) return reply.fail(asked.error());
  const auto wrong = check_request(*asked);
  const auto pending = std::make_shared<PendingProduce>(services, request, std::move(reply));
  // All answers have their place before the first append can come back.
  for (const auto& topic : asked->topics) {
    auto& answer = pending->response().topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions)
      answer.partitions.emplace_back().index = partition.index;
  }
  for (size_t t = 0; t < asked->topics.size(); ++t) {
    const auto& topic = asked->topics[t];
    const log::TopicRef found = services.storage.find_topic(topic.name);
    const ProduceConfig config = produce_config(found ? found->config : log::TopicConfig(),
                                                services.settings.max_message_bytes);
    for (size_t p = 0; p < topic.partitions.size(); ++p) {
      if (wrong) {
        pending->refuse(pending->response().topics[t].partitions[p], *wrong);
      } else {
        start_partition(pending, {t, p}, found.get(), config, request.version, topic.partitions[p]);
      }
    }
  }
  if (asked->acks == 0) pending->answer_nothing();
  pending->finish_one();
}

}  // namespace weir::broker::handlers

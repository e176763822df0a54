#include "weir/broker/log/producer_state.h"

#include <algorithm>
#include <limits>

namespace weir::broker::log {

using kafka::protocol::KafkaError;

SequenceVerdict ProducerState::check(const SequencedBatch& batch) const {
  const auto found = producers_.find(batch.producer_id);
  if (found == producers_.end() || found->second.empty()) return {};
  const Batches& batches = found->second;
  const SequencedBatch& last = batches.back();
  if (batch.epoch < last.epoch)
    return {.error = KafkaError::invalid_producer_epoch, .repeat_of = {}};
  if (batch.epoch > last.epoch) {
    if (batch.first_sequence == 0) return {};
    return {.error = KafkaError::out_of_order_sequence_number, .repeat_of = {}};
  }
  size_t looked_at = 0;
  for (auto known = batches.rbegin(); known != batches.rend() && looked_at < kRemembered;
       ++known, ++looked_at) {
    if (known->epoch != batch.epoch) break;
    if (known->first_sequence == batch.first_sequence &&
        known->last_sequence == batch.last_sequence) {
      return {.error = KafkaError::none, .repeat_of = known->base_offset};
    }
  }
  const int32_t expected =
      last.last_sequence == std::numeric_limits<int32_t>::max() ? 0 : last.last_sequence + 1;
  if (batch.first_sequence == expected) return {};
  return {.error = KafkaError::out_of_order_sequence_number, .repeat_of = {}};
}

void ProducerState::enter(const SequencedBatch& batch) {
  producers_[batch.producer_id].push_back(batch);
}

void ProducerState::confirm(int64_t producer_id, int64_t durable_end) {
  if (const auto found = producers_.find(producer_id); found != producers_.end())
    trim(found->second, durable_end);
}

void ProducerState::roll_back(int64_t durable_end) {
  for (auto at = producers_.begin(); at != producers_.end();) {
    Batches& batches = at->second;
    while (!batches.empty() && batches.back().base_offset >= durable_end) batches.pop_back();
    at = batches.empty() ? producers_.erase(at) : std::next(at);
  }
}

void ProducerState::replay(const SequencedBatch& batch) {
  Batches& batches = producers_[batch.producer_id];
  if (!batches.empty() && batches.back().base_offset >= batch.base_offset) return;
  batches.push_back(batch);
  trim(batches, std::numeric_limits<int64_t>::max());
}

void ProducerState::expire(int64_t before_ms) {
  std::erase_if(producers_, [&](const auto& producer) {
    return producer.second.empty() || producer.second.back().time_ms < before_ms;
  });
}

std::vector<SequencedBatch> ProducerState::durable_batches(int64_t durable_end) const {
  std::vector<SequencedBatch> durable;
  for (const auto& [id, batches] : producers_) {
    for (const SequencedBatch& batch : batches) {
      if (batch.base_offset < durable_end) durable.push_back(batch);
    }
  }
  return durable;
}

// Batches that are not durable yet do not count against the five: a rollback must find the five
// before them.
void ProducerState::trim(Batches& batches, int64_t durable_end) {
  const auto pending =
      std::find_if(batches.begin(), batches.end(),
                   [&](const SequencedBatch& batch) { return batch.base_offset >= durable_end; });
  auto durable = static_cast<size_t>(pending - batches.begin());
  if (durable == 0) return;
  const int16_t epoch = batches[durable - 1].epoch;
  while (durable > kRemembered || batches.front().epoch != epoch) {
    batches.pop_front();
    --durable;
  }
}

}  // namespace weir::broker::log

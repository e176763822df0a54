#include "weir/broker/log/producer_state.h"

#include <gtest/gtest.h>

#include <limits>

namespace weir::broker::log {
namespace {

using kafka::protocol::KafkaError;

SequencedBatch batch(int32_t first, int32_t last, int64_t offset, int16_t epoch = 0) {
  return {.producer_id = 1,
          .epoch = epoch,
          .first_sequence = first,
          .last_sequence = last,
          .base_offset = offset,
          .time_ms = offset};
}

TEST(ProducerState, SequencesWrapFromTheLargestToZero) {
  constexpr int32_t kMax = std::numeric_limits<int32_t>::max();
  ProducerState state;
  state.enter(batch(kMax - 1, kMax, 0));
  EXPECT_EQ(state.check(batch(0, 3, 2)).error, KafkaError::none);
  EXPECT_EQ(state.check(batch(1, 3, 2)).error, KafkaError::out_of_order_sequence_number);
}

TEST(ProducerState, RemembersFiveBatches) {
  ProducerState state;
  for (int32_t i = 0; i < 7; ++i) {
    state.enter(batch(i, i, i * 10));
    state.confirm(1, i * 10 + 1);
  }
  EXPECT_EQ(state.check(batch(2, 2, 70)).repeat_of, 20);
  EXPECT_EQ(state.check(batch(6, 6, 70)).repeat_of, 60);
  EXPECT_EQ(state.check(batch(1, 1, 70)).error, KafkaError::out_of_order_sequence_number);
  EXPECT_EQ(state.durable_batches(1000).size(), 5u);
  EXPECT_EQ(state.durable_batches(60).size(), 4u);
}

TEST(ProducerState, ANewEpochStartsAtZeroAndForgetsTheOldOne) {
  ProducerState state;
  state.enter(batch(0, 5, 0));
  EXPECT_EQ(state.check(batch(6, 6, 6, 1)).error, KafkaError::out_of_order_sequence_number);
  EXPECT_EQ(state.check(batch(0, 0, 6, 1)).error, KafkaError::none);
  state.enter(batch(0, 0, 6, 1));
  EXPECT_EQ(state.check(batch(0, 5, 7, 0)).error, KafkaError::invalid_producer_epoch);
  state.confirm(1, 7);
  EXPECT_EQ(state.durable_batches(1000).size(), 1u);
}

TEST(ProducerState, ARollbackFindsTheStateBeforeIt) {
  ProducerState state;
  for (int32_t i = 0; i < 5; ++i) state.enter(batch(i, i, i));
  state.confirm(1, 5);
  for (int32_t i = 5; i < 9; ++i) state.enter(batch(i, i, i));
  state.roll_back(5);
  EXPECT_EQ(state.check(batch(0, 0, 5)).repeat_of, 0);
  EXPECT_EQ(state.check(batch(5, 5, 5)).error, KafkaError::none);
  state.roll_back(0);
  EXPECT_EQ(state.producer_count(), 0u);
}

TEST(ProducerState, UnknownProducersStartAnywhereAndOldOnesExpire) {
  ProducerState state;
  EXPECT_EQ(state.check(batch(77, 80, 0)).error, KafkaError::none);
  state.enter(batch(77, 80, 50));
  state.expire(50);
  EXPECT_EQ(state.producer_count(), 1u);
  state.expire(51);
  EXPECT_EQ(state.producer_count(), 0u);
}

}  // namespace
}  // namespace weir::broker::log

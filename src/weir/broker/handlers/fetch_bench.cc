#include <benchmark/benchmark.h>

#include "weir/base/check.h"
#include "weir/broker/handlers/harness.h"
#include "weir/broker/handlers/topic_rules.h"
#include "weir/io/clock.h"
#include "weir/kafka/protocol/messages/fetch.h"
#include "weir/kafka/protocol/record_batch.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::handlers {
namespace {

using kafka::protocol::FetchRequest;

// An observatory's consumer: many topics of one partition in one request, at the end of each.
FetchRequest request_for(int topics, std::chrono::milliseconds wait) {
  FetchRequest request;
  request.max_wait_ms = static_cast<int32_t>(wait.count());
  request.min_bytes = 1;
  for (int i = 0; i < topics; ++i) {
    auto& topic = request.topics.emplace_back();
    topic.topic = "lsst.sal.Subsystem_topic_" + std::to_string(i);
    topic.partitions.emplace_back().partition_max_bytes = 1 << 20;
  }
  return request;
}

std::unique_ptr<Harness> with_topics(const FetchRequest& request, const std::string& folder) {
  auto harness = Harness::make({}, io::real_file_system(), io::real_clock(), folder);
  WEIR_CHECK(harness.has_value());
  std::vector<log::NewTopic> topics;
  for (const auto& topic : request.topics)
    topics.push_back({.name = topic.topic, .id = draw_topic_id()});
  for (const auto& made : (*harness)->storage().create_topics(std::move(topics))) {
    WEIR_CHECK(made.has_value());
  }
  return std::move(*harness);
}

// Nothing new anywhere: decode, look up, wait, time out, answer. CPU time is what counts.
void WaitInVain(benchmark::State& state) {
  const testing::TempFolder folder;
  const FetchRequest request =
      request_for(static_cast<int>(state.range(0)), std::chrono::milliseconds(1));
  const auto harness = with_topics(request, folder.path());
  for (auto _ : state) {
    WEIR_CHECK(harness->start(request, 12).get().kind == Harness::Outcome::Kind::response);
  }
}
BENCHMARK(WaitInVain)->Arg(1)->Arg(1300)->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond);

// A waiting fetch is woken by one batch in one of its partitions.
void WakeForOneBatch(benchmark::State& state) {
  const testing::TempFolder folder;
  FetchRequest request = request_for(static_cast<int>(state.range(0)), std::chrono::minutes(1));
  const auto harness = with_topics(request, folder.path());
  kafka::protocol::RecordBatchBuilder builder;
  kafka::protocol::RecordToWrite record;
  record.timestamp = 1'700'000'000'000;
  record.value = "45.0";
  builder.add(record);
  const Bytes batch = *builder.build();
  auto& last = request.topics.back();
  const auto partition = harness->storage().find_topic(last.topic)->partitions[0];
  for (auto _ : state) {
    auto outcome = harness->start(request, 12);
    partition->append(batch, [](log::AppendResult) {});
    WEIR_CHECK(outcome.get().kind == Harness::Outcome::Kind::response);
    ++last.partitions[0].fetch_offset;
  }
}
BENCHMARK(WakeForOneBatch)
    ->Arg(1)
    ->Arg(1300)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weir::broker::handlers

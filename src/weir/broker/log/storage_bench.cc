// Durable appends per second of closed-loop clients on a real folder, beside what the disk can do:
// the plain rate of fdatasync after a 4 KiB write into a file whose blocks are there already.
// WEIR_BENCH_FOLDER names the folder (default: the temporary one).
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <thread>

#include "weir/base/log.h"
#include "weir/broker/log/storage_test_support.h"
#include "weir/io/clock.h"
#include "weir/testing/temp_folder.h"

namespace weir::broker::log {
namespace {

class Client {
 public:
  explicit Client(PartitionRef log, Bytes batch) : log_(std::move(log)), batch_(std::move(batch)) {}

  void start(std::atomic<int64_t>& budget, std::atomic<int>& running) {
    if (budget-- <= 0) {
      --running;
      running.notify_all();
      return;
    }
    log_->append(batch_, [&](AppendResult) { start(budget, running); });
  }

 private:
  PartitionRef log_;
  Bytes batch_;
};

void plain_sync(benchmark::State& state) {
  const testing::TempFolder folder;
  const auto file = io::real_file_system().open(folder.path() + "/plain", io::OpenMode::truncate);
  const Bytes block(static_cast<size_t>(state.range(0)), 'x');
  constexpr uint64_t kSize = 16u << 20;
  for (uint64_t at = 0; at < kSize; at += block.size())
    static_cast<void>((*file)->write_at(at, block));
  static_cast<void>((*file)->sync_data());
  uint64_t at = 0;
  for (auto _ : state) {
    static_cast<void>((*file)->write_at(at, block));
    static_cast<void>((*file)->sync_data());
    at = (at + block.size()) % kSize;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(plain_sync)->Arg(4 << 10)->Arg(16 << 10)->UseRealTime();

// Arguments: clients, value bytes per batch, partitions.
void group_commit(benchmark::State& state) {
  set_log_level(LogLevel::warning);
  const testing::TempFolder folder;
  auto storage = Storage::open(io::real_file_system(), io::real_clock(), folder.path(), {});
  const auto clients = static_cast<size_t>(state.range(0));
  const auto topic = (*storage)->create_topic(
      {.name = "a", .id = topic_id(1), .partition_count = static_cast<int32_t>(state.range(2))});
  std::vector<Client> all;
  for (size_t i = 0; i < clients; ++i) {
    const auto& partitions = (*topic)->partitions;
    all.emplace_back(partitions[i % partitions.size()],
                     make_batch({std::string(static_cast<size_t>(state.range(1)), 'v')}));
  }
  constexpr int64_t kBatch = 2000;
  int64_t done = 0;
  for (auto _ : state) {
    std::atomic<int64_t> budget = kBatch;
    std::atomic<int> running = static_cast<int>(clients);
    for (Client& client : all) client.start(budget, running);
    for (int left = running; left > 0; left = running) running.wait(left);
    done += kBatch;
  }
  state.SetItemsProcessed(done);
  state.SetBytesProcessed(done * state.range(1));
  const StorageStats stats = (*storage)->stats();
  state.counters["batches_per_sync"] =
      static_cast<double>(done) / static_cast<double>(stats.flushes);
}
BENCHMARK(group_commit)
    ->ArgNames({"clients", "bytes", "partitions"})
    ->Args({1, 1 << 10, 1})
    ->Args({8, 1 << 10, 1})
    ->Args({64, 1 << 10, 1})
    ->Args({1, 16 << 10, 1})
    ->Args({8, 16 << 10, 1})
    ->Args({64, 16 << 10, 1})
    ->Args({64, 1 << 10, 1500})
    ->UseRealTime();

// Start-up with many topics; and the first start of an empty folder.
void open_clean(benchmark::State& state) {
  set_log_level(LogLevel::warning);
  const testing::TempFolder folder;
  std::vector<NewTopic> topics;
  for (int32_t i = 0; i < state.range(0); ++i) {
    TopicId id = topic_id(1);
    store_be<int32_t>(reinterpret_cast<char*>(id.data()) + 4, i);
    topics.push_back({.name = "topic-" + std::to_string(i), .id = id});
  }
  auto storage = Storage::open(io::real_file_system(), io::real_clock(), folder.path(), {});
  const SteadyTime begin = io::real_clock().steady_now();
  static_cast<void>((*storage)->create_topics(std::move(topics)));
  const std::chrono::duration<double, std::milli> took = io::real_clock().steady_now() - begin;
  state.counters["create_ms"] = took.count();
  for (auto _ : state) {
    state.PauseTiming();
    storage = Error(ErrorCode::internal, "closed");
    state.ResumeTiming();
    storage = Storage::open(io::real_file_system(), io::real_clock(), folder.path(), {});
  }
}
BENCHMARK(open_clean)->Arg(0)->Arg(1500)->UseRealTime()->Unit(benchmark::kMillisecond);

void open_first_time(benchmark::State& state) {
  for (auto _ : state) {
    const testing::TempFolder folder;
    benchmark::DoNotOptimize(
        Storage::open(io::real_file_system(), io::real_clock(), folder.path(), {}));
  }
}
BENCHMARK(open_first_time)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::broker::log

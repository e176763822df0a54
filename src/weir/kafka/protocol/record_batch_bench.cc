#include <benchmark/benchmark.h>

#include "weir/kafka/protocol/messages/produce.h"
#include "weir/kafka/protocol/record_batch.h"

namespace weir::kafka::protocol {
namespace {

constexpr int kRecords = 640;

// A batch of 100-byte records, as a busy telemetry producer sends them.
Bytes make_batch(Compression codec) {
  RecordBatchBuilder builder({.compression = codec});
  for (int i = 0; i < kRecords; ++i) {
    Bytes value = "elevation " + std::to_string(i * 37 % 1000);
    value.resize(100, '.');
    builder.add({.timestamp = 1'700'000'000'000 + i, .value = value});
  }
  return builder.build().value();
}

void count(benchmark::State& state, const Bytes& batch) {
  state.SetItemsProcessed(state.iterations() * kRecords);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(batch.size()));
}

void parse_and_verify_crc(benchmark::State& state) {
  const Bytes bytes = make_batch(Compression::none);
  for (auto _ : state) {
    const auto batch = RecordBatchView::parse(bytes);
    benchmark::DoNotOptimize(batch->verify_crc());
  }
  count(state, bytes);
}
BENCHMARK(parse_and_verify_crc);

void validate(benchmark::State& state) {
  const Bytes bytes = make_batch(Compression::none);
  for (auto _ : state) {
    const auto batch = validate_produced(bytes, {.check = static_cast<BatchCheck>(state.range(0))});
    benchmark::DoNotOptimize(batch.has_value());
  }
  count(state, bytes);
}
BENCHMARK(validate)->ArgName("check")->Arg(0)->Arg(1);

void iterate(benchmark::State& state) {
  const Bytes bytes = make_batch(static_cast<Compression>(state.range(0)));
  const auto batch = RecordBatchView::parse(bytes);
  for (auto _ : state) {
    auto reader = RecordReader::open(*batch);
    while (reader->next()->has_value()) {
    }
  }
  count(state, bytes);
}
BENCHMARK(iterate)->ArgName("codec")->DenseRange(0, 4);

void build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(make_batch(Compression::none));
  state.SetItemsProcessed(state.iterations() * kRecords);
}
BENCHMARK(build);

void decode_produce_request(benchmark::State& state) {
  const Bytes batch = make_batch(Compression::none);
  ProduceRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "MTMount_telemetry";
  topic.partitions.push_back({.index = 0, .records = batch});
  Bytes bytes;
  ByteWriter writer(bytes);
  request.encode(writer, 7);
  for (auto _ : state) {
    ByteReader reader(bytes);
    benchmark::DoNotOptimize(ProduceRequest::decode(reader, 7).has_value());
  }
}
BENCHMARK(decode_produce_request);

}  // namespace
}  // namespace weir::kafka::protocol

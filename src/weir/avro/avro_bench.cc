// Decoding and encoding of records as observatories send them. Each value counts once, array or
// not.
#include <benchmark/benchmark.h>

#include "weir/avro/binary.h"
#include "weir/avro/columns.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/value.h"

namespace weir::avro {
namespace {

constexpr const char* kHead =
    R"({"type":"record","name":"T","namespace":"lsst.sal","fields":[
    {"name":"kafka_timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},
    {"name":"sal_revcode","type":"string"},
    {"name":"sal_created","type":{"type":"long","logicalType":"timestamp-millis"}},
    {"name":"sal_ingested","type":{"type":"long","logicalType":"timestamp-millis"}},
    {"name":"sal_sequence","type":"long"},{"name":"sal_origin","type":"int"},{"name":"sal_host","type":"int"})";

// The seven fields that every topic starts with, then so many doubles and so many arrays of
// doubles.
Schema topic_schema(int doubles, int arrays) {
  std::string text = kHead;
  for (int i = 0; i < doubles; ++i)
    text += R"(,{"name":"d)" + std::to_string(i) + R"(","type":"double"})";
  for (int i = 0; i < arrays; ++i) {
    text += R"(,{"name":"a)" + std::to_string(i) + R"(","type":{"type":"array","items":"double"}})";
  }
  return *parse_schema(text + "]}");
}

void encode_head(Bytes& out) {
  constexpr int64_t kMillis = 1'548'028'800'000;
  append_long(out, kMillis);
  append_string(out, "a5ad8ed6");
  append_long(out, kMillis + 1);
  append_long(out, kMillis + 2);
  append_long(out, 123'456);
  append_long(out, 42);
  append_long(out, 1);
}

void encode_topic(Bytes& out, int doubles, int arrays, int length) {
  encode_head(out);
  for (int i = 0; i < doubles; ++i) append_double(out, 0.1 * i);
  for (int i = 0; i < arrays; ++i) {
    append_long(out, length);
    for (int k = 0; k < length; ++k) append_double(out, 0.1 * k);
    append_long(out, 0);
  }
}

// What a telemetry topic of the real facility looks like when it is wide: twenty scalars, then four
// arrays of 156 floats.
constexpr size_t kWideLength = 156;

Schema wide_schema() {
  std::string text = kHead;
  for (int i = 0; i < 6; ++i)
    text += R"(,{"name":"d)" + std::to_string(i) + R"(","type":"double"})";
  for (int i = 0; i < 4; ++i) text += R"(,{"name":"f)" + std::to_string(i) + R"(","type":"float"})";
  text +=
      R"(,{"name":"b0","type":"boolean"},{"name":"b1","type":"boolean"},{"name":"i0","type":"int"})";
  for (int i = 0; i < 4; ++i) {
    text += R"(,{"name":"a)" + std::to_string(i) + R"(","type":{"type":"array","items":"float"}})";
  }
  return *parse_schema(text + "]}");
}

void encode_wide(Bytes& out, std::span<const float> forces) {
  encode_head(out);
  for (int i = 0; i < 6; ++i) append_double(out, 0.1 * i);
  for (int i = 0; i < 4; ++i) append_float(out, 0.5F * static_cast<float>(i));
  append_boolean(out, true);
  append_boolean(out, false);
  append_long(out, -77'777);
  for (int i = 0; i < 4; ++i) append_floats(out, forces);
}

class Sum : public Visitor {
 public:
  void on_integer(size_t, int64_t value) override { integers += value; }
  void on_real(size_t, double value) override { reals += value; }
  void on_boolean(size_t, bool value) override { integers += value; }
  void on_text(size_t, std::string_view text) override { bytes += text.size(); }
  void on_floats(size_t, PackedFloats items) override {
    for (size_t i = 0; i < items.size(); ++i) reals += static_cast<double>(items[i]);
  }
  void on_doubles(size_t, PackedDoubles items) override {
    for (size_t i = 0; i < items.size(); ++i) reals += items[i];
  }
  int64_t integers = 0;
  double reals = 0;
  size_t bytes = 0;
};

void count(benchmark::State& state, double values, size_t bytes) {
  const auto records = static_cast<double>(state.iterations());
  state.counters["values/s"] = benchmark::Counter(values * records, benchmark::Counter::kIsRate);
  state.counters["records/s"] = benchmark::Counter(records, benchmark::Counter::kIsRate);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(bytes));
}

void decode(benchmark::State& state, int doubles, int arrays, int length, PlanOptions options) {
  const DecodePlan plan = std::move(*DecodePlan::compile(topic_schema(doubles, arrays), options));
  Bytes bytes;
  encode_topic(bytes, doubles, arrays, length);
  Sum sum;
  for (auto _ : state) {
    if (!plan.decode(bytes, sum)) state.SkipWithError("refused");
  }
  benchmark::DoNotOptimize(sum);
  count(state, 7 + doubles + arrays * length, bytes.size());
}

void decode_wide(benchmark::State& state) {
  const DecodePlan plan = std::move(*DecodePlan::compile(wide_schema()));
  Bytes bytes;
  encode_wide(bytes, std::vector<float>(kWideLength, 0.25F));
  Sum sum;
  for (auto _ : state) {
    if (!plan.decode(bytes, sum)) state.SkipWithError("refused");
  }
  benchmark::DoNotOptimize(sum);
  count(state, 20 + 4 * kWideLength, bytes.size());
}

void decode_columns(benchmark::State& state, const Schema& schema, const Bytes& bytes,
                    double values) {
  constexpr size_t kBatch = 100;
  const DecodePlan plan = std::move(*DecodePlan::compile(schema));
  Columns columns(plan);
  for (auto _ : state) {
    if (columns.rows() == kBatch) columns.clear();
    if (!plan.decode(bytes, columns)) state.SkipWithError("refused");
  }
  benchmark::DoNotOptimize(columns);
  count(state, values, bytes.size());
}

void decode_wide_to_columns(benchmark::State& state) {
  Bytes bytes;
  encode_wide(bytes, std::vector<float>(kWideLength, 0.25F));
  decode_columns(state, wide_schema(), bytes, 20 + 4 * kWideLength);
}

void decode_20_doubles_to_columns(benchmark::State& state) {
  Bytes bytes;
  encode_topic(bytes, 20, 0, 0);
  decode_columns(state, topic_schema(20, 0), bytes, 27);
}

void encode_wide_record(benchmark::State& state) {
  const std::vector<float> forces(kWideLength, 0.25F);
  Bytes bytes;
  for (auto _ : state) {
    bytes.clear();
    encode_wide(bytes, forces);
    benchmark::DoNotOptimize(bytes.data());
  }
  count(state, 20 + 4 * kWideLength, bytes.size());
}

void encode(benchmark::State& state, int doubles, int arrays, int length) {
  Bytes bytes;
  for (auto _ : state) {
    bytes.clear();
    encode_topic(bytes, doubles, arrays, length);
    benchmark::DoNotOptimize(bytes.data());
  }
  count(state, 7 + doubles + arrays * length, bytes.size());
}

void decode_tree(benchmark::State& state) {
  const Schema schema = topic_schema(20, 0);
  Bytes bytes;
  encode_topic(bytes, 20, 0, 0);
  for (auto _ : state) benchmark::DoNotOptimize(decode_value(schema, bytes));
  count(state, 27, bytes.size());
}

BENCHMARK_CAPTURE(decode, 20_doubles, 20, 0, 0, PlanOptions());
BENCHMARK_CAPTURE(decode, 388_doubles, 388, 0, 0, PlanOptions());
BENCHMARK_CAPTURE(decode, 4_arrays_of_97_doubles, 0, 4, 97, PlanOptions());
BENCHMARK_CAPTURE(decode, one_of_388_doubles, 388, 0, 0, PlanOptions{.wanted = {"d200"}});
BENCHMARK(decode_wide);
BENCHMARK(decode_wide_to_columns);
BENCHMARK(decode_20_doubles_to_columns);
BENCHMARK(encode_wide_record);
BENCHMARK_CAPTURE(encode, 20_doubles, 20, 0, 0);
BENCHMARK_CAPTURE(encode, 388_doubles, 388, 0, 0);
BENCHMARK_CAPTURE(encode, 4_arrays_of_97_doubles, 0, 4, 97);
BENCHMARK(decode_tree);

}  // namespace
}  // namespace weir::avro

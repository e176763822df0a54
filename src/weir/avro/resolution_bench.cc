// Reading a wide record (twenty scalars, four arrays of 156 floats) as the schemas that it may have
// become, into columns; and what it costs to work that out.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "weir/avro/binary.h"
#include "weir/avro/columns.h"
#include "weir/avro/decode_plan.h"
#include "weir/avro/resolution.h"

namespace weir::avro {
namespace {

constexpr int kScalars = 20;
constexpr int kArrays = 4;
constexpr int kLength = 156;

struct Change {
  bool reordered = false;
  bool fields_dropped = false;
  bool fields_added = false;
  bool scalars_promoted = false;
  bool items_promoted = false;
};

Schema schema(const Change& change) {
  std::vector<std::string> fields;
  const auto add = [&](std::string_view name, std::string_view type, std::string_view more = "") {
    fields.push_back(R"({"name":")" + std::string(name) + R"(","type":)" + std::string(type) +
                     std::string(more) + "}");
  };
  for (int i = 0; i < kScalars; ++i) {
    if (change.fields_dropped && i % 7 == 3) continue;
    const char* number = i % 2 == 0 ? R"("int")" : R"("double")";
    add("s" + std::to_string(i), change.scalars_promoted ? R"("double")" : number);
  }
  for (int i = 0; i < kArrays; ++i) {
    add("a" + std::to_string(i), change.items_promoted ? R"({"type":"array","items":"double"})"
                                                       : R"({"type":"array","items":"float"})");
  }
  if (change.reordered) std::reverse(fields.begin(), fields.end());
  if (change.fields_added) {
    add("n0", R"("double")", R"(,"default":0.5)");
    add("n1", R"(["null","long"])", R"(,"default":null)");
    add("n2", R"("string")", R"(,"default":"none")");
  }
  std::string text = R"({"type":"record","name":"T","fields":[)";
  for (size_t i = 0; i < fields.size(); ++i) text += (i == 0 ? "" : ",") + fields[i];
  return *parse_schema(text + "]}");
}

Bytes wide_record() {
  Bytes out;
  for (int i = 0; i < kScalars; ++i) {
    if (i % 2 == 0) {
      append_long(out, 1000 * i);
    } else {
      append_double(out, 0.1 * i);
    }
  }
  for (int i = 0; i < kArrays; ++i) append_floats(out, std::vector<float>(kLength, 0.25F));
  return out;
}

void run(benchmark::State& state, const DecodePlan& plan) {
  constexpr size_t kBatch = 100;
  const Bytes bytes = wide_record();
  Columns columns(plan);
  for (auto _ : state) {
    if (columns.rows() == kBatch) columns.clear();
    if (!plan.decode(bytes, columns)) state.SkipWithError("refused");
  }
  benchmark::DoNotOptimize(columns);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(bytes.size()));
}

void read_plain(benchmark::State& state) { run(state, *DecodePlan::compile(schema({}))); }

void read_as(benchmark::State& state, const Change& change) {
  const Resolution resolution = *Resolution::make(schema({}), schema(change));
  run(state, *DecodePlan::compile(resolution));
}

void resolve_and_compile(benchmark::State& state) {
  const Schema writer = schema({});
  const Schema reader = schema({.reordered = true, .fields_added = true, .items_promoted = true});
  for (auto _ : state) {
    const Resolution resolution = *Resolution::make(writer, reader);
    benchmark::DoNotOptimize(DecodePlan::compile(resolution));
  }
}

BENCHMARK(read_plain);
BENCHMARK_CAPTURE(read_as, the_same, Change{});
BENCHMARK_CAPTURE(read_as, reordered, Change{.reordered = true});
BENCHMARK_CAPTURE(read_as, dropped_and_added, Change{.fields_dropped = true, .fields_added = true});
BENCHMARK_CAPTURE(read_as, scalars_promoted, Change{.scalars_promoted = true});
BENCHMARK_CAPTURE(read_as, items_promoted, Change{.items_promoted = true});
BENCHMARK(resolve_and_compile);

}  // namespace
}  // namespace weir::avro

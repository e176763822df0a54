// Interface XML of a large observatory, in memory: how long it takes to make it, to read it, and to
// print the schemas. bench/sal measures the same with files, beside a Python program.
#include <benchmark/benchmark.h>

#include "weir/base/check.h"
#include "weir/base/json.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface.h"
#include "weir/sal/synthetic/interfaces.h"

namespace weir::sal::synthetic {
namespace {

constexpr FacilityOptions kLarge = {.topics = 2200, .seed = 1};

std::vector<InterfaceFile> large_tree() {
  std::vector<InterfaceFile> files;
  const auto made = write_interfaces(kLarge, [&](const std::string& path, BytesView contents) {
    files.push_back({path, Bytes(contents)});
    return Status();
  });
  WEIR_CHECK(made);
  return files;
}

int64_t size_of(const std::vector<InterfaceFile>& files) {
  int64_t bytes = 0;
  for (const InterfaceFile& file : files) bytes += static_cast<int64_t>(file.contents.size());
  return bytes;
}

void make_tree(benchmark::State& state) {
  int64_t bytes = 0;
  for (auto _ : state) bytes += size_of(large_tree());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(make_tree)->Unit(benchmark::kMillisecond);

void read_tree(benchmark::State& state) {
  const std::vector<InterfaceFile> files = large_tree();
  for (auto _ : state) benchmark::DoNotOptimize(read_interfaces(files));
  state.SetBytesProcessed(state.iterations() * size_of(files));
}
BENCHMARK(read_tree)->Unit(benchmark::kMillisecond);

void print_schemas(benchmark::State& state, Profile profile) {
  const Interfaces interfaces = profile_topics(read_interfaces(large_tree()), profile);
  int64_t bytes = 0;
  for (auto _ : state) {
    for (const Topic& topic : interfaces.topics) {
      const Result<Json> schema = to_avro(topic, profile);
      WEIR_CHECK(schema);
      bytes += static_cast<int64_t>(print_schema(*schema, profile).size());
    }
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK_CAPTURE(print_schemas, sqr_029, Profile::sqr_029)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(print_schemas, sal_kafka, Profile::sal_kafka)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::sal::synthetic

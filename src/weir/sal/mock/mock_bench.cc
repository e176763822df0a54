#include <benchmark/benchmark.h>

#include "weir/io/file_system.h"
#include "weir/sal/interface_files.h"
#include "weir/sal/mock/sample_values.h"
#include "weir/sal/text.h"

namespace weir::sal::mock {
namespace {

// One sample of every telemetry topic of the example observatory: values and text.
void make_lines(benchmark::State& state) {
  const std::string paths[] = {WEIR_EXAMPLES "/observatory"};
  const auto interfaces = load_interfaces(io::real_file_system(), paths);
  std::vector<std::pair<TextFormatter, SampleValues>> topics;
  int64_t values = 0;
  for (const Topic& topic : interfaces->topics) {
    if (topic.kind != TopicKind::telemetry) continue;
    topics.emplace_back(*TextFormatter::make(topic), SampleValues(topic, 1));
    for (const Item& item : topic.items) values += item.count;
  }
  Bytes line;
  double seconds = 0;
  for (auto _ : state) {
    seconds += 0.01;
    for (auto& [formatter, samples] : topics) {
      line.clear();
      samples.move_to(seconds);
      formatter.append({"1", 1548000000.125, 1548000000.25, 7, 1, 2}, samples, line);
      benchmark::DoNotOptimize(line.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * values);
  state.counters["lines_per_second"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(topics.size()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(make_lines);

}  // namespace
}  // namespace weir::sal::mock

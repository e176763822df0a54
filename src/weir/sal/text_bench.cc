#include <benchmark/benchmark.h>

#include <cmath>

#include "weir/sal/fixed_decimal.h"
#include "weir/sal/text.h"

namespace weir::sal {
namespace {

constexpr Timestamp kNow{std::chrono::milliseconds(1'700'000'000'000)};

// A telemetry topic as wide as the mean of a real observatory's: 36 reals, a few integers, a text.
Topic telemetry_topic() {
  Topic topic;
  topic.name = "Mount_position";
  topic.subsystem = "Mount";
  const auto add = [&](const char* name, ItemType type, int64_t count) {
    Item item;
    item.name = name;
    item.type = type;
    item.count = count;
    topic.items.push_back(item);
  };
  add("position", ItemType::float64, 12);
  add("current", ItemType::float32, 12);
  add("temperature", ItemType::float64, 12);
  add("status", ItemType::long32, 4);
  add("ready", ItemType::boolean, 2);
  add("mode", ItemType::string, 1);
  return topic;
}
constexpr int64_t kValues = 43 + 6;

class Waves : public TextValues {
 public:
  int64_t integer(size_t item, size_t element) override {
    return static_cast<int64_t>(item + element) & 1;
  }
  double real(size_t, size_t element) override {
    return 123.456789 * static_cast<double>(element + 1);
  }
  std::string_view text(size_t, size_t) override { return "tracking"; }
};

void format_line(benchmark::State& state) {
  const auto formatter = TextFormatter::make(telemetry_topic());
  Waves values;
  Bytes line;
  for (auto _ : state) {
    line.clear();
    formatter->append({"3.8", 1548000000.125, 1548000000.25, 7, 1, 2}, values, line);
    benchmark::DoNotOptimize(line.data());
  }
  state.SetItemsProcessed(state.iterations() * kValues);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(line.size()));
}
BENCHMARK(format_line);

void parse_line(benchmark::State& state) {
  const auto formatter = TextFormatter::make(telemetry_topic());
  const auto parser = TextParser::make(telemetry_topic());
  Waves values;
  Bytes line;
  formatter->append({"3.8", 1548000000.125, 1548000000.25, 7, 1, 2}, values, line);
  Bytes record;
  for (auto _ : state) {
    record.clear();
    const auto cut = split_line(line);
    const Status parsed = parser->append_avro(cut->content, kNow, record);
    if (!parsed) state.SkipWithError(parsed.error().message().c_str());
    benchmark::DoNotOptimize(record.data());
  }
  state.SetItemsProcessed(state.iterations() * kValues);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(line.size()));
}
BENCHMARK(parse_line);

void format_real(benchmark::State& state) {
  Bytes out;
  double value = 1.1;
  for (auto _ : state) {
    out.clear();
    append_fixed_decimal(value, out);
    value = value < 1e6 ? value * 1.000001 : 1.1;
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(format_real);

}  // namespace
}  // namespace weir::sal

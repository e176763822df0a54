// How fast rows go in, how small they become and how fast one field comes out, for smooth
// telemetry; and the same with a plain SQLite table of one REAL column per field, one row per
// sample.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "weir/base/check.h"
#include "weir/io/clock.h"
#include "weir/io/file_system.h"
#include "weir/store/sqlite.h"
#include "weir/store/store.h"
#include "weir/testing/temp_folder.h"

namespace weir::store {
namespace {

constexpr int64_t kHour = 180'000;  // samples of an hour at 50 Hz
constexpr size_t kColumns = 38;     // the mean number of values of a real observatory's topics

enum Character : int64_t {
  kSmooth,   // slow waves, all bits of the double
  kRounded,  // the same to 4 decimals, as text from an instrument often has it
  kNoisy,    // slow waves and noise of a thousandth, single precision
};

// Three minutes of values, repeated (further apart than a chunk is long): making values must not
// dominate.
constexpr size_t kPeriod = 9'000;
std::vector<double> make_values(Character character) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise;
  std::vector<double> values(kColumns * kPeriod);
  for (size_t i = 0; i < values.size(); ++i) {
    const double column = static_cast<double>(i % kColumns);
    double value =
        40 + column + 10 * std::sin(static_cast<double>(i / kColumns) * 2 * M_PI / 4500 + column);
    if (character == kRounded) value = std::nearbyint(value * 1e4) / 1e4;
    if (character == kNoisy) value = static_cast<float>(value + 0.01 * noise(random));
    values[i] = value;
  }
  return values;
}

Timestamp sample_time(int64_t row) { return from_millis(1'700'000'000'000 + row * 20); }

template <typename T>
T must(Result<T> result) {
  WEIR_CHECK(result.has_value());
  return std::move(*result);
}
void must(Status status) { WEIR_CHECK(status.has_value()); }

uint64_t size_on_disk(const std::string& path) {
  return must(must(io::real_file_system().open(path, io::OpenMode::read))->size());
}

TopicSchema bench_schema() {
  TopicSchema schema{.name = "bench", .kind = "SALTelemetry", .columns = {}};
  for (size_t i = 0; i < kColumns; ++i) schema.columns.push_back({.name = fmt::format("c{}", i)});
  return schema;
}

void fill_store(Store& store, const std::vector<double>& values, int64_t rows) {
  TopicWriter writer = must(store.writer(bench_schema()));
  for (int64_t row = 0; row < rows; ++row) {
    const double* from = values.data() + static_cast<size_t>(row) % kPeriod * kColumns;
    WEIR_CHECK(writer.begin_row(sample_time(row), {.offset = row}));
    for (size_t i = 0; i < kColumns; ++i) writer.set_real(i, from[i]);
    writer.end_row();
    if (row % 100 == 0) must(store.maintain());
  }
  must(store.flush());
}

void store_append(benchmark::State& state) {
  const auto values = make_values(static_cast<Character>(state.range(0)));
  uint64_t bytes = 0;
  for (auto _ : state) {
    testing::TempFolder folder;
    const std::string path = folder.path() + "/store";
    fill_store(*must(Store::open(path, {}, io::real_file_system(), io::real_clock())), values,
               kHour);
    bytes = size_on_disk(path);
  }
  const double count = static_cast<double>(kHour) * kColumns;
  state.counters["values/s"] =
      benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes/value"] = static_cast<double>(bytes) / count;
}
BENCHMARK(store_append)->Arg(kSmooth)->Arg(kRounded)->Arg(kNoisy)->Unit(benchmark::kMillisecond);

void store_query_one_field(benchmark::State& state) {
  testing::TempFolder folder;
  auto store =
      must(Store::open(folder.path() + "/store", {}, io::real_file_system(), io::real_clock()));
  fill_store(*store, make_values(static_cast<Character>(state.range(0))), kHour);
  for (auto _ : state) {
    Cursor cursor = must(store->reader().query({.topic = "bench", .fields = {"c20"}}));
    double sum = 0;
    int64_t rows = 0;
    for (; must(cursor.next()); ++rows) sum += cursor.value(0).real();
    WEIR_CHECK(rows == kHour);
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(store_query_one_field)
    ->Arg(kSmooth)
    ->Arg(kRounded)
    ->Arg(kNoisy)
    ->Unit(benchmark::kMillisecond);

// The plain table.
sqlite::Database fill_table(const std::string& path, const std::vector<double>& values,
                            int64_t rows) {
  auto database = must(sqlite::Database::open(path, sqlite::Access::read_write));
  must(database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
  std::string columns, places;
  for (size_t i = 0; i < kColumns; ++i) {
    columns += fmt::format(", c{} REAL", i);
    places += ", ?";
  }
  must(database.execute(
      fmt::format("CREATE TABLE bench(time INTEGER PRIMARY KEY{})", columns).c_str()));
  auto insert =
      must(database.prepare(fmt::format("INSERT INTO bench VALUES(?{})", places).c_str()));
  for (int64_t row = 0; row < rows; ++row) {
    if (row % 1000 == 0) must(database.execute("BEGIN"));
    const double* from = values.data() + static_cast<size_t>(row) % kPeriod * kColumns;
    insert.bind(0, sample_time(row).time_since_epoch().count());
    for (size_t i = 0; i < kColumns; ++i) insert.bind_real(static_cast<int>(i) + 1, from[i]);
    must(insert.run());
    if (row % 1000 == 999 || row + 1 == rows) must(database.execute("COMMIT"));
  }
  must(database.checkpoint());
  return database;
}

void plain_table_append(benchmark::State& state) {
  const auto values = make_values(static_cast<Character>(state.range(0)));
  uint64_t bytes = 0;
  for (auto _ : state) {
    testing::TempFolder folder;
    const std::string path = folder.path() + "/table";
    fill_table(path, values, kHour);
    bytes = size_on_disk(path);
  }
  const double count = static_cast<double>(kHour) * kColumns;
  state.counters["values/s"] =
      benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes/value"] = static_cast<double>(bytes) / count;
}
BENCHMARK(plain_table_append)->Arg(kSmooth)->Unit(benchmark::kMillisecond);

void plain_table_query_one_field(benchmark::State& state) {
  testing::TempFolder folder;
  auto database = fill_table(folder.path() + "/table",
                             make_values(static_cast<Character>(state.range(0))), kHour);
  auto select = must(database.prepare("SELECT time, c20 FROM bench ORDER BY time"));
  for (auto _ : state) {
    double sum = 0;
    int64_t rows = 0;
    for (; must(select.step()); ++rows) sum += select.real(1);
    WEIR_CHECK(rows == kHour);
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(plain_table_query_one_field)->Arg(kSmooth)->Unit(benchmark::kMillisecond);

// Many topics at once, each with few rows: what start-up and slow topics look like.
void store_append_many_topics(benchmark::State& state) {
  constexpr int64_t kTopics = 300, kRows = 60;
  const auto values = make_values(kRounded);
  uint64_t bytes = 0;
  for (auto _ : state) {
    testing::TempFolder folder;
    const std::string path = folder.path() + "/store";
    {
      auto store = must(Store::open(path, {}, io::real_file_system(), io::real_clock()));
      for (int64_t topic = 0; topic < kTopics; ++topic) {
        TopicSchema schema = bench_schema();
        schema.name = fmt::format("topic{}", topic);
        TopicWriter writer = must(store->writer(schema));
        for (int64_t row = 0; row < kRows; ++row) {
          WEIR_CHECK(writer.begin_row(sample_time(row * 50), {.offset = row}));
          for (size_t i = 0; i < kColumns; ++i)
            writer.set_real(i, values[static_cast<size_t>(row * 50) * kColumns + i]);
          writer.end_row();
        }
      }
      must(store->flush());
    }
    bytes = size_on_disk(path);
  }
  const double count = static_cast<double>(kTopics * kRows) * kColumns;
  state.counters["values/s"] =
      benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes/value"] = static_cast<double>(bytes) / count;
}
BENCHMARK(store_append_many_topics)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::store

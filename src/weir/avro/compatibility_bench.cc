// What a registry does on each registration: compare two versions of a wide record, and of one with
// records inside records.
#include <benchmark/benchmark.h>

#include "weir/avro/compatibility.h"

namespace weir::avro {
namespace {

Schema wide_record(int fields, const char* type, int first) {
  Json list = Json::array();
  for (int i = 0; i < fields; ++i) {
    list.push_back(Json()
                       .set("name", "field" + std::to_string((first + i * 7) % fields))
                       .set("type", Json::array({Json("null"), Json(type)}))
                       .set("default", Json())
                       .set("description", "What the field is for"));
  }
  return *parse_schema(
      Json().set("type", "record").set("name", "Wide").set("fields", std::move(list)));
}

void compare_wide_records(benchmark::State& state) {
  const int fields = static_cast<int>(state.range(0));
  const Schema writer = wide_record(fields, "float", 0);
  const Schema reader = wide_record(fields, "double", 3);
  for (auto _ : state) {
    const auto found = find_incompatibilities({.reader = reader, .writer = writer});
    if (!found || !found->empty()) state.SkipWithError("not compatible");
  }
}
BENCHMARK(compare_wide_records)->Arg(20)->Arg(200)->Arg(2000);

}  // namespace
}  // namespace weir::avro

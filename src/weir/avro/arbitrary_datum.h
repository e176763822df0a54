#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <utility>
#include <vector>

#include "weir/avro/random_datum.h"

namespace weir::avro {

// A schema and a few values of it, as rapidcheck makes and shrinks them. For tests only.
struct ArbitraryDatum {
  Schema schema;
  std::vector<Value> values;

  const Value& value() const { return values.front(); }
};

inline void showValue(const ArbitraryDatum& datum, std::ostream& out) {
  out << datum.schema.to_string();
  for (const Value& value : datum.values) out << "\n  " << value.to_json().print();
}

// `count` values of one schema. What is shrunk are the choices that lead to both.
inline rc::Gen<ArbitraryDatum> arbitrary_datum(size_t count = 1) {
  // Five choices for each step of rapidcheck's size, up to 500: enough for wide records.
  const auto choices = rc::gen::scale(
      5.0, rc::gen::container<std::vector<uint64_t>>(rc::gen::arbitrary<uint64_t>()));
  return rc::gen::map(choices, [count](std::vector<uint64_t> given) {
    RandomDatum random(std::move(given));
    ArbitraryDatum datum{*parse_schema(random.schema(RandomDatum::References::some)), {}};
    for (size_t i = 0; i < count; ++i) datum.values.push_back(random.value(datum.schema.root()));
    return datum;
  });
}

}  // namespace weir::avro

#pragma once

#include <random>
#include <string>

#include "weir/store/column_data.h"

namespace weir::store::testing_rows {

// A column of `rows` random values, of a character that the seed decides: constant, smooth,
// rounded, wild (NaN, infinities, extremes), with or without nulls and empty arrays.
inline ColumnData random_column(ValueType type, bool array, size_t rows, std::mt19937_64& random) {
  const auto character = random() % 5;
  const bool nulls = random() % 2 == 0;
  uint64_t word = random();
  double level = 10;
  const auto add = [&](ColumnData& data, size_t row) {
    switch (type) {
      case ValueType::boolean:
        data.set_boolean(row, character == 0 || random() % 2 == 0);
        break;
      case ValueType::integer:
        if (character == 1) word += 3;
        if (character == 2) word += random() % 1000;
        if (character > 2) word = random() >> (random() % 64);
        data.set_integer(row, static_cast<int64_t>(word));
        break;
      case ValueType::real:
        level += static_cast<double>(random() % 1000) / 1000 - 0.5;
        if (character == 0) data.set_real(row, -0.0);
        if (character == 1) data.set_real(row, std::nearbyint(level * 1000) / 1000);
        if (character == 2) data.set_real(row, level);
        if (character == 3)
          data.set_real(row, static_cast<float>(std::nearbyint(level * 100) / 100));
        if (character == 4) data.set_word(row, random() % 3 == 0 ? 0x7ff8000000001234 : random());
        break;
      case ValueType::text:
      case ValueType::bytes:
        data.set_text(row, character < 3 ? "state " + std::to_string(random() % 7)
                                         : std::string(random() % 40, static_cast<char>(random())));
        break;
    }
  };
  ColumnData data(type, array);
  for (size_t row = 0; row < rows; ++row) {
    if (nulls && random() % 4 == 0) {
      data.set_null(row);
    } else if (array) {
      data.begin_array(row);
      for (uint64_t left = character == 0 ? 3 : random() % 5; left > 0; --left) add(data, row);
    } else {
      add(data, row);
    }
  }
  return data;
}

// Whether row `a` of one column is, bit for bit, row `b` of the other.
inline bool same_value(const ColumnData& left, size_t a, const ColumnData& right, size_t b) {
  if (left.is_null(a) != right.is_null(b) || left.size(a) != right.size(b)) return false;
  for (size_t i = 0; i < left.size(a); ++i) {
    if (left.holds_text() ? left.text(a, i) != right.text(b, i)
                          : left.word(a, i) != right.word(b, i))
      return false;
  }
  return true;
}

}  // namespace weir::store::testing_rows

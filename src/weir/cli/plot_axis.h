#pragma once

#include <string>
#include <vector>

#include "weir/base/time.h"

namespace weir::cli {

// A range of values and the round ones within it: steps of 1, 2 or 5 times a power of ten.
struct ValueAxis {
  double low = 0;
  double high = 1;
  double step = 1;

  std::vector<double> ticks() const;
  // A tick as text, with the digits that its step needs.
  std::string label(double tick) const;
};

// An axis that holds both values and a little more, with about `ticks` steps and at least two
// ticks. The values must be below 1e300.
ValueAxis make_value_axis(double least, double most, int ticks);

// Moments at round times of UTC: the first step whose labels leave blanks between them.
struct TimeAxis {
  Timestamp from;
  Timestamp to;
  Duration step{1};

  std::vector<Timestamp> ticks() const;
  std::string label(Timestamp tick) const;
};

// An axis for `columns` characters. `to` must be later than `from`.
TimeAxis make_time_axis(Timestamp from, Timestamp to, int columns);

}  // namespace weir::cli

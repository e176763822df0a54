#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "weir/base/time.h"

namespace weir::cli {

struct PlotPoint {
  Timestamp time;
  double value = 0;
};

enum class Glyphs {
  braille,  // eight dots to a character; needs UTF-8
  ascii,
};

enum class Ink { plain, coloured };

struct PlotOptions {
  std::string title = {};
  std::string unit = {};
  int width = 80;   // columns of every line, axis and labels included; at least 30
  int height = 12;  // rows of the drawing; at least 3
  Glyphs glyphs = Glyphs::braille;
  Ink ink = Ink::plain;
  // The span of the x axis; that of the points where not given.
  std::optional<Timestamp> from = {};
  std::optional<Timestamp> to = {};
  // Points further apart than this are not joined; three times their median distance where not
  // given.
  std::optional<Duration> gap = {};
};

// Draws values over time (in the order of time) as lines for a terminal: title with unit, y axis
// with round ticks, the curve, x axis in UTC, and a line with span, smallest, largest and last
// value. NaN and infinities are left out and, like gaps in time, interrupt the curve. A pure
// function.
std::vector<std::string> plot(std::span<const PlotPoint> points, const PlotOptions& options);

// The last values as one row of at most `width` characters, scaled to their own range; a value that
// is not finite is a blank.
std::string sparkline(std::span<const double> values, size_t width,
                      Glyphs glyphs = Glyphs::braille);

}  // namespace weir::cli

#include "weir/cli/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "weir/cli/plot_axis.h"
#include "weir/cli/text.h"

namespace weir::cli {
namespace {

constexpr double kLargestDrawn = 1e300;
constexpr std::string_view kCurve = "\x1b[36m";
constexpr std::string_view kTitle = "\x1b[1m";
constexpr std::string_view kEnd = "\x1b[0m";

bool drawn(double value) { return std::isfinite(value) && std::abs(value) < kLargestDrawn; }

std::string utf8(uint32_t code) {  // of three bytes
  return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
          static_cast<char>(0x80 | (code & 0x3F))};
}

// Dots, several to a character: 2 by 4 in braille, 1 by 2 in ASCII.
class Canvas {
 public:
  Canvas(int columns, int rows, Glyphs glyphs)
      : columns_(columns),
        dots_x_(glyphs == Glyphs::braille ? 2 : 1),
        dots_y_(glyphs == Glyphs::braille ? 4 : 2),
        cells_(static_cast<size_t>(columns * rows), 0) {}

  int width() const { return columns_ * dots_x_; }
  int dots_y() const { return dots_y_; }

  void line(int x, int y, int to_x, int to_y) {
    const int steps = std::max({std::abs(to_x - x), std::abs(to_y - y), 1});
    for (int i = 0; i <= steps; ++i) {
      const double share = static_cast<double>(i) / steps;
      dot(x + static_cast<int>(std::lround(share * (to_x - x))),
          y + static_cast<int>(std::lround(share * (to_y - y))));
    }
  }

  std::string row(int row) const {
    std::string text;
    for (int column = 0; column < columns_; ++column) {
      const uint8_t dots = cells_[static_cast<size_t>(row * columns_ + column)];
      text += dots_x_ == 2 ? braille(dots) : std::string(1, " '.:"[dots]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

 private:
  static std::string braille(uint8_t dots) { return dots == 0 ? " " : utf8(0x2800u + dots); }

  void dot(int x, int y) {
    constexpr uint8_t kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const uint8_t bit = dots_x_ == 2 ? kBits[y % 4][x % 2] : static_cast<uint8_t>(1 << y % 2);
    cells_[static_cast<size_t>(y / dots_y_ * columns_ + x / dots_x_)] |= bit;
  }

  const int columns_, dots_x_, dots_y_;
  std::vector<uint8_t> cells_;
};

struct Summary {
  double least = 0, most = 0, last = 0;
  size_t count = 0;
};

Summary summarize(std::span<const PlotPoint> points) {
  Summary summary;
  for (const PlotPoint& point : points) {
    if (!drawn(point.value)) continue;
    summary.least = summary.count == 0 ? point.value : std::min(summary.least, point.value);
    summary.most = summary.count == 0 ? point.value : std::max(summary.most, point.value);
    summary.last = point.value;
    ++summary.count;
  }
  return summary;
}

// Three times the distance that half of all neighbours keep.
Duration usual_gap(std::span<const PlotPoint> points) {
  if (points.size() < 2) return Duration::max();
  std::vector<Duration> distances;
  for (size_t i = 1; i < points.size(); ++i)
    distances.push_back(points[i].time - points[i - 1].time);
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return 3 * std::max(*middle, Duration(1));
}

void draw(Canvas& canvas, std::span<const PlotPoint> points, const ValueAxis& values,
          const TimeAxis& times, int dots_high, Duration gap) {
  const auto x_of = [&](Timestamp time) {
    const double share = static_cast<double>((time - times.from).count()) /
                         static_cast<double>((times.to - times.from).count());
    return static_cast<int>(std::lround(share * (canvas.width() - 1)));
  };
  const auto y_of = [&](double value) {
    const double share = (value - values.low) / (values.high - values.low);
    return std::clamp(static_cast<int>(std::lround((1 - share) * (dots_high - 1))), 0,
                      dots_high - 1);
  };
  const PlotPoint* before = nullptr;
  for (const PlotPoint& point : points) {
    if (point.time < times.from || point.time > times.to || !drawn(point.value)) {
      before = nullptr;
      continue;
    }
    const int x = x_of(point.time), y = y_of(point.value);
    const bool joined = before != nullptr && point.time - before->time <= gap;
    canvas.line(joined ? x_of(before->time) : x, joined ? y_of(before->value) : y, x, y);
    before = &point;
  }
}

// The line of the x axis and the line of its labels, each for `columns` characters.
std::pair<std::string, std::string> time_lines(const TimeAxis& axis, int columns, Glyphs glyphs) {
  std::vector<bool> marks(static_cast<size_t>(columns), false);
  std::string labels(static_cast<size_t>(columns), ' ');
  size_t free_from = 0;
  for (const Timestamp tick : axis.ticks()) {
    const double share = static_cast<double>((tick - axis.from).count()) /
                         static_cast<double>((axis.to - axis.from).count());
    const auto column = static_cast<size_t>(std::lround(share * (columns - 1)));
    marks[column] = true;
    const std::string label = axis.label(tick);
    const size_t begin =
        std::min(column - std::min(column, label.size() / 2), labels.size() - label.size());
    if (begin < free_from) continue;
    labels.replace(begin, label.size(), label);
    free_from = begin + label.size() + 1;
  }
  std::string line;
  for (const bool mark : marks) {
    if (glyphs == Glyphs::braille) {
      line += mark ? "┬" : "─";
    } else {
      line += mark ? '+' : '-';
    }
  }
  labels.erase(labels.find_last_not_of(' ') + 1);
  return {line, labels};
}

// "2026-11-22 15:01:46 to 15:04:46 UTC"
std::string span_text(Timestamp from, Timestamp to) {
  const auto text = [](Timestamp time) {
    std::string moment = format_utc(time).substr(0, 19);
    moment[10] = ' ';
    return moment;
  };
  const std::string begin = text(from);
  std::string end = text(to);
  if (end.substr(0, 10) == begin.substr(0, 10)) end = end.substr(11);
  return fmt::format("{} to {} UTC", begin, end);
}

std::string with_unit(double value, const std::string& unit) {
  return unit.empty() ? fmt::format("{:.6g}", value) : fmt::format("{:.6g} {}", value, unit);
}

}  // namespace

std::vector<std::string> plot(std::span<const PlotPoint> points, const PlotOptions& options) {
  const bool coloured = options.ink == Ink::coloured;
  const bool braille = options.glyphs == Glyphs::braille;
  const int width = std::max(options.width, 30);
  const int height = std::max(options.height, 3);
  std::string title =
      options.unit.empty() ? options.title : fmt::format("{} ({})", options.title, options.unit);
  title = cut_to_width(title, static_cast<size_t>(width));
  std::vector<std::string> lines = {coloured ? fmt::format("{}{}{}", kTitle, title, kEnd) : title};

  Timestamp from = options.from.value_or(points.empty() ? Timestamp{} : points.front().time);
  Timestamp to = options.to.value_or(points.empty() ? from : points.back().time);
  std::vector<PlotPoint> inside;
  for (const PlotPoint& point : points) {
    if (point.time >= from && point.time <= to) inside.push_back(point);
  }
  const Summary summary = summarize(inside);
  if (summary.count == 0) {
    lines.push_back(points.empty() && !options.from ? "no values"
                                                    : "no values in " + span_text(from, to));
    return lines;
  }
  if (to <= from) {
    from -= std::chrono::milliseconds(500);
    to = from + std::chrono::seconds(1);
  }

  const ValueAxis values = make_value_axis(summary.least, summary.most, std::max(2, height / 3));
  std::vector<std::string> labels(static_cast<size_t>(height));
  size_t label_width = 0;
  for (const double tick : values.ticks()) {
    const double share = (tick - values.low) / (values.high - values.low);
    std::string& label = labels[static_cast<size_t>(std::lround((1 - share) * (height - 1)))];
    label = values.label(tick);
    label_width = std::max(label_width, label.size());
  }
  const int columns = std::max(14, width - static_cast<int>(label_width) - 2);
  const TimeAxis times = make_time_axis(from, to, columns);
  Canvas canvas(columns, height, options.glyphs);
  draw(canvas, inside, values, times, height * canvas.dots_y(),
       options.gap.value_or(usual_gap(inside)));

  for (int row = 0; row < height; ++row) {
    const std::string& label = labels[static_cast<size_t>(row)];
    const char* edge = label.empty() ? (braille ? "│" : "|") : (braille ? "┤" : "+");
    const std::string curve = canvas.row(row);
    lines.push_back(fmt::format("{:>{}} {}", label, label_width, edge));
    if (!curve.empty())
      lines.back() += coloured ? fmt::format("{}{}{}", kCurve, curve, kEnd) : curve;
  }
  const auto [axis, axis_labels] = time_lines(times, columns, options.glyphs);
  lines.push_back(std::string(label_width + 1, ' ') + (braille ? "└" : "+") + axis);
  lines.push_back(std::string(label_width + 2, ' ') + axis_labels);
  const std::string numbers =
      fmt::format("min {}  max {}  last {}", with_unit(summary.least, options.unit),
                  with_unit(summary.most, options.unit), with_unit(summary.last, options.unit));
  const std::string span = span_text(from, to);
  if (static_cast<int>(span.size() + display_width(numbers)) + 3 <= width) {
    lines.push_back(span + "   " + numbers);
  } else {
    lines.push_back(span);
    lines.push_back(cut_to_width(numbers, static_cast<size_t>(width)));
  }
  return lines;
}

std::string sparkline(std::span<const double> values, size_t width, Glyphs glyphs) {
  if (values.size() > width) values = values.last(width);
  double least = 0, most = 0;
  bool any = false;
  for (const double value : values) {
    if (!drawn(value)) continue;
    least = any ? std::min(least, value) : value;
    most = any ? std::max(most, value) : value;
    any = true;
  }
  constexpr std::string_view kAscii = "_.-=*#";
  const double levels = glyphs == Glyphs::braille ? 8 : static_cast<double>(kAscii.size());
  std::string text;
  for (const double value : values) {
    if (!drawn(value)) {
      text += ' ';
      continue;
    }
    const double share = most > least ? (value - least) / (most - least) : 0.5;
    const auto level = static_cast<uint32_t>(std::min(share * levels, levels - 1));
    text += glyphs == Glyphs::braille ? utf8(0x2581u + level) : std::string(1, kAscii[level]);
  }
  return text;
}

}  // namespace weir::cli

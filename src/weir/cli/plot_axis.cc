#include "weir/cli/plot_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weir::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kSteps[] = {
    milliseconds(1),  milliseconds(2),   milliseconds(5),   milliseconds(10),  milliseconds(20),
    milliseconds(50), milliseconds(100), milliseconds(200), milliseconds(500), seconds(1),
    seconds(2),       seconds(5),        seconds(10),       seconds(15),       seconds(30),
    minutes(1),       minutes(2),        minutes(5),        minutes(10),       minutes(15),
    minutes(30),      hours(1),          hours(2),          hours(3),          hours(6),
    hours(12),        days(1),           days(2),           days(7),           days(14),
    days(28),         days(91),          days(365)};

constexpr int kBlanksBetweenLabels = 4;
constexpr double kLeastMargin = 1e-290;  // below, steps lose their digits

int label_width(Duration step) {
  if (step >= days(1)) return 10;  // 2026-11-22
  if (step >= minutes(1)) return 5;
  return step >= seconds(1) ? 8 : 12;
}

}  // namespace

std::vector<double> ValueAxis::ticks() const {
  std::vector<double> ticks;
  const double last = std::floor(high / step + 1e-9);
  for (double i = std::ceil(low / step - 1e-9); i <= last; ++i) {
    ticks.push_back(i == 0 ? 0 : i * step);  // no -0
  }
  return ticks;
}

std::string ValueAxis::label(double tick) const {
  const double largest = std::max(std::abs(low), std::abs(high));
  if (largest >= 1e7 || step < 1e-6) {
    const int digits = static_cast<int>(std::ceil(std::log10(std::max(largest / step, 10.0)))) + 1;
    return fmt::format("{:.{}g}", tick, std::clamp(digits, 3, 17));
  }
  return fmt::format("{:.{}f}", tick,
                     std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9))));
}

ValueAxis make_value_axis(double least, double most, int ticks) {
  const double spread = most - least;
  // Values that differ by less than their own rounding are one value.
  const double magnitude = std::max(std::abs(least), std::abs(most));
  const bool flat = spread <= magnitude * 1e-12;
  const double wanted = !flat ? spread * 0.04 : magnitude == 0 ? 1 : magnitude * 0.05;
  const double margin = std::max(wanted, kLeastMargin);
  ValueAxis axis{least - margin, most + margin, 1};
  for (;; ++ticks) {
    const double rough = (axis.high - axis.low) / ticks;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    axis.step = 10 * power;
    for (const double factor : {5.0, 2.0, 1.0}) {
      if (factor * power >= rough * 0.999) axis.step = factor * power;
    }
    if (axis.ticks().size() >= 2) return axis;
  }
}

std::vector<Timestamp> TimeAxis::ticks() const {
  std::vector<Timestamp> ticks;
  const auto remainder = from.time_since_epoch() % step;
  Timestamp tick = from - remainder;
  if (tick < from) tick += step;
  for (; tick <= to; tick += step) ticks.push_back(tick);
  return ticks;
}

std::string TimeAxis::label(Timestamp tick) const {
  const std::string text = format_utc(tick);  // 2026-11-22T15:01:46.250000Z
  if (step >= days(1)) return text.substr(0, 10);
  return text.substr(11, static_cast<size_t>(label_width(step)));
}

TimeAxis make_time_axis(Timestamp from, Timestamp to, int columns) {
  TimeAxis axis{from, to, kSteps[std::size(kSteps) - 1]};
  const auto fits = [&](Duration step) {
    const double labels = static_cast<double>((to - from) / step + 1);
    return labels * (label_width(step) + kBlanksBetweenLabels) <= columns;
  };
  const auto found = std::find_if(std::begin(kSteps), std::end(kSteps), fits);
  if (found != std::end(kSteps)) axis.step = *found;
  while (!fits(axis.step)) axis.step *= 2;
  return axis;
}

}  // namespace weir::cli

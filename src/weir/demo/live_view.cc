#include "weir/demo/live_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "weir/cli/plot.h"

namespace weir::demo {
namespace {

constexpr size_t kRateWindow = 5;  // samples
constexpr size_t kHistory = 400;

uint64_t behind(uint64_t ahead, uint64_t after) { return ahead > after ? ahead - after : 0; }

void remember(std::vector<double>& history, double value) {
  history.push_back(value);
  if (history.size() > kHistory) history.erase(history.begin());
}

std::string progress_bar(double share, size_t width, bool unicode) {
  const auto full = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  std::string bar;
  for (size_t i = 0; i < width; ++i)
    bar += i < full ? (unicode ? "━" : "=") : (unicode ? "─" : "-");
  return bar;
}

}  // namespace

void LiveView::add(Sample sample) {
  samples_.push_back(std::move(sample));
  if (samples_.size() > kRateWindow) samples_.pop_front();
  remember(rates_, rate());
  remember(latencies_, samples_.back().latency_p50_ms);
}

double LiveView::rate() const {
  if (samples_.size() < 2) return 0;
  const Sample &first = samples_.front(), &last = samples_.back();
  const double seconds = last.seconds - first.seconds;
  return seconds > 0 ? static_cast<double>(behind(last.stored, first.stored)) / seconds : 0;
}

std::vector<std::string> LiveView::block(const ViewStyle& style) const {
  if (samples_.empty()) return {};
  const Sample& now = samples_.back();
  const auto width = static_cast<size_t>(std::clamp(style.width - 24, 10, 60));
  const cli::Glyphs glyphs = style.unicode ? cli::Glyphs::braille : cli::Glyphs::ascii;
  const std::string bold = style.colour ? "\033[1m" : "", plain = style.colour ? "\033[0m" : "";
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} {:.0f} of {:.0f} s",
                              progress_bar(now.seconds / duration_s_, width, style.unicode),
                              std::min(now.seconds, duration_s_), duration_s_));
  lines.push_back(fmt::format("scheduled {:>10}   late {}", now.scheduled, now.late));
  lines.push_back(fmt::format("sent      {:>10}", now.sent));
  lines.push_back(fmt::format("acked     {:>10}   lag {}", now.acknowledged,
                              behind(now.sent, now.acknowledged)));
  lines.push_back(fmt::format("stored    {}{:>10}{}   lag {}", bold, now.stored, plain,
                              behind(now.acknowledged, now.stored)));
  lines.push_back(
      fmt::format("rate      {:>8.0f}/s   {}", rate(), cli::sparkline(rates_, width, glyphs)));
  lines.push_back(fmt::format("latency   {:>7.0f} ms   {}", now.latency_p50_ms,
                              cli::sparkline(latencies_, width, glyphs)));
  lines.push_back(fmt::format("p99       {:>7.0f} ms", now.latency_p99_ms));
  lines.push_back(now.waiting_for.empty() ? "" : "waiting: " + now.waiting_for);
  return lines;
}

std::string LiveView::line() const {
  if (samples_.empty()) return "";
  const Sample& now = samples_.back();
  return fmt::format(
      "{:5.0f} s  sent {}  acknowledged {}  stored {}  {:.0f}/s  latency p50 {:.0f} ms p99 {:.0f} "
      "ms{}",
      now.seconds, now.sent, now.acknowledged, now.stored, rate(), now.latency_p50_ms,
      now.latency_p99_ms, now.waiting_for.empty() ? "" : "  waiting: " + now.waiting_for);
}

}  // namespace weir::demo

#include "weir/cli/plot.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "weir/cli/plot_axis.h"
#include "weir/cli/text.h"

namespace weir::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Timestamp kStart = from_millis(1'795'360'906'000);  // 2026-11-22T15:21:46Z

// A wave of one hour in steps of ten seconds, with ten minutes missing and one NaN.
std::vector<PlotPoint> wave() {
  std::vector<PlotPoint> points;
  for (int i = 0; i < 360; ++i) {
    if (i >= 200 && i < 260) continue;
    const double value =
        i == 60 ? std::numeric_limits<double>::quiet_NaN() : 45 + 3 * std::sin(i / 40.0);
    points.push_back({kStart + seconds(10 * i), value});
  }
  return points;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text = "\n";
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(Plot, LooksLikeThis) {
  EXPECT_EQ(
      joined(plot(
          wave(),
          {.title = "MTMount_elevation actualPosition", .unit = "deg", .width = 72, .height = 10})),
      R"(
MTMount_elevation actualPosition (deg)
48 ┤        ⢀⡠⠤⠔⠢⠤⢤⣀                                       ⢀⣠⠤⠴⠒⠤⢤⣀
   │     ⢀⡤⠚⠁      ⠈⠑⢦⡀                                  ⡠⠞⠉       ⠙⠢⡀
   │   ⢀⡴⠋            ⠉⢢⡀                              ⡰⠊            ⠈⠳⣄
46 ┤ ⢀⡰⠋                ⠘⢦⡀                          ⣠⠊                ⠈
   │⣠⠎                    ⠑⢆                         ⠁
   │⠁                      ⠈⠳⡄
44 ┤                         ⠈⢢⡀
   │                           ⠘⢦⡀
   │                             ⠙⠲⣄⡀
42 ┤                                ⠉⠒⠒⠦⠖⠒
   └─────────┬──────────┬───────────┬──────────┬──────────┬──────────┬──
           15:30      15:40       15:50      16:00      16:10      16:20
2026-11-22 15:21:46 to 16:21:36 UTC
min 42.0002 deg  max 48 deg  last 46.3043 deg
)");
}

TEST(Plot, LooksLikeThisInAscii) {
  EXPECT_EQ(joined(plot(wave(),
                        {.title = "elevation", .width = 60, .height = 8, .glyphs = Glyphs::ascii})),
            R"(
elevation
48 +      ........                               .......
   |    .:'      ':.                          ..''     '':.
46 +  .:'           '.                      .:'           ''
   |.:'              ':.                    '
   |'                  ':.
44 +                     ':.
   |                       ':..
42 +                          '''''
   +--------+--------+--------+--------+--------+---------+-
          15:30    15:40    15:50    16:00    16:10    16:20
2026-11-22 15:21:46 to 16:21:36 UTC
min 42.0002  max 48  last 46.3043
)");
}

TEST(Plot, KeepsToItsWidthWhateverTheValues) {
  for (const double scale : {1e-300, 1e-12, 1.0, 1e6, 1e12, 1e299}) {
    for (const double offset : {0.0, 1.0, -1e9, 1e15}) {
      for (const int64_t step :
           {int64_t{1}, int64_t{1000}, int64_t{3'600'000'000}, int64_t{86'400'000'000'000}}) {
        std::vector<PlotPoint> points;
        for (int i = 0; i < 50; ++i)
          points.push_back({kStart + Duration(step * i), offset + scale * (i % 5)});
        for (const std::string& line : plot(points, {.title = "t", .unit = "m", .width = 64})) {
          EXPECT_LE(display_width(line), 64u) << line;
        }
      }
    }
  }
}

TEST(Plot, TakesAnyDoubles) {
  const double values[] = {
      std::numeric_limits<double>::infinity(),   -std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::max(),        std::numeric_limits<double>::lowest(),
      std::numeric_limits<double>::denorm_min(), -0.0};
  std::vector<PlotPoint> points;
  for (size_t i = 0; i < std::size(values); ++i) points.push_back({kStart + seconds(i), values[i]});
  EXPECT_THAT(joined(plot(points, {})), HasSubstr("max 4.94066e-324"));
}

TEST(Plot, SaysSoWhenThereIsNothingToDraw) {
  EXPECT_THAT(plot({}, {.title = "t"}), ElementsAre("t", "no values"));
  const PlotPoint point{kStart, std::nan("")};
  EXPECT_THAT(plot(std::span(&point, 1), {.title = "t", .unit = "deg"}),
              ElementsAre("t (deg)", "no values in 2026-11-22 15:21:46 to 15:21:46 UTC"));
}

TEST(Plot, DrawsASinglePoint) {
  const PlotPoint point{kStart, 3};
  EXPECT_THAT(joined(plot(std::span(&point, 1), {.title = "t"})),
              HasSubstr("min 3  max 3  last 3"));
}

TEST(Plot, ShowsTheSpanAskedForEvenWherePointsAreMissing) {
  const auto points = wave();
  const auto lines =
      plot(points, {.title = "t", .from = kStart - minutes(120), .to = kStart + minutes(5)});
  EXPECT_EQ(lines.back(),
            "2026-11-22 13:21:46 to 15:26:46 UTC   min 45  max 47.0449  last 47.0449");
}

TEST(Plot, ColoursOnlyWhenAsked) {
  EXPECT_THAT(joined(plot(wave(), {.title = "t"})), Not(HasSubstr("\x1b")));
  EXPECT_THAT(joined(plot(wave(), {.title = "t", .ink = Ink::coloured})), HasSubstr("\x1b[36m"));
}

TEST(ValueAxis, HasRoundTicksWithTheDigitsTheyNeed) {
  const auto labels = [](double least, double most) {
    const ValueAxis axis = make_value_axis(least, most, 4);
    std::vector<std::string> texts;
    for (const double tick : axis.ticks()) texts.push_back(axis.label(tick));
    return texts;
  };
  EXPECT_THAT(labels(0, 1), ElementsAre("0.0", "0.5", "1.0"));
  EXPECT_THAT(labels(-1.3, 1.3), ElementsAre("-1", "0", "1"));
  EXPECT_THAT(labels(101'320, 101'330), ElementsAre("101320", "101325", "101330"));
  EXPECT_THAT(labels(1e9, 4e9), ElementsAre("1e+09", "2e+09", "3e+09", "4e+09"));
  EXPECT_THAT(labels(5, 5), ElementsAre("4.8", "5.0", "5.2"));
}

TEST(TimeAxis, HasTicksAtRoundTimesOfUtc) {
  const TimeAxis hour = make_time_axis(kStart, kStart + minutes(60), 70);
  std::vector<std::string> labels;
  for (const Timestamp tick : hour.ticks()) labels.push_back(hour.label(tick));
  EXPECT_THAT(labels, ElementsAre("15:30", "15:40", "15:50", "16:00", "16:10", "16:20"));
  EXPECT_EQ(make_time_axis(kStart, kStart + std::chrono::days(9), 70).label(kStart), "2026-11-22");
  EXPECT_EQ(make_time_axis(kStart, kStart + milliseconds(200), 70).label(kStart), "15:21:46.000");
}

TEST(Sparkline, ShowsTheLastValuesOnTheirOwnScale) {
  const std::vector<double> values = {100, 0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(sparkline(values, 8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(values, 8, Glyphs::ascii), "__.-=*##");
}

TEST(Sparkline, LeavesBlanksForWhatIsNotFinite) {
  EXPECT_EQ(sparkline(std::vector<double>{0, std::nan(""), 7}, 8), "▁ █");
  EXPECT_EQ(sparkline(std::vector<double>{5, 5}, 8), "▅▅");
  EXPECT_EQ(sparkline({}, 8), "");
}

}  // namespace
}  // namespace weir::cli

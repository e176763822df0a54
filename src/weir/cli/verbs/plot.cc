#include "weir/cli/plot.h"

#include <algorithm>
#include <limits>

#include "weir/base/json.h"
#include "weir/cli/verb.h"
#include "weir/cli/verbs/lines.h"
#include "weir/cli/verbs/query_options.h"

namespace weir::cli::verbs {
namespace {

// What a row of JSON lines holds in the plotted field: one number, or one element of an array.
Result<double> number_of(const Json& row, const std::string& field, uint64_t element) {
  const Json* value = row.find(field);
  if (value != nullptr && value->is_array()) {
    value = element < value->items().size() ? &value->items()[element] : nullptr;
  }
  if (value == nullptr || value->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (const auto flag = value->as_boolean()) return *flag ? 1.0 : 0.0;
  if (const auto number = value->as_double()) return *number;
  const std::string* text = value->as_string();
  if (text != nullptr && (*text == "NaN" || text->ends_with("Infinity"))) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return Error(ErrorCode::invalid_argument, "'" + field + "' holds no numbers; plot another field");
}

class Plot : public VerbCode {
 public:
  void declare(OptionSet& options) override {
    options.positional("TOPIC", &topic_, "the topic to plot");
    options.positional("FIELD", &field_, "the field to plot");
    options.option("element", &element_, "which element of an array field, from 0");
    options.option("height", &height_, "rows of the drawing").bounds(3, 200);
    range_.declare(options);
    target_.declare(options);
  }

  Result<ExitCode> run(Context& context) override {
    WEIR_TRY_ASSIGN(store::Query query, range_.query(topic_, context.clock().now()));
    query.fields = {field_};
    WEIR_TRY_ASSIGN(const auto source,
                    web::api::QuerySource::open(target_.target(), context.files()));
    WEIR_TRY_ASSIGN(const store::TopicDescription topic, source->describe(topic_));
    WEIR_TRY_ASSIGN(const std::vector<PlotPoint> points,
                    read(*source, query, context.clock().now()));
    if (points.empty()) {
      return Error(ErrorCode::not_found, topic_ + " has no rows in that time");
    }
    PlotOptions options;
    options.title = topic_ + " " + field_;
    for (const store::Column& column : topic.columns) {
      if (column.name == field_) options.unit = column.unit;
    }
    options.width = context.width();
    options.height = height_;
    options.glyphs = context.unicode() ? Glyphs::braille : Glyphs::ascii;
    options.ink = context.colour() ? Ink::coloured : Ink::plain;
    for (const std::string& line : cli::plot(points, options)) context.print(line);
    return ExitCode::ok;
  }

 private:
  Result<std::vector<PlotPoint>> read(web::api::QuerySource& source, const store::Query& query,
                                      Timestamp now) {
    std::vector<PlotPoint> points;
    Lines lines([&](std::string_view line) -> Status {
      WEIR_TRY_ASSIGN(const Json row, Json::parse(line));
      const std::string* time = row.find_string("time");
      if (time == nullptr) return Error(ErrorCode::corrupt, "a row without a time");
      PlotPoint point;
      WEIR_TRY_ASSIGN(point.time, parse_time(*time, now));
      WEIR_TRY_ASSIGN(point.value, number_of(row, field_, element_));
      points.push_back(point);
      return {};
    });
    WEIR_TRY(source.query(query, web::api::RowText::jsonl,
                          [&](BytesView piece) { return lines.add(piece); }));
    if (query.order == store::Order::newest_first) std::reverse(points.begin(), points.end());
    return points;
  }

  std::string topic_, field_;
  uint64_t element_ = 0;
  int32_t height_ = 12;
  RangeOptions range_;
  TargetOptions target_;
};

}  // namespace

Verb plot() {
  return make_verb<Plot>({.path = {"plot"},
                          .summary = "Draw a field over time in the terminal",
                          .description = "The y axis carries the field's unit, the x axis is UTC. "
                                         "Gaps in time and values that are "
                                         "not numbers interrupt the curve.",
                          .examples = {{"The wind of the last hour",
                                        "weir plot lsst.sal.Weather_wind speed --from -1h"},
                                       {"The third element of an array",
                                        "weir plot lsst.sal.Mirror_forces axial --element 2"}}});
}

}  // namespace weir::cli::verbs

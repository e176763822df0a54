#include "weir/sal/transform/routes.h"

#include <fmt/format.h>

#include <set>

#include "weir/base/json.h"
#include "weir/sal/avro_profile.h"

namespace weir::sal::transform {
namespace {

Result<Route> make_route(const Topic& topic) {
  WEIR_TRY_ASSIGN(const Json json, to_avro(topic, Profile::sqr_029));
  WEIR_TRY_ASSIGN(avro::Schema schema,
                  avro::parse_schema(json.print(), {.mode = avro::SchemaOptions::Mode::lenient}));
  WEIR_TRY_ASSIGN(TextParser parser, TextParser::make(topic));
  const std::string name = avro_topic(topic, Profile::sqr_029);
  return Route{std::move(parser), name, name + "-value", std::move(schema)};
}

}  // namespace

Routes Routes::make(const Interfaces& interfaces) {
  Routes routes;
  std::set<std::string> texts, events;
  for (const Topic& topic : interfaces.topics) {
    Result<Route> route = make_route(topic);
    if (!route) {
      routes.skipped_.push_back(fmt::format("{}: {}", topic.name, route.error().message()));
      continue;
    }
    routes.routes_.emplace(topic.name, std::move(*route));
    for (TopicKind kind : {TopicKind::command, TopicKind::event, TopicKind::telemetry}) {
      texts.insert(fmt::format("{}_{}", topic.effective_subsystem(), text_kind(kind)));
    }
    events.insert(fmt::format("{}_event", topic.effective_subsystem()));
  }
  routes.text_topics_.assign(texts.begin(), texts.end());
  routes.event_topics_.assign(events.begin(), events.end());
  return routes;
}

Route* Routes::find(std::string_view topic) {
  const auto found = routes_.find(topic);
  return found == routes_.end() ? nullptr : &found->second;
}

}  // namespace weir::sal::transform

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "weir/avro/schema.h"
#include "weir/sal/text.h"

namespace weir::sal::transform {

// Where the messages of one topic go, and how.
struct Route {
  TextParser parser;
  std::string avro_topic;  // "lsst.sal.ATDome_position"
  std::string subject;     // "lsst.sal.ATDome_position-value"
  avro::Schema schema;     // as it is registered
  int32_t schema_id = -1;  // -1 until it is registered
};

// The routes of an observatory's topics. Confined once made.
class Routes {
 public:
  // Leaves out topics that have no Avro schema or no text form; `skipped` says which and why.
  static Routes make(const Interfaces& interfaces);

  // The route of a topic by its name in the text, "ATDome_position"; null when there is none.
  Route* find(std::string_view topic);
  std::map<std::string, Route, std::less<>>& all() { return routes_; }
  // The topics that instruments write: `<Subsystem>_{command,logevent,telemetry}`.
  const std::vector<std::string>& text_topics() const { return text_topics_; }
  // `<Subsystem>_event`: an older spelling, read where it exists.
  const std::vector<std::string>& event_topics() const { return event_topics_; }
  const std::vector<std::string>& skipped() const { return skipped_; }

 private:
  std::map<std::string, Route, std::less<>> routes_;
  std::vector<std::string> text_topics_, event_topics_, skipped_;
};

}  // namespace weir::sal::transform

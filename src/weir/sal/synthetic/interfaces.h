#pragma once

#include <functional>
#include <string>

#include "weir/base/bytes.h"
#include "weir/base/result.h"
#include "weir/sal/synthetic/facility.h"

namespace weir::sal::synthetic {

// What was written; generic topics are not counted, as they belong to no subsystem by themselves.
struct Summary {
  int64_t files = 0, bytes = 0;
  int64_t subsystems = 0;
  int64_t commands = 0, events = 0, telemetry = 0;
  int64_t items = 0;
  int64_t values = 0;  // of one message of each topic; a char array counts as one

  int64_t topics() const { return commands + events + telemetry; }
};

// Takes one file: a path like "sal_interfaces/NorthDome/NorthDome_Events.xml", and what is in it.
using FileSink = std::function<Status(const std::string& path, BytesView contents)>;

// Makes the interface XML of a synthetic observatory and hands it on file by file, so that memory
// stays that of one subsystem. The same options give the same bytes on every machine. Everything in
// it can be converted. Ends with the first error of the sink; `invalid_argument` for options out of
// bounds.
//
//   write_interfaces({.topics = 2200, .seed = 7}, [&](auto& path, auto contents) { … });
Result<Summary> write_interfaces(const FacilityOptions& options, const FileSink& sink);

}  // namespace weir::sal::synthetic

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "weir/base/result.h"
#include "weir/base/time.h"

namespace weir::web::api {
class QuerySource;
}

namespace weir::demo {

// What was sent against what is stored, by sequence numbers.
struct Proof {
  uint64_t stored = 0;                // rows of the run that the store holds
  uint64_t lost = 0;                  // acknowledged sequence numbers that no row has
  uint64_t duplicated = 0;            // rows more than there were messages
  std::vector<std::string> examples;  // the first few topics that are not right, and how
};

// Asks the store for every row's sequence number since `from` and compares each topic with 1..last.
// `last_sent` names topics as in the text ("ATDome_position").
Result<Proof> prove(web::api::QuerySource& source, const std::map<std::string, int64_t>& last_sent,
                    Timestamp from);

// The comparison of one topic: adds to `proof`. Sequence numbers may come in any order.
void compare(const std::string& topic, std::vector<int64_t> stored, int64_t last_sent,
             Proof& proof);

}  // namespace weir::demo

#pragma once

#include <string>
#include <vector>

#include "weir/cli/context.h"
#include "weir/cli/option_set.h"
#include "weir/sal/avro_profile.h"
#include "weir/sal/interface.h"

namespace weir::cli::verbs {

// The arguments of verbs that look at interface XML: PATH…, --profile and --topic.
class SalOptions {
 public:
  void declare(OptionSet& options);

  // What the XML declares, as the profile sees it and of the chosen topics alone. `not_found` when
  // a path does not exist, there is no XML or no topic is chosen; `invalid_argument` for a bad
  // expression.
  Result<sal::Interfaces> load(Context& context) const;
  sal::Profile profile() const;

 private:
  std::vector<std::string> paths_;
  std::string profile_ = "sal-kafka";
  std::string topic_;
};

}  // namespace weir::cli::verbs

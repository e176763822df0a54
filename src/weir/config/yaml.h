#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"

namespace weir::config {

// One setting as a file has it: "broker.port", its texts (several for a sequence) and its line.
struct YamlValue {
  std::string name;
  std::vector<std::string> texts;
  int line = 0;  // from 1
};

// Flattens a YAML document of nested maps, in the order of the file. `invalid_argument` with
// `file_name:line` for malformed YAML, a name given twice, or a structure that no setting has.
Result<std::vector<YamlValue>> parse_yaml(std::string_view text, std::string_view file_name);

}  // namespace weir::config

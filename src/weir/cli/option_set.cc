#include "weir/cli/option_set.h"

#include <algorithm>

#include "weir/base/check.h"

namespace weir::cli {

config::Option& OptionSet::option(std::string name, config::Field field, std::string sentence) {
  return table_.add(std::move(name), field, std::move(sentence)).flag_only();
}

void OptionSet::positional(std::string name, std::string* field, std::string sentence, Need need) {
  WEIR_CHECK(positionals_.empty() ||
             std::holds_alternative<std::string*>(positionals_.back().field));
  positionals_.push_back({std::move(name), field, std::move(sentence), need == Need::optional});
}

void OptionSet::positional(std::string name, std::vector<std::string>* field, std::string sentence,
                           Need need) {
  WEIR_CHECK(positionals_.empty() ||
             std::holds_alternative<std::string*>(positionals_.back().field));
  positionals_.push_back({std::move(name), field, std::move(sentence), need == Need::optional});
}

bool OptionSet::has_settings() const {
  const auto& rows = table_.options();
  return std::any_of(rows.begin(), rows.end(),
                     [](const config::Option& row) { return !row.is_flag_only(); });
}

}  // namespace weir::cli

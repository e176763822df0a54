#pragma once

#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "weir/config/option_table.h"

namespace weir::cli {

// An argument without a dash. A list takes all that are left and comes last.
struct Positional {
  std::string name;  // as shown: "PATH"
  std::variant<std::string*, std::vector<std::string>*> field;
  std::string sentence;
  bool optional = false;
};

enum class Need { required, optional };

// What a verb takes on its command line. Options are rows of a config::OptionTable, so bounds,
// choices, lists and required ones work as in files:
//
//   options.positional("TOPIC", &topic_, "the topic to read");
//   options.option("fields", &fields_, "only these fields").value_name("F,G");
//   broker_options_.declare(options.settings());  // these come from files and WEIR_… too
//
// Fields keep their first value as default and must outlive the set. Confined.
class OptionSet {
 public:
  // An option of the command line alone: --fields.
  config::Option& option(std::string name, config::Field field, std::string sentence);
  // Rows added here may come from the file given with --config and from the environment as well.
  config::OptionTable& settings() { return table_; }
  void positional(std::string name, std::string* field, std::string sentence,
                  Need need = Need::required);
  void positional(std::string name, std::vector<std::string>* field, std::string sentence,
                  Need need = Need::required);
  // Adds -o and --no-headers: the verb lists rows, with context.rows(…).
  void lists_rows() { lists_rows_ = true; }

  config::OptionTable& table() { return table_; }
  const config::OptionTable& table() const { return table_; }
  const std::deque<Positional>& positionals() const { return positionals_; }
  bool has_rows() const { return lists_rows_; }
  // True when some row may come from a file.
  bool has_settings() const;

 private:
  config::OptionTable table_;
  std::deque<Positional> positionals_;
  bool lists_rows_ = false;
};

}  // namespace weir::cli

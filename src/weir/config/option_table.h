#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "weir/base/time.h"

namespace weir::config {

// The environment variables of the process, as the program read them once.
using Environment = std::map<std::string, std::string, std::less<>>;

// Who gave an option its value; a later one in this list beats an earlier one.
enum class Source { by_default, file, environment, flag };

std::string_view to_string(Source source);

// What an option sets: a field of the caller's. Spans are written "250ms", "20s" or "1h"; lists as
// repeated values or with commas.
using Field = std::variant<bool*, int32_t*, int64_t*, uint16_t*, uint32_t*, uint64_t*, double*,
                           std::string*, Duration*, std::chrono::milliseconds*,
                           std::chrono::seconds*, std::vector<std::string>*>;

// One row of a table: everything there is to know about one option. The setters are for the place
// that declares it. Confined.
class Option {
 public:
  Option(std::string name, Field field, std::string sentence);

  // What its value is called in help texts, "PORT"; a name by the type otherwise.
  Option& value_name(std::string name);
  Option& letter(char letter);  // short flag: -o
  Option& bounds(double least, double most);
  Option& one_of(std::vector<std::string> choices);
  Option& undivided();  // a list: each time it is given is one value, commas and all
  Option& required();
  Option& secret();     // its value is never printed
  Option& live();       // a change takes effect without a restart
  Option& flag_only();  // neither in files nor in the environment: says what to do, not how to be

  // "broker.port": dots group options in files.
  const std::string& name() const { return name_; }
  const std::string& sentence() const { return sentence_; }
  std::string flag() const;         // "broker-port", written --broker-port
  std::string environment() const;  // "WEIR_BROKER_PORT"
  char letter() const { return letter_; }
  std::string value_name() const;
  const std::vector<std::string>& choices() const { return choices_; }
  const std::string& default_text() const { return default_; }
  bool is_switch() const { return std::holds_alternative<bool*>(field_); }
  bool is_list() const { return std::holds_alternative<std::vector<std::string>*>(field_); }
  bool is_required() const { return required_; }
  bool is_secret() const { return secret_; }
  bool is_live() const { return live_; }
  bool is_flag_only() const { return flag_only_; }
  Source source() const { return source_; }

  // Parses and checks texts (one, unless it is a list) and sets the field, unless a stronger source
  // has done so. `invalid_argument` names the option and says what it takes.
  Status set(const std::vector<std::string>& texts, Source source);
  // The value as one would write it; hidden for secrets that are set.
  std::string text() const;
  // "0 to 65535" or "one of a, b"; empty when anything of its type will do.
  std::string range() const;

 private:
  Status assign(const std::vector<std::string>& texts);
  template <typename Number>
  Status assign_number(Number* field, const std::string& text);
  template <typename Span>
  Status assign_span(Span* field, const std::string& text);
  Status check_bounds(double value) const;

  std::string name_;
  Field field_;
  std::string sentence_;
  std::string value_name_;
  std::string default_;
  std::vector<std::string> choices_;
  std::optional<std::pair<double, double>> bounds_;
  char letter_ = '\0';
  bool undivided_ = false;
  bool required_ = false;
  bool secret_ = false;
  bool live_ = false;
  bool flag_only_ = false;
  Source source_ = Source::by_default;
};

// Settings declared once. A room declares its own:
//
//   struct BrokerOptions {
//     uint16_t port = 9092;
//     void declare(config::OptionTable& table) {
//       table.add("broker.port", &port, "TCP port for Kafka clients; 0 picks a free one").live();
//     }
//   };
//
// and the table reads YAML files, WEIR_… variables and flags into the fields, in any order (a flag
// beats the environment, which beats the file, which beats the default: the field's first value),
// says where each value came from, and writes the reference. The fields must outlive it. Confined.
class OptionTable {
 public:
  // The name is lower_snake, grouped with dots; giving it twice is a bug and aborts.
  Option& add(std::string name, Field field, std::string sentence);

  // Reads YAML: nested maps, or dotted names. Errors say `file_name:line` and suggest near names.
  Status load_yaml(std::string_view text, std::string_view file_name);
  // Takes every WEIR_… variable that names a row; others are left alone.
  Status load_environment(const Environment& environment);
  // `invalid_argument` when a required option has no value.
  Status check() const;

  Option* find(std::string_view name);
  const std::deque<Option>& options() const { return options_; }

  // The values in force, one "name: value  # source" line each, readable as YAML; secrets hidden.
  std::string effective() const;

 private:
  std::deque<Option> options_;  // a deque: rows keep their addresses
};

// The reference of settings as a Markdown table: one row per option that files may set.
std::string to_markdown(const OptionTable& table);

}  // namespace weir::config
